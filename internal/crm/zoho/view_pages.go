package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

func (c *Client) listMembers(ctx context.Context, module record.Module, view, token string) (crm.MemberPage, error) {
	var out crm.MemberPage
	query := url.Values{"fields": {"id"}, "cvid": {view}, "per_page": {strconv.Itoa(pageSize)}}
	if token != "" {
		query.Set("page_token", token)
	}
	op := "list view of " + string(module)
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)), Query: query,
		Class: budget.Read, Cost: costView, Op: op, RecordID: view, Scopes: []string{scopeRead(module)},
		Read: func(r zohoapi.Reply) error {
			out = crm.MemberPage{}
			if r.Empty() {
				return nil
			}
			rows, err := r.List("data")
			if err != nil {
				return err
			}
			for _, row := range rows {
				id, err := zohoapi.ID(row, "id")
				if err != nil {
					return err
				}
				out.IDs = append(out.IDs, id)
			}
			info, err := r.Object("info")
			if err != nil {
				return err
			}
			out.More, _ = info["more_records"].(bool)
			out.Next = record.Cursor{ID: text(info, "next_page_token")}
			if out.More && out.Next.ID == "" {
				return errors.New("there are more records but no page token")
			}
			return nil
		},
	})
	return out, viewError(err, op, view)
}
