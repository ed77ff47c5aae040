package zoho

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const scopeSearch = "ZohoSearch.securesearch.READ"

// Search implements crm.Port: GET /{module}/search by criteria [A]. The CRM's index is not immediate.
func (c *Client) Search(ctx context.Context, q crm.SearchQuery) ([]record.Record, error) {
	var out []record.Record
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	query := url.Values{"criteria": {criteria(q)}, "per_page": {strconv.Itoa(limit)}}
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(q.Module)) + "/search", Query: query,
		Class: budget.Read, Op: "search " + string(q.Module), Scopes: []string{scopeRead(q.Module), scopeSearch},
		Read: func(r zohoapi.Reply) error {
			out = nil
			if r.Empty() {
				return nil
			}
			rows, err := r.List("data")
			if err != nil {
				return err
			}
			for _, row := range rows {
				found, err := toRecord(q.Module, row)
				if err != nil {
					return err
				}
				out = append(out, found)
			}
			return nil
		},
	})
	return out, err
}

// criteria is the search in the CRM's words. Brackets, commas and backslashes of a value are escaped, as the
// API asks.
func criteria(q crm.SearchQuery) string {
	one := func(field, value string) string {
		return fmt.Sprintf("(%s:starts_with:%s)", field, escaper.Replace(strings.TrimSpace(value)))
	}
	if q.Module != record.Contacts {
		return one(map[record.Module]string{record.Accounts: "Account_Name", record.Products: "Product_Name"}[q.Module], q.Name)
	}
	var parts []string
	for field, value := range map[string]string{"First_Name": q.FirstName, "Last_Name": q.LastName, "Full_Name": q.Name} {
		if value != "" {
			parts = append(parts, one(field, value))
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, "and") + ")"
}

var escaper = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, ",", `\,`)
