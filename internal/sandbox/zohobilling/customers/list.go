package customers

import (
	"maps"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/list"
)

// sorts are the columns that Zoho Books documents for contacts. Zoho Billing documents none.
var sorts = map[string]string{
	"display_name": "name_key", "customer_name": "name_key", "email": "email", "created_time": "created_us",
	"first_name": "fold(json_extract(short, '$.first_name'))", "last_name": "fold(json_extract(short, '$.last_name'))",
	"company_name": "fold(json_extract(short, '$.company_name'))",
}

func (m *Module) list(c *api.Call) (api.Reply, error) {
	l, err := list.New(c, "customers", "short", "Customers")
	if err != nil {
		return api.Reply{}, err
	}
	columns := sorts
	if c.Settings.SortByModified {
		columns = maps.Clone(sorts)
		columns["last_modified_time"] = "updated_us"
	}
	if err := l.Sort(columns); err != nil {
		return api.Reply{}, err
	}
	if err := filterByStatus(&l); err != nil {
		return api.Reply{}, err
	}
	l.Name("display_name")
	l.Text("email", "email")
	for _, field := range []string{"first_name", "last_name", "company_name", "phone"} {
		l.Text(field, "json_extract(short, '$."+field+"')")
	}
	for _, field := range []string{"zcrm_account_id", "zcrm_contact_id"} {
		if v := l.Param(field); v != "" {
			l.Where(field+" = ? AND "+field+" <> ''", v)
		}
	}
	if err := l.Search("name_key", "email", "fold(json_extract(short, '$.company_name'))"); err != nil {
		return api.Reply{}, err
	}
	return m.lists.Reply(c.Request.Context(), l, "customers")
}

func filterByStatus(l *list.List) error {
	l.Filter = l.Param("filter_by")
	if l.Filter == "" {
		l.Filter = "Status.All"
		return nil
	}
	kind, value, _ := strings.Cut(l.Filter, ".")
	if kind != "Status" && kind != "CustomerStatus" {
		return api.Invalid("filter_by")
	}
	switch value {
	case "All", "NonSubscribers":
	case "Active", "Inactive":
		l.Where("status = ?", strings.ToLower(value))
	case "Crm":
		l.Where("(zcrm_account_id <> '' OR zcrm_contact_id <> '')")
	case "PortalEnabled":
		l.Where("json_extract(doc, '$.is_portal_enabled')")
	case "PortalDisabled":
		l.Where("NOT json_extract(doc, '$.is_portal_enabled')")
	case "Gapps":
		l.Where("FALSE")
	default:
		return api.Invalid("filter_by")
	}
	return nil
}
