package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

func (h *Handlers) listModules(w http.ResponseWriter, _ *http.Request) error {
	all := make([]any, len(metadata.Modules))
	for i, m := range metadata.Modules {
		all[i] = moduleJSON(m)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"modules": all})
}

func (h *Handlers) getModule(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	for _, m := range metadata.Modules {
		if m.API == name || m.Id() == name {
			out := moduleJSON(m)
			fields := h.defs.Fields(m).List
			list := make([]any, len(fields))
			for i, f := range fields {
				list[i] = fieldJSON(f, m, i)
			}
			out["fields"] = list
			out["layouts"] = []any{layoutName(m)}
			return wire.WriteJSON(w, http.StatusOK, map[string]any{"modules": []any{out}})
		}
	}
	return wire.ErrInvalidModule()
}

func profileNames() []any {
	var all []any
	for _, p := range metadata.Profiles {
		all = append(all, map[string]any{"name": p.Name, "id": p.Id()})
	}
	return all
}

func moduleJSON(m *metadata.Module) map[string]any {
	out := map[string]any{
		"id": m.Id(), "api_name": m.API, "module_name": m.API, "singular_label": m.Singular, "plural_label": m.Plural,
		"actual_singular_label": m.Singular, "actual_plural_label": m.Plural, "description": nil,
		"generated_type": "default", "status": "visible", "sequence_number": m.Number, "profile_count": len(metadata.Profiles),
		"visibility": 1, "per_page": 10, "business_card_field_limit": 5, "modified_by": nil, "modified_time": nil, "parent_module": nil,
		"web_link": nil, "activity_badge": "Enabled", "arguments": []any{}, "profiles": profileNames(), "business_card_fields": []any{},
		"$field_states": []any{}, "$properties": []any{}, "$on_demand_properties": []any{}, "search_layout_fields": []any{m.NameField},
		"display_field": map[string]any{"api_name": m.NameField, "id": m.FieldID(m.NameField)}, "related_lists": []any{}, "related_list_properties": nil, "lookup_field_properties": nil,
		"has_more_profiles": false, "kanban_view": nil, "kanban_view_supported": nil, "filter_status": nil,
	}
	for _, on := range []string{"api_supported", "creatable", "viewable", "editable", "deletable", "quick_create", "visible", "show_as_tab",
		"feeds_required", "inventory_template_supported", "recycle_bin_on_delete", "triggers_supported", "filter_supported",
		"global_search_supported", "emailTemplate_support", "webform_supported", "chart_view_supported", "scoring_supported",
		"common.search_supported"} {
		out[on] = true
	}
	for _, off := range []string{"convertable", "chart_view", "presence_sub_menu", "isBlueprintSupported", "email_parser_supported",
		"track_current_data", "sub_menu_available"} {
		out[off] = false
	}
	return out
}

func layoutID(m *metadata.Module) string {
	return metadata.FormatID(int64(metadata.IdLayouts + m.Number))
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

// layoutJSON is the one layout of a module: its fields by section.
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
				"id": metadata.FormatID(int64(metadata.IdLayouts + set.Module.Number*100 + n)), "column_count": 2, "isSubformSection": false, "tab_traversal": nil,
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
		all = append(all, map[string]any{"name": p.Name, "id": p.Id(), "default": true,
			"_default_view": map[string]any{"name": "All " + m.Plural, "id": custom.StandardViews(m)[0].Id, "type": "custom_view"}})
	}
	return all
}
