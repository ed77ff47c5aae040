package settings

import (
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/list"
)

func users() []map[string]any {
	user := func(i int, name, email, role, status string) map[string]any {
		return map[string]any{"user_id": strconv.Itoa(4600000000070000 + i), "role_id": strconv.Itoa(4600000000006000 + i),
			"name": name, "email": email, "user_role": role, "status": status, "is_current_user": i == 1,
			"photo_url": "", "user_type": "zoho", "is_customer_segmented": false, "is_vendor_segmented": false}
	}
	return []map[string]any{
		user(1, "Ada Quay", "ada@harbour.example", "admin", "active"),
		user(2, "Bo Lind", "bo@harbour.example", "staff", "active"),
		user(3, "Chi Mwangi", "chi@harbour.example", "staff", "inactive"),
	}
}

func listUsers(c *api.Call) (api.Reply, error) {
	filter := strings.TrimPrefix(c.Query("filter_by"), "Status.")
	all := []map[string]any{}
	switch filter {
	case "", "All", "Active", "Inactive", "Invited", "Deleted":
	default:
		return api.Reply{}, api.Invalid("filter_by")
	}
	for _, u := range users() {
		if filter == "" || filter == "All" || u["status"] == strings.ToLower(filter) {
			all = append(all, u)
		}
	}
	context := map[string]any{"page": 1, "per_page": list.MaxPerPage, "has_more_page": false, "report_name": "Users",
		"sort_column": "name", "sort_order": "A"}
	return api.OK(api.PartOf("users", all), api.PartOf("page_context", context)), nil
}

func currentUser(*api.Call) (api.Reply, error) {
	u := users()[0]
	u["email_ids"] = []map[string]any{{"email": u["email"], "is_selected": true}}
	return api.OK(api.PartOf("user", u)), nil
}
