package zohobilling

import "strings"

// customerSorts are the columns that Books names for contacts; Billing documents none.
var customerSorts = map[string]string{
	"display_name": "name_key", "customer_name": "name_key", "email": "email", "created_time": "created_us",
	"first_name": "fold(json_extract(short, '$.first_name'))", "last_name": "fold(json_extract(short, '$.last_name'))",
	"company_name": "fold(json_extract(short, '$.company_name'))",
}

func (o *Org) listCustomers(c *call) (reply, error) {
	q := c.r.URL.Query()
	l := list{table: "customers", column: "short", report: "Customers"}
	l.add("org = ?", c.org)
	if err := l.paging(q); err != nil {
		return reply{}, err
	}
	if q.Get("sort_column") == "last_modified_time" && c.v.SortByModified {
		l.sortAs, l.sortBy = "last_modified_time", "updated_us"
	} else if err := l.sort(q, customerSorts, "created_time", "created_us"); err != nil {
		return reply{}, err
	}
	if err := l.customerStatus(q.Get("filter_by")); err != nil {
		return reply{}, err
	}
	l.name(q, "display_name")
	l.text(q, "email", "email")
	for _, field := range []string{"first_name", "last_name", "company_name", "phone"} {
		l.text(q, field, "json_extract(short, '$."+field+"')")
	}
	for _, field := range []string{"zcrm_account_id", "zcrm_contact_id"} {
		if v := q.Get(field); v != "" {
			l.add(field+" = ? AND "+field+" <> ''", v)
		}
	}
	if v := q.Get("search_text"); v != "" {
		if len([]rune(v)) > 100 {
			return reply{}, invalid("search_text")
		}
		part := strings.ToLower(v)
		l.add("(INSTR(name_key, ?) > 0 OR INSTR(email, ?) > 0 OR INSTR(fold(json_extract(short, '$.company_name')), ?) > 0)", part, part, part)
	}
	rows, context, err := o.read(c.r.Context(), l)
	return ok(part{"customers", rows}, context), err
}

func (l *list) customerStatus(filter string) error {
	l.filter = filter
	if filter == "" {
		l.filter = "Status.All"
		return nil
	}
	kind, value, _ := strings.Cut(filter, ".")
	if kind != "Status" && kind != "CustomerStatus" {
		return invalid("filter_by")
	}
	switch value {
	case "All", "NonSubscribers":
	case "Active", "Inactive":
		l.add("status = ?", strings.ToLower(value))
	case "Crm":
		l.add("(zcrm_account_id <> '' OR zcrm_contact_id <> '')")
	case "PortalEnabled":
		l.add("json_extract(doc, '$.is_portal_enabled')")
	case "PortalDisabled":
		l.add("NOT json_extract(doc, '$.is_portal_enabled')")
	case "Gapps":
		l.add("FALSE")
	default:
		return invalid("filter_by")
	}
	return nil
}
