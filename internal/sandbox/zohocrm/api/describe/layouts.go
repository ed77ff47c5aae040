package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

func layoutID(m *metadata.Module) string {
	return metadata.FormatID(int64(metadata.IDLayouts + m.Number))
}

func layoutName(m *metadata.Module) map[string]any {
	return map[string]any{"name": "Standard", "id": layoutID(m), "api_name": "Standard"}
}

func (h *Handlers) listLayouts(w http.ResponseWriter, _ *http.Request, set *metadata.FieldSet) error {
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"layouts": []any{layoutJSON(set)}})
}

func (h *Handlers) getLayout(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	if r.PathValue("id") != layoutID(set.Module) {
		return wire.NoContent(w)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"layouts": []any{layoutJSON(set)}})
}

// layoutJSON returns the only layout of a module: its fields by section.
func layoutJSON(set *metadata.FieldSet) map[string]any {
	var sections []any
	at := map[string]int{}
	for i, f := range set.List {
		name := f.Section
		if name == "" {
			name = set.Module.Singular + " Information"
		}
		n, known := at[name]
		if !known {
			n = len(sections)
			at[name] = n
			sections = append(sections, map[string]any{"display_label": name, "name": name, "api_name": name, "sequence_number": n + 1,
				"id": metadata.FormatID(int64(metadata.IDLayouts + set.Module.Number*100 + n)), "column_count": 2, "isSubformSection": false, "tab_traversal": nil,
				"type": "used", "generated_type": "default", "properties": nil, "fields": []any{}})
		}
		section := sections[n].(map[string]any)
		field := fieldJSON(f, set.Module, i)
		field["required"] = f.Mandatory
		section["fields"] = append(section["fields"].([]any), field)
	}
	return map[string]any{
		"id": layoutID(set.Module), "name": "Standard", "api_name": "Standard", "display_label": "Standard", "visible": true,
		"status": "active", "generated_type": "default", "mode": "view", "source": nil, "has_more_profiles": false, "show_business_card": true,
		"created_time": nil, "modified_time": nil, "created_for": nil, "created_by": nil, "modified_by": nil, "display_type": 1,
		"subform_properties": nil, "convert_mapping": map[string]any{}, "profiles": layoutProfiles(set.Module), "sections": sections,
		"actions_allowed": map[string]any{"edit": true, "rename": true, "clone": false, "downgrade": false, "delete": false,
			"deactivate": false, "set_layout_permissions": true},
	}
}

func layoutProfiles(m *metadata.Module) []any {
	var all []any
	for _, p := range metadata.Profiles {
		all = append(all, map[string]any{"name": p.Name, "id": p.ID(), "default": true,
			"_default_view": map[string]any{"name": "All " + m.Plural, "id": custom.StandardViews(m)[0].ID, "type": "custom_view"}})
	}
	return all
}
