package zoho

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

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

// Views implements crm.Port.
func (c *Client) Views(ctx context.Context, module record.Module) ([]record.View, error) {
	var out []record.View
	for page := 1; ; page++ {
		views, more, err := c.viewsPage(ctx, module, page)
		if err != nil {
			return nil, err
		}
		out = append(out, views...)
		if !more || len(views) == 0 {
			return out, nil
		}
	}
}

func (c *Client) viewsPage(ctx context.Context, module record.Module, page int) (out []record.View, more bool, err error) {
	query := url.Values{"module": {string(module)}}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	_, err = c.api.Do(ctx, c.metadata("/settings/custom_views", query, "list views of "+string(module), scopeViews, func(r zohoapi.Reply) error {
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
		info, _ := r.Body["info"].(map[string]any)
		more, _ = info["more_records"].(bool)
		return err
	}))
	return out, more, err
}
