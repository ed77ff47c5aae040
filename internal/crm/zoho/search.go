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

// Search implements crm.Port: GET /{module}/search by criteria [A]. The CRM's index lags behind.
func (c *Client) Search(ctx context.Context, q crm.SearchQuery) ([]record.Record, error) {
	var out []record.Record
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	op, wanted := "search "+string(q.Module), criteria(q)
	if wanted == "" {
		return nil, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: op, Code: "NO_NAME",
			Message: "no name to search for was given", Remedy: "give the beginning of the record's name"}
	}
	query := url.Values{"criteria": {wanted}, "per_page": {strconv.Itoa(limit)}}
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(q.Module)) + "/search", Query: query,
		Class: budget.Read, Op: op, Scopes: []string{scopeRead(q.Module), scopeSearch},
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

// criteria returns the search in the CRM's language, empty if no name is given. Brackets, commas and backslashes of
// a value are escaped, as the API requires.
func criteria(q crm.SearchQuery) string {
	terms := []struct{ field, value string }{{nameField(q.Module), q.Name}}
	if q.Module == record.Contacts {
		terms = append(terms, struct{ field, value string }{"First_Name", q.FirstName}, struct{ field, value string }{"Last_Name", q.LastName})
	}
	var parts []string
	for _, term := range terms {
		if value := strings.TrimSpace(term.value); value != "" {
			parts = append(parts, fmt.Sprintf("(%s:starts_with:%s)", term.field, escaper.Replace(value)))
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return "(" + strings.Join(parts, "and") + ")"
}

func nameField(module record.Module) string {
	switch module {
	case record.Contacts:
		return "Full_Name"
	case record.Products:
		return "Product_Name"
	default:
		return "Account_Name"
	}
}

var escaper = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, ",", `\,`)
