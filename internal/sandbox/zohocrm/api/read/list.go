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
	"causeway/internal/sandbox/zohocrm/query"
)

// maxDiscrete is the number of records that page and per_page reach.
const maxDiscrete = 2000

// listRequest is a checked GET /{module}.
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
	binding string // what a page token is bound to
}

func (h *Handlers) ListRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	return h.serveList(w, r, set, nil)
}

// serveList answers with a page of the module's records that meet the condition, if one is given.
func (h *Handlers) serveList(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet, only *query.Expr) error {
	req, err := h.readList(r, set)
	if err != nil {
		return err
	}
	q, err := h.listQuery(set, req, wire.Caller(r).ID)
	if err != nil {
		return err
	}
	q.Where = query.And(only, q.Where)
	records, more, err := h.store.Page(r.Context(), q)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		if req.since != nil {
			return h.notModified(w)
		}
		return wire.NoContent(w)
	}
	rd, err := h.newRenderer(r.Context(), records, req.fields)
	if err != nil {
		return err
	}
	data := make([]any, len(records))
	for i, rec := range records {
		data[i] = rd.fields(rec, req.fields)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": data, "info": h.listInfo(req, records, more)})
}

// listQuery finds where the list goes on: an offset for page, a key for page_token.
func (h *Handlers) listQuery(set *metadata.FieldSet, req *listRequest, userID string) (query.Query, error) {
	var where *query.Expr
	if req.view != nil {
		filter, err := h.defs.Filter(set, req.view, userID)
		if err != nil {
			return query.Query{}, wire.ErrView()
		}
		where = filter
	}
	if req.ids != nil {
		where = query.And(where, query.OnID(query.OpIn, req.ids...))
	}
	if req.since != nil {
		where = query.And(where, query.OnTime(query.ModifiedField, query.OpGt, req.since.UnixMilli()))
	}
	key := sortKeys[req.sortBy]
	q := query.Query{Module: set.Module, Order: []query.SortKey{{Column: query.Column{Field: key}, Desc: req.desc}}, Limit: req.perPage}
	if req.token != nil {
		where = query.And(where, req.token.After(key, req.desc))
	} else {
		q.Offset = (req.page - 1) * req.perPage
	}
	q.Where = where
	return q, nil
}

var sortKeys = map[string]*metadata.Field{"id": query.IdField, "Created_Time": query.CreatedField, "Modified_Time": query.ModifiedField}

func (h *Handlers) listInfo(req *listRequest, records []*query.Record, more bool) map[string]any {
	page, seen := req.page, (req.page-1)*req.perPage
	var previous any
	if req.token != nil {
		page, seen = req.token.Page, req.token.Seen
		previous = req.token.Encode()
	}
	info := map[string]any{
		"call": false, "email": false, "per_page": req.perPage, "count": len(records), "page": page,
		"sort_by": req.sortBy, "sort_order": orderName(req.desc), "more_records": more,
		"next_page_token": nil, "previous_page_token": previous, "page_token_expiry": nil,
	}
	if more {
		last := records[len(records)-1]
		expires := h.clock().Add(h.settings.Get().PageTokenLife)
		info["next_page_token"] = wire.PageToken{
			ID: last.ID, Time: tokenTime(last, req.sortBy), Page: page + 1, Seen: seen + len(records),
			Expires: expires.UnixMilli(), Binding: req.binding,
		}.Encode()
		info["page_token_expiry"] = expires.UTC().Format(metadata.WireTime)
	}
	return info
}

func orderName(desc bool) string {
	if desc {
		return "desc"
	}
	return "asc"
}

// readList checks the parameters in the order in which Zoho complains.
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
		subject = r.URL.Path // the list of one record is no other record's
	}
	req.binding = wire.BindingOf(platform.IdentityFrom(r.Context()).UserID, subject, p)
	return req, h.readPosition(p.Get("page"), p.Get("page_token"), req)
}

// readSelection checks which records are asked for: view, ids, changed since.
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

// readPosition checks page against page_token and the bounds of both.
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

func tokenTime(r *query.Record, sortBy string) int64 {
	switch sortBy {
	case "Modified_Time":
		return r.Modified
	case "Created_Time":
		return r.Created
	default:
		return 0
	}
}
