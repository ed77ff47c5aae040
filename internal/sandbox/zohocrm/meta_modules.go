package zohocrm

import "net/http"

func (h *describeHandlers) listModules(w http.ResponseWriter, _ *http.Request) error {
	all := make([]any, len(modules))
	for i, m := range modules {
		all[i] = moduleJSON(m)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"modules": all})
}

func (h *describeHandlers) getModule(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	for _, m := range modules {
		if m.API == name || m.id() == name {
			out := moduleJSON(m)
			fields := h.defs.fields(m).list
			list := make([]any, len(fields))
			for i, f := range fields {
				list[i] = fieldJSON(f, m, i)
			}
			out["fields"] = list
			out["layouts"] = []any{layoutName(m)}
			return writeJSON(w, http.StatusOK, map[string]any{"modules": []any{out}})
		}
	}
	return errInvalidModule()
}

func profileNames() []any {
	var all []any
	for _, p := range profiles {
		all = append(all, map[string]any{"name": p.name, "id": p.id()})
	}
	return all
}

func moduleJSON(m *module) map[string]any {
	out := map[string]any{
		"id": m.id(), "api_name": m.API, "module_name": m.API, "singular_label": m.Singular, "plural_label": m.Plural,
		"actual_singular_label": m.Singular, "actual_plural_label": m.Plural, "description": nil,
		"generated_type": "default", "status": "visible", "sequence_number": m.number, "profile_count": len(profiles),
		"visibility": 1, "per_page": 10, "business_card_field_limit": 5, "modified_by": nil, "modified_time": nil, "parent_module": nil,
		"web_link": nil, "activity_badge": "Enabled", "arguments": []any{}, "profiles": profileNames(), "business_card_fields": []any{},
		"$field_states": []any{}, "$properties": []any{}, "$on_demand_properties": []any{}, "search_layout_fields": []any{m.NameField},
		"display_field": map[string]any{"api_name": m.NameField, "id": m.fieldID(m.NameField)}, "related_lists": []any{}, "related_list_properties": nil, "lookup_field_properties": nil,
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

func (m *module) fieldID(api string) string {
	for i := range m.fields {
		if m.fields[i].API == api {
			return m.fields[i].ID
		}
	}
	return ""
}

func layoutID(m *module) string { return digits(int64(idLayouts + m.number)) }

func layoutName(m *module) map[string]any {
	return map[string]any{"name": "Standard", "id": layoutID(m), "api_name": "Standard"}
}

func (h *describeHandlers) listLayouts(w http.ResponseWriter, _ *http.Request, set *fieldSet) error {
	return writeJSON(w, http.StatusOK, map[string]any{"layouts": []any{layoutJSON(set)}})
}

func (h *describeHandlers) getLayout(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	if r.PathValue("id") != layoutID(set.module) {
		return noContent(w)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"layouts": []any{layoutJSON(set)}})
}

// layoutJSON is the one layout of a module: its fields by section.
func layoutJSON(set *fieldSet) map[string]any {
	var sections []any
	at := map[string]int{}
	for i, f := range set.list {
		name := f.Section
		if name == "" {
			name = set.module.Singular + " Information"
		}
		n, known := at[name]
		if !known {
			n = len(sections)
			at[name] = n
			sections = append(sections, map[string]any{"display_label": name, "name": name, "api_name": name, "sequence_number": n + 1,
				"id": digits(int64(idLayouts + set.module.number*100 + n)), "column_count": 2, "isSubformSection": false, "tab_traversal": nil,
				"type": "used", "generated_type": "default", "properties": nil, "fields": []any{}})
		}
		section := sections[n].(map[string]any)
		field := fieldJSON(f, set.module, i)
		field["required"] = f.Mandatory
		section["fields"] = append(section["fields"].([]any), field)
	}
	return map[string]any{
		"id": layoutID(set.module), "name": "Standard", "api_name": "Standard", "display_label": "Standard", "visible": true,
		"status": "active", "generated_type": "default", "mode": "view", "source": nil, "has_more_profiles": false, "show_business_card": true,
		"created_time": nil, "modified_time": nil, "created_for": nil, "created_by": nil, "modified_by": nil, "display_type": 1,
		"subform_properties": nil, "convert_mapping": map[string]any{}, "profiles": layoutProfiles(set.module), "sections": sections,
		"actions_allowed": map[string]any{"edit": true, "rename": true, "clone": false, "downgrade": false, "delete": false,
			"deactivate": false, "set_layout_permissions": true},
	}
}

func layoutProfiles(m *module) []any {
	var all []any
	for _, p := range profiles {
		all = append(all, map[string]any{"name": p.name, "id": p.id(), "default": true,
			"_default_view": map[string]any{"name": "All " + m.Plural, "id": standardViews(m)[0].id, "type": "custom_view"}})
	}
	return all
}
