package zoho

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Deleted implements crm.Port: GET /{module}/deleted, which covers the bin and permanent deletions [A].
// If-Modified-Since excludes its own instant ("not modified after" [A]) and has whole seconds. So the call asks
// from one second earlier and drops what is older than requested. Otherwise a deletion at that very instant would
// never be seen.
func (c *Client) Deleted(ctx context.Context, module record.Module, q crm.DeletedQuery) (crm.DeletedPage, error) {
	var out crm.DeletedPage
	query := url.Values{"type": {"all"}, "page": {strconv.Itoa(max(1, q.Page))}, "per_page": {strconv.Itoa(pageSize)}}
	since := q.Since.Truncate(time.Second)
	var header http.Header
	if !since.IsZero() {
		header = http.Header{"If-Modified-Since": {since.Add(-time.Second).Format(wireTime)}}
	}
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)) + "/deleted", Query: query, Header: header,
		Class: budget.Read, Cost: costDeleted, Op: "list deleted " + string(module), Scopes: []string{scopeRead(module)},
		Read: func(r zohoapi.Reply) error {
			out = crm.DeletedPage{}
			if r.Empty() {
				return nil
			}
			rows, err := r.List("data")
			if err != nil {
				return err
			}
			for _, row := range rows {
				var d crm.Deletion
				if d.ID, err = zohoapi.ID(row, "id"); err != nil {
					return err
				}
				if d.At, err = instant(row, "deleted_time"); err != nil {
					return err
				}
				if !d.At.Before(since) {
					out.Deletions = append(out.Deletions, d)
				}
			}
			info, err := r.Object("info")
			out.More, _ = info["more_records"].(bool)
			return err
		},
	})
	return out, err
}

// Survivor implements crm.Port. GET /{module}/{id} answers with the survivor of a merge [D].
func (c *Client) Survivor(ctx context.Context, module record.Module, id string) (string, error) {
	got, err := c.Get(ctx, module, id)
	return got.ID, err
}
