package read

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

// GetRecord answers GET /{module}/{id} with the whole record, or with the fields that the call names.
func (h *Handlers) GetRecord(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	id, ok := metadata.ParseID(r.PathValue("id"))
	if !ok {
		return wire.ErrInvalidID()
	}
	since, err := wire.ReadSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	rec, err := h.store.Find(r.Context(), h.store.Reader(), set.Module.API, id)
	if err != nil {
		return err
	}
	if rec == nil {
		if h.settings.Get().MergeTrace {
			rec, err = h.store.Survivor(r.Context(), set.Module, id)
		}
		if err != nil {
			return err
		}
	}
	if rec == nil {
		return wire.ErrInvalidID()
	}
	if since != nil && rec.Modified <= since.UnixMilli() {
		return h.notModified(w)
	}
	fields := set.List
	if names := r.URL.Query().Get("fields"); names != "" {
		if fields, err = wire.ReadFields(names, set); err != nil {
			return err
		}
	}
	rd, err := h.newRenderer(r.Context(), []*query.Record{rec}, fields)
	if err != nil {
		return err
	}
	out := rd.fields(rec, fields)
	if len(fields) == len(set.List) {
		out = rd.whole(rec, set)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": []any{out}})
}

// ListDeleted answers GET /{module}/deleted. The newest deletion comes first.
func (h *Handlers) ListDeleted(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	p := r.URL.Query()
	page, perPage, err := wire.ReadPage(p)
	if err != nil {
		return err
	}
	since, err := wire.ReadSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	kind := p.Get("type")
	switch kind {
	case "", "all", "recycle", "permanent":
	default:
		return wire.ErrPattern("type")
	}
	found, err := h.store.Deletions(r.Context(), set.Module, records.DeletionPage{Kind: kind, Since: since, Limit: perPage + 1, Offset: (page - 1) * perPage})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return wire.NoContent(w)
	}
	more := len(found) > perPage
	var items []any
	for _, d := range found[:min(len(found), perPage)] {
		items = append(items, map[string]any{"id": metadata.FormatID(d.ID), "display_name": d.Name, "type": d.Kind, "deleted_time": metadata.FormatTime(d.At),
			"deleted_by": metadata.UserNamed(d.DeletedBy).NameAndID(), "created_by": metadata.UserNamed(d.CreatedBy).NameAndID()})
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": items,
		"info": map[string]any{"per_page": perPage, "count": len(items), "page": page, "more_records": more}})
}

// CountRecords answers GET /{module}/actions/count.
func (h *Handlers) CountRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	p := r.URL.Query()
	where, err := searchFilter(set, p.Get)
	if err != nil {
		return err
	}
	if id := p.Get("cvid"); id != "" {
		if where != nil {
			e := wire.ErrAmbiguous("cvid", searchParam(p.Get))
			e.Message = "Please use either Cvid or Search Params. Combination of both the params is not allowed"
			return e
		}
		v := h.defs.View(set.Module, id)
		if v == nil {
			return wire.ErrInvalidParam("cvid")
		}
		if where, err = h.defs.Filter(set, v, wire.Caller(r).ID); err != nil {
			return wire.ErrView()
		}
	}
	n, err := h.store.CountWhere(r.Context(), set.Module, where)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"count": n})
}
