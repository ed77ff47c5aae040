package zoho

import (
	"context"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// Search implements billing.Port. Zoho Books documents the filters display_name_contains (as contact_name_contains) and
// email_contains for contacts. Zoho Billing documents name_contains for items. An API that does not know a filter returns
// all records, so each record is compared here.
func (c *Client) Search(ctx context.Context, module record.Module, q billing.SearchQuery) ([]record.Record, error) {
	op := "search " + string(module)
	name, email := strings.TrimSpace(q.Name), strings.TrimSpace(q.Email)
	filter, ok := nameFilters[module]
	if !ok || module == record.Items && email != "" || name+email == "" {
		return nil, searchRefused(op, module, ok)
	}
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	var out []record.Record
	for page := 1; ; page++ {
		query, err := listQuery(op, module, billing.ListQuery{Page: page})
		if err != nil {
			return nil, err
		}
		if name != "" {
			query.Set(filter+"_contains", name)
		}
		if email != "" {
			query.Set("email_contains", email)
		}
		got, err := c.page(ctx, module, op, query)
		if err != nil {
			return nil, err
		}
		for _, r := range got.Records {
			if contains(r.Name, name) && contains(r.Email, email) {
				out = append(out, r)
			}
			if len(out) == limit {
				return out, nil
			}
		}
		if !got.More || len(got.Records) == 0 {
			return out, nil
		}
	}
}

// contains compares as names are compared elsewhere.
func contains(text, part string) bool {
	return strings.Contains(record.NameKey(text), record.NameKey(part))
}

func searchRefused(op string, module record.Module, searchable bool) error {
	e := &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "SEARCH",
		Message: "nothing to search for", Remedy: "give a part of the name, or of a customer's e-mail address"}
	if !searchable {
		e.Message, e.Remedy = string(module)+" cannot be searched", "search customers or items"
	}
	return e
}
