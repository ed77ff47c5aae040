package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

func relatedListJSON(l metadata.RelatedList, number int) map[string]any {
	m := metadata.ModuleNamed(l.Module)
	return map[string]any{"id": metadata.FormatID(int64(metadata.IDRelatedLists + number)), "sequence_number": metadata.FormatID(int64(number + 1)), "api_name": l.API,
		"display_label": l.Label, "name": l.API, "module": map[string]any{"api_name": m.API, "id": m.ID()}, "action": nil,
		"href": m.API + "/{ENTITYID}/" + l.API, "type": "default", "connectedmodule": nil, "linkingmodule": nil, "visible": true,
		"customize_sort": true, "customize_fields": true, "customize_display_label": true, "sort_by": nil, "sort_order": nil,
		"fields": []any{map[string]any{"api_name": m.NameField, "id": m.FieldID(m.NameField)}}, "status": "visible"}
}

// listRelatedLists answers GET /settings/related_lists?module=.
func (h *Handlers) listRelatedLists(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	var all []any
	for i, l := range metadata.RelatedLists {
		if l.Of == set.Module.API && (r.PathValue("id") == "" || r.PathValue("id") == metadata.FormatID(int64(metadata.IDRelatedLists+i))) {
			all = append(all, relatedListJSON(l, i))
		}
	}
	if len(all) == 0 {
		return wire.NoContent(w)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"related_lists": all})
}
