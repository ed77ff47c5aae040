package zoho

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// binDays is how long the bin keeps deleted records; the permanently deleted are listed for 120 days [A].
const binDays = 60

// Deleted implements crm.Port: GET /{module}/deleted, of the bin and beyond [A].
func (c *Client) Deleted(ctx context.Context, module record.Module, q crm.DeletedQuery) (crm.DeletedPage, error) {
	var out crm.DeletedPage
	query := url.Values{"type": {"all"}, "page": {strconv.Itoa(max(1, q.Page))}, "per_page": {strconv.Itoa(pageSize)}}
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)) + "/deleted", Query: query,
		Header: http.Header{"If-Modified-Since": {q.Since.Format(wireTime)}},
		Class:  budget.Read, Op: "list deleted " + string(module), Scopes: []string{scopeRead(module)},
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
				out.Deletions = append(out.Deletions, d)
			}
			info, err := r.Object("info")
			out.More, _ = info["more_records"].(bool)
			return err
		},
	})
	return out, err
}

// Survivor implements crm.Port: GET /{module}/{id} answers with the survivor of a merge [D].
func (c *Client) Survivor(ctx context.Context, module record.Module, id string) (string, error) {
	got, err := c.Get(ctx, module, id)
	return got.ID, err
}

// Views implements crm.Port.
func (c *Client) Views(ctx context.Context, module record.Module) ([]record.View, error) {
	var out []record.View
	query := url.Values{"module": {string(module)}}
	_, err := c.api.Do(ctx, c.metadata("/settings/custom_views", query, "list views of "+string(module), scopeViews, func(r zohoapi.Reply) error {
		rows, err := r.List("custom_views")
		out = out[:0]
		for _, row := range rows {
			id, idErr := zohoapi.ID(row, "id")
			if idErr != nil {
				return idErr
			}
			name := text(row, "display_value")
			if name == "" {
				name = text(row, "name")
			}
			out = append(out, record.View{ID: id, Name: name})
		}
		return err
	}))
	return out, err
}

const scopeViews = "ZohoCRM.settings.custom_views.READ"

// ViewMembers implements crm.Port: a view can be read by list and page token alone. The cursor's id is the
// token; one that expired, or is another user's, begins anew.
func (c *Client) ViewMembers(ctx context.Context, module record.Module, view string, after record.Cursor) (crm.MemberPage, error) {
	var out crm.MemberPage
	query := url.Values{"fields": {"id"}, "cvid": {view}, "per_page": {strconv.Itoa(pageSize)}}
	if after.ID != "" {
		query.Set("page_token", after.ID)
	}
	op := "list view " + view + " of " + string(module)
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)), Query: query,
		Class: budget.Read, Op: op, RecordID: view, Scopes: []string{scopeRead(module)},
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
			out.More, _ = info["more_records"].(bool)
			out.Next = record.Cursor{ID: text(info, "next_page_token")}
			return err
		},
	})
	if record.KindOf(err) == record.Invalid && err != nil {
		return out, viewGone(err, view)
	}
	return out, err
}

// viewGone says of a refused view that it is no more, where that is why.
func viewGone(err error, view string) error {
	if !strings.Contains(err.Error(), "cvid") {
		return err
	}
	return &record.Error{Kind: record.NotFound, Side: record.CRM, Op: "read view", Code: "VIEW_DELETED", RecordID: view,
		Message: "the view was deleted in the CRM", Remedy: "choose another view, or none", Err: err}
}
