package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
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
		if m.API == name || m.ID() == name {
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
		all = append(all, map[string]any{"name": p.Name, "id": p.ID()})
	}
	return all
}

func moduleJSON(m *metadata.Module) map[string]any {
	out := map[string]any{
		"id": m.ID(), "api_name": m.API, "module_name": m.API, "singular_label": m.Singular, "plural_label": m.Plural,
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
