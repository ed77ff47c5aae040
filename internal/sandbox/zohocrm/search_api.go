package zohocrm

import (
	"net/http"

	"causeway/internal/sandbox/platform"
)

const searchScope = "ZohoSearch.securesearch.READ"

// searchRecords answers GET /{module}/search: by criteria, email, phone or word, at most 2000 records. The index of a
// search lags behind the records by the setting searchDelay: what changed since is not found.
func (h *readHandlers) searchRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	if !platform.RequireScope(r, searchScope) {
		return errScope()
	}
	p := r.URL.Query()
	where, err := searchFilter(set, p.Get)
	if err != nil {
		return err
	}
	if where == nil {
		return badRequest("EXPECTED_PARAM_MISSING", "One of the expected parameter is missing", map[string]any{"param_names": searchParams})
	}
	q := query{module: set.module, order: []sortKey{{col: column{f: idField}, desc: true}}}
	if q.limit, err = readNumber(p.Get("per_page"), "per_page", maxPerPage, maxPerPage); err != nil {
		return err
	}
	page, err := readNumber(p.Get("page"), "page", 1, 1<<30)
	if err != nil {
		return err
	}
	if page*q.limit > maxDiscrete {
		return badRequest("LIMIT_REACHED", "You can only search up to 2000 records", map[string]any{"limit": maxDiscrete})
	}
	q.offset = (page - 1) * q.limit
	if q.where, err = h.searched(r, set, where, p.Get("cvid")); err != nil {
		return err
	}
	fields, whole := set.list, true
	if names := p.Get("fields"); names != "" {
		whole = false
		if fields, err = readFields(names, set); err != nil {
			return err
		}
	}
	return h.answerSearch(w, r, set, q, page, fields, whole)
}

// searched narrows a search to a view, where one is named, and to what the index has.
func (h *readHandlers) searched(r *http.Request, set *fieldSet, where *expr, cvid string) (*expr, error) {
	if cvid != "" {
		v := h.defs.viewByID(set.module, cvid)
		if v == nil {
			return nil, errInvalidParam("cvid")
		}
		filter, err := h.defs.viewFilter(set, v, caller(r).ID)
		if err != nil {
			return nil, errView()
		}
		where = both(where, filter)
	}
	if lag := h.settings.Get().SearchDelay; lag > 0 {
		where = both(onTime(modifiedField, opLe, h.clock().Add(-lag).UnixMilli()), where)
	}
	return where, nil
}

func (h *readHandlers) answerSearch(w http.ResponseWriter, r *http.Request, set *fieldSet, q query, page int, fields []*field, whole bool) error {
	records, more, err := h.store.page(r.Context(), q)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return noContent(w)
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
	return writeJSON(w, http.StatusOK, map[string]any{"data": data,
		"info": map[string]any{"per_page": q.limit, "count": len(records), "page": page, "more_records": more}})
}
