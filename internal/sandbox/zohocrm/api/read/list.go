package read

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// ListRecords answers GET /{module} with a page of the module's records.
func (h *Handlers) ListRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	return h.serveList(w, r, set, nil)
}

// serveList answers with a page of the module's records that meet the condition only, or of all records if it is nil.
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

// listQuery returns the query of a page. A page number becomes an offset, a page token a condition on the key.
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

var sortKeys = map[string]*metadata.Field{"id": query.IDField, "Created_Time": query.CreatedField, "Modified_Time": query.ModifiedField}

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
