package items

import (
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/list"
)

// sorts are the columns by which items can be sorted. Time is not among them: items cannot be read incrementally.
var sorts = map[string]string{"name": "name_key", "rate": "rate_key", "tax_name": "json_extract(doc, '$.tax_name')"}

// rateFilters are the parameters that compare a rate.
var rateFilters = map[string]string{"rate": "=", "rate_less_than": "<", "rate_less_equals": "<=",
	"rate_greater_than": ">", "rate_greater_equals": ">="}

func (m *Module) list(c *api.Call) (api.Reply, error) {
	l, err := list.New(c, "items", "doc", "Items")
	if err != nil {
		return api.Reply{}, err
	}
	if err := l.Sort(sorts); err != nil {
		return api.Reply{}, err
	}
	if err := filter(&l); err != nil {
		return api.Reply{}, err
	}
	return m.lists.Reply(c.Request.Context(), l, "items")
}

func filter(l *list.List) error {
	switch l.Filter = l.Param("filter_by"); l.Filter {
	case "":
		l.Filter = "Status.All"
	case "Status.All":
	case "Status.Active", "Status.Inactive":
		l.Where("status = ?", strings.ToLower(strings.TrimPrefix(l.Filter, "Status.")))
	default:
		return api.Invalid("filter_by")
	}
	l.Name("name")
	l.Text("description", "json_extract(doc, '$.description')")
	for name, compare := range rateFilters {
		if v := l.Param(name); v != "" {
			key, err := rateKey(v)
			if err != nil {
				return api.Invalid(name)
			}
			l.Where("rate_key "+compare+" ?", key)
		}
	}
	if v := l.Param("tax_id"); v != "" {
		l.Where("json_extract(doc, '$.tax_id') = ?", v)
	}
	if v := l.Param("sku"); v != "" {
		l.Where("sku = ? AND sku <> ''", v)
	}
	return l.Search("name_key", "fold(json_extract(doc, '$.description'))")
}
