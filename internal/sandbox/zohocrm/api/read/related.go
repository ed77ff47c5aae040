package read

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// ListRelated answers GET /{module}/{id}/{related list}. Its pages work like those of a module's list.
func (h *Handlers) ListRelated(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	id, ok := metadata.ParseID(r.PathValue("id"))
	if !ok {
		return wire.ErrInvalidID()
	}
	for _, l := range metadata.RelatedLists {
		if l.Of != set.Module.API || l.API != r.PathValue("related") {
			continue
		}
		rec, err := h.store.Find(r.Context(), h.store.Reader(), set.Module.API, id)
		if err != nil {
			return err
		}
		if rec == nil {
			return wire.ErrInvalidID()
		}
		target := metadata.ModuleNamed(l.Module)
		if !wire.ModuleScope(r, target, "READ") {
			return wire.ErrScope()
		}
		fields := h.defs.Fields(target)
		return h.serveList(w, r, fields, query.OnReference(fields.ByAPI[l.From], id))
	}
	return wire.BadRequest("INVALID_DATA", "the relation name given seems to be invalid", map[string]any{"resource_path_index": 2})
}
