package zohocrm

import (
	"net/http"
)

// getRecord answers GET /{module}/{id}: the whole record, or the fields asked for.
func (h *readHandlers) getRecord(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	id, ok := parseID(r.PathValue("id"))
	if !ok {
		return errInvalidID()
	}
	since, err := readSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	rec, err := h.store.find(r.Context(), h.store.reader(), set.module.API, id)
	if err != nil {
		return err
	}
	if rec == nil {
		if h.settings.Get().MergeTrace {
			rec, err = h.store.survivor(r.Context(), set.module, id)
		}
		if err != nil {
			return err
		}
	}
	if rec == nil {
		return errInvalidID()
	}
	if since != nil && rec.Modified <= since.UnixMilli() {
		return h.notModified(w)
	}
	fields := set.list
	if names := r.URL.Query().Get("fields"); names != "" {
		if fields, err = readFields(names, set); err != nil {
			return err
		}
	}
	rd, err := h.newRenderer(r.Context(), []*record{rec}, fields)
	if err != nil {
		return err
	}
	out := rd.fields(rec, fields)
	if len(fields) == len(set.list) {
		out = rd.whole(rec, set)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": []any{out}})
}

// listDeleted answers GET /{module}/deleted, the newest deletion first.
func (h *readHandlers) listDeleted(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	p := r.URL.Query()
	page, perPage, err := readPage(p)
	if err != nil {
		return err
	}
	since, err := readSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	kind := p.Get("type")
	switch kind {
	case "", "all", "recycle", "permanent":
	default:
		return errPattern("type")
	}
	found, err := h.store.deletions(r.Context(), set.module, deletionPage{kind: kind, since: since, limit: perPage + 1, offset: (page - 1) * perPage})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return noContent(w)
	}
	more := len(found) > perPage
	var items []any
	for _, d := range found[:min(len(found), perPage)] {
		items = append(items, map[string]any{"id": digits(d.id), "display_name": d.name, "type": d.kind, "deleted_time": wire(d.at),
			"deleted_by": userNamed(d.deletedBy).named(), "created_by": userNamed(d.createdBy).named()})
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": items,
		"info": map[string]any{"per_page": perPage, "count": len(items), "page": page, "more_records": more}})
}

// countRecords answers GET /{module}/actions/count.
func (h *readHandlers) countRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	p := r.URL.Query()
	where, err := searchFilter(set, p.Get)
	if err != nil {
		return err
	}
	if id := p.Get("cvid"); id != "" {
		if where != nil {
			e := errAmbiguous("cvid", searchParam(p.Get))
			e.message = "Please use either Cvid or Search Params. Combination of both the params is not allowed"
			return e
		}
		v := h.defs.viewByID(set.module, id)
		if v == nil {
			return errInvalidParam("cvid")
		}
		if where, err = h.defs.viewFilter(set, v, caller(r).ID); err != nil {
			return errView()
		}
	}
	n, err := h.store.count(r.Context(), set.module, where)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"count": n})
}
