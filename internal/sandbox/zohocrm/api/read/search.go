package read

import (
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

const searchScope = "ZohoSearch.securesearch.READ"

// SearchRecords answers GET /{module}/search: by criteria, email, phone or word, up to 2000 records. Like Zoho's search
// index, it does not find what changed a moment ago; the setting searchDelay says how long that takes.
func (h *Handlers) SearchRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	if !platform.RequireScope(r, searchScope) {
		return wire.ErrScope()
	}
	p := r.URL.Query()
	where, err := searchFilter(set, p.Get)
	if err != nil {
		return err
	}
	if where == nil {
		return wire.BadRequest("EXPECTED_PARAM_MISSING", "One of the expected parameter is missing", map[string]any{"param_names": searchParams})
	}
	q := query.Query{Module: set.Module, Order: []query.SortKey{{Column: query.Column{Field: query.IDField}, Desc: true}}}
	if q.Limit, err = wire.ReadNumber(p.Get("per_page"), "per_page", wire.MaxPerPage, wire.MaxPerPage); err != nil {
		return err
	}
	page, err := wire.ReadNumber(p.Get("page"), "page", 1, 1<<30)
	if err != nil {
		return err
	}
	if page*q.Limit > maxDiscrete {
		return wire.BadRequest("LIMIT_REACHED", "You can only search up to 2000 records", map[string]any{"limit": maxDiscrete})
	}
	q.Offset = (page - 1) * q.Limit
	if q.Where, err = h.searched(r, set, where, p.Get("cvid")); err != nil {
		return err
	}
	fields, whole := set.List, true
	if names := p.Get("fields"); names != "" {
		whole = false
		if fields, err = wire.ReadFields(names, set); err != nil {
			return err
		}
	}
	return h.answerSearch(w, r, set, q, page, fields, whole)
}

// searched limits a search to a view, if one is named, and to records that did not change within searchDelay.
func (h *Handlers) searched(r *http.Request, set *metadata.FieldSet, where *query.Expr, cvid string) (*query.Expr, error) {
	if cvid != "" {
		v := h.defs.View(set.Module, cvid)
		if v == nil {
			return nil, wire.ErrInvalidParam("cvid")
		}
		filter, err := h.defs.Filter(set, v, wire.Caller(r).ID)
		if err != nil {
			return nil, wire.ErrView()
		}
		where = query.And(where, filter)
	}
	if lag := h.settings.Get().SearchDelay; lag > 0 {
		where = query.And(query.OnTime(query.ModifiedField, query.OpLe, h.clock().Add(-lag).UnixMilli()), where)
	}
	return where, nil
}

func (h *Handlers) answerSearch(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet, q query.Query, page int, fields []*metadata.Field, whole bool) error {
	records, more, err := h.store.Page(r.Context(), q)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return wire.NoContent(w)
	}
	rd, err := h.newRenderer(r.Context(), records, fields)
	if err != nil {
		return err
	}
	data := make([]any, len(records))
	for i, rec := range records {
		if data[i] = rd.fields(rec, fields); whole {
			data[i] = rd.whole(rec, set)
		}
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": data,
		"info": map[string]any{"per_page": q.Limit, "count": len(records), "page": page, "more_records": more}})
}
