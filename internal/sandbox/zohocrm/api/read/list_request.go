package read

import (
	"context"
	"net/http"
	"strings"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// maxDiscrete is the number of records that page and per_page can reach. Page tokens reach more.
const maxDiscrete = 2000

// listRequest is the parameters of a list, checked.
type listRequest struct {
	fields  []*metadata.Field
	page    int
	perPage int
	sortBy  string
	desc    bool
	view    *custom.SavedView
	ids     []int64
	since   *time.Time
	token   *wire.PageToken
	binding string // the hash of what a page token is bound to
}

// readList checks the parameters in the order in which Zoho complains about them.
func (h *Handlers) readList(r *http.Request, set *metadata.FieldSet) (*listRequest, error) {
	p := r.URL.Query()
	if strings.TrimSpace(p.Get("fields")) == "" {
		return nil, wire.ErrMissingParam("fields")
	}
	req := &listRequest{page: 1, perPage: wire.MaxPerPage, sortBy: "id", desc: true}
	var err error
	if req.fields, err = wire.ReadFields(p.Get("fields"), set); err != nil {
		return nil, err
	}
	if req.perPage, err = wire.ReadNumber(p.Get("per_page"), "per_page", wire.MaxPerPage, wire.MaxPerPage); err != nil {
		return nil, err
	}
	if req.page, err = wire.ReadNumber(p.Get("page"), "page", 1, 1<<30); err != nil {
		return nil, err
	}
	if by := p.Get("sort_by"); by != "" {
		if p.Get("cvid") != "" {
			return nil, wire.ErrAmbiguous("cvid", "sort_by")
		}
		if sortKeys[by] == nil {
			return nil, wire.ErrInvalidParam("sort_by")
		}
		req.sortBy = by
	}
	switch p.Get("sort_order") {
	case "", "desc":
	case "asc":
		req.desc = false
	default:
		return nil, wire.ErrPattern("sort_order")
	}
	if err := h.readSelection(r.Context(), p.Get, r.Header.Get("If-Modified-Since"), set, req); err != nil {
		return nil, err
	}
	subject := set.Module.API
	if r.PathValue("related") != "" {
		subject = r.URL.Path // the list of one record is not that of another
	}
	req.binding = wire.BindingOf(platform.IdentityFrom(r.Context()).UserID, subject, p)
	return req, h.readPosition(p.Get("page"), p.Get("page_token"), req)
}

// readSelection checks the parameters that choose records: view, ids, changed since.
func (h *Handlers) readSelection(_ context.Context, param func(string) string, since string, set *metadata.FieldSet, req *listRequest) error {
	if id := param("cvid"); id != "" {
		if req.view = h.defs.View(set.Module, id); req.view == nil {
			return wire.ErrInvalidParam("cvid")
		}
	}
	if list := param("ids"); list != "" {
		req.ids = []int64{}
		for _, s := range strings.Split(list, ",") {
			id, ok := metadata.ParseID(strings.TrimSpace(s))
			if !ok {
				return wire.ErrInvalidParam("ids")
			}
			req.ids = append(req.ids, id)
		}
		if len(req.ids) > 100 {
			return wire.BadRequest("LIMIT_EXCEEDED", "limit exceeded", map[string]any{"limit": 100, "param_name": "ids"})
		}
	}
	var err error
	req.since, err = wire.ReadSince(since)
	return err
}

// readPosition checks page or page_token, and the limits of both.
func (h *Handlers) readPosition(page, token string, req *listRequest) error {
	if token == "" {
		if req.page*req.perPage > maxDiscrete {
			return wire.BadRequest("DISCRETE_PAGINATION_LIMIT_EXCEEDED", "You can only get the first 2000 records without using page_token param",
				map[string]any{"limit": maxDiscrete})
		}
		return nil
	}
	if page != "" {
		return wire.ErrAmbiguous("page", "page_token")
	}
	t, ok := wire.DecodePageToken(token)
	switch {
	case !ok:
		return wire.ErrInvalidParam("page_token")
	case t.Binding != req.binding:
		return wire.BadRequest("TOKEN_BOUND_DATA_MISMATCH", "The request parameters or the user differ from those that the page token was given for",
			map[string]any{"param_name": "page_token"})
	case h.clock().UnixMilli() >= t.Expires:
		return wire.BadRequest("EXPIRED_VALUE", "Page token expired", map[string]any{"param_name": "page_token"})
	case t.Seen >= h.settings.Get().PageTokenRecords:
		return wire.BadRequest("PAGINATION_LIMIT_EXCEEDED", "You can only get upto 100000 records using page_token param",
			map[string]any{"limit": h.settings.Get().PageTokenRecords})
	}
	req.token, req.page = t, t.Page
	return nil
}
