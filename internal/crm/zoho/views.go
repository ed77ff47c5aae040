package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const scopeViews = "ZohoCRM.settings.custom_views.READ"

// ViewMembers implements crm.Port. A view is read as a list with page tokens [A]. These reach 100,000 records [A];
// a larger view is read from its beginning by bulk read. Once a view is known to be large, the list is skipped: its
// 500 pages would cost 3 credits each [A] in vain, and a bulk read costs 50. The cursor's id is the token, or the
// position of the bulk read. If a token expired or belongs to another user, reading starts again from the
// beginning: members are a set, so repetitions do no harm.
func (c *Client) ViewMembers(ctx context.Context, module record.Module, view string, after record.Cursor) (crm.MemberPage, error) {
	if at, ok := strings.CutPrefix(after.ID, bulkCursor); ok {
		return c.bulkMembers(ctx, module, view, at)
	}
	if _, large := c.largeViews.Load(view); large && after.ID == "" {
		return c.bulkMembers(ctx, module, view, "")
	}
	out, err := c.listMembers(ctx, module, view, after.ID)
	if after.ID != "" && refusedWith(err, "EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH") {
		out, err = c.listMembers(ctx, module, view, "")
	}
	if refusedWith(err, "PAGINATION_LIMIT_EXCEEDED") {
		c.largeViews.Store(view, true)
		return c.bulkMembers(ctx, module, view, "")
	}
	return out, err
}

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

// refusedWith reports whether the CRM refused a call with one of these codes.
func refusedWith(err error, codes ...string) bool {
	var e *record.Error
	return errors.As(err, &e) && slices.Contains(codes, e.Code)
}

// viewError turns a refusal into VIEW_DELETED where the view no longer exists.
func viewError(err error, op, view string) error {
	var e *record.Error
	if !errors.As(err, &e) || e.Kind != record.Invalid || !strings.Contains(e.Message, "cvid") {
		return err
	}
	return &record.Error{Kind: record.NotFound, Side: record.CRM, Op: op, Code: "VIEW_DELETED", RecordID: view,
		Message: "the view was deleted in the CRM", Remedy: "choose another view, or `all`", Err: err}
}
