package zohocrm

import "net/http"

func (h *describeHandlers) listFields(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	switch r.URL.Query().Get("type") {
	case "", "all":
	case "unused":
		return noContent(w)
	default:
		return errPattern("type")
	}
	list := make([]any, len(set.list))
	for i, f := range set.list {
		list[i] = fieldJSON(f, set.module, i)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"fields": list})
}

func (h *describeHandlers) getField(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	for i, f := range set.list {
		if f.ID == r.PathValue("id") {
			return writeJSON(w, http.StatusOK, map[string]any{"fields": []any{fieldJSON(f, set.module, i)}})
		}
	}
	return noContent(w)
}

// uiTypes are the numbers by which Zoho's own pages know the kinds of fields.
var uiTypes = map[dataType]int{
	typeText: 1, typePicklist: 2, typeTextArea: 3, typeMultiPick: 100, typeLookup: 4, typeOwner: 8, typeDate: 24, typeEmail: 25,
	typeInteger: 32, typePhone: 33, typeCurrency: 36, typePercent: 37, typeDouble: 38, typeWebsite: 21, typeDateTime: 200,
	typeBoolean: 301, typeBigint: 110, typeAuto: 786, typeFormula: 203,
}

// fieldJSON is a field as settings/fields shows it. number is its place in the module.
func fieldJSON(f *field, m *module, number int) map[string]any {
	label := labelOf(f)
	out := map[string]any{
		"id": f.ID, "api_name": f.API, "field_label": label, "display_label": label, "data_type": string(f.Type), "json_type": f.jsonType(),
		"length": f.Length, "decimal_place": nil, "system_mandatory": f.Mandatory, "read_only": f.ReadOnly, "field_read_only": f.ReadOnly,
		"custom_field": f.Custom, "visible": true, "type": "used", "sequence_number": number + 1, "quick_sequence_number": nil,
		"created_source": createdSource(f), "column_name": columnName(f), "default_value": nil, "tooltip": nil, "ui_type": uiTypes[f.Type],
		"display_type": -1, "show_type": 7, "category": 0, "display_field": f.API == m.NameField, "created_time": nil, "modified_time": nil,
		"unique":         uniqueJSON(f),
		"operation_type": map[string]any{"web_update": !f.ReadOnly, "api_create": !f.ReadOnly, "web_create": !f.ReadOnly, "api_update": !f.ReadOnly},
		"profiles":       fieldProfiles(f), "layout_associations": []any{layoutName(m)},
		"view_type":        map[string]any{"view": true, "edit": !f.ReadOnly, "quick_create": f.Mandatory, "create": !f.ReadOnly},
		"pick_list_values": picksJSON(f), "lookup": map[string]any{}, "multiselectlookup": map[string]any{}, "currency": map[string]any{},
		"formula": map[string]any{}, "auto_number": map[string]any{}, "external": nil, "private": nil, "crypt": nil, "history_tracking": nil,
		"associated_module": nil, "multi_module_lookup": map[string]any{}, "subform": nil, "rollup_summary": map[string]any{},
		"refer_from_field": nil, "convert_mapping": map[string]any{"Contacts": nil, "Deals": nil, "Accounts": nil},
		"association_details": nil, "additional_column": nil, "hipaa_compliance": nil, "hipaa_compliance_enabled": false,
		"email_parser":            map[string]any{"fields_update_supported": true, "record_operations_supported": true},
		"customizable_properties": []any{}, "allowed_modules": []any{}, "colour_code_enabled_by_system": false,
	}
	for _, on := range []string{"webhook", "blueprint_supported", "businesscard_supported", "filterable", "available_in_user_layout",
		"sortable", "searchable"} {
		out[on] = true
	}
	for _, off := range []string{"virtual_field", "pick_list_values_sorted_lexically", "separator", "enable_colour_code", "static_field",
		"number_separator", "_update_existing_records"} {
		out[off] = false
	}
	out["mass_update"] = !f.ReadOnly && !f.Unique
	fieldKind(out, f)
	return out
}

// fieldKind adds what only some kinds of fields have.
func fieldKind(out map[string]any, f *field) {
	switch f.Type {
	case typeCurrency:
		out["currency"] = map[string]any{"rounding_option": "normal", "precision": f.Decimals}
		out["decimal_place"] = f.Decimals
	case typeDouble, typePercent:
		out["decimal_place"] = f.Decimals
	case typeLookup:
		target := moduleNamed(f.Lookup)
		out["lookup"] = map[string]any{"api_name": nil, "id": f.ID, "display_label": target.Plural,
			"module": map[string]any{"api_name": target.API, "id": target.id()}, "revalidate_filter_during_edit": false, "query_details": map[string]any{}}
		out["associated_module"] = map[string]any{"module": target.API, "id": target.id()}
	case typeAuto:
		out["auto_number"] = map[string]any{"prefix": nil, "suffix": nil, "start_number": 1}
	case typeFormula:
		out["formula"] = map[string]any{"return_type": "string", "expression": "${" + f.Formula + "}"}
	case typeTextArea:
		out["textarea"] = map[string]any{"type": "large"}
	}
}

func uniqueJSON(f *field) map[string]any {
	if !f.Unique {
		return map[string]any{}
	}
	return map[string]any{"casesensitive": "0"}
}

func createdSource(f *field) string {
	if f.Custom {
		return "user_defined"
	}
	return "default"
}

func columnName(f *field) string {
	if f.Custom {
		return "CFLD_" + f.API
	}
	return f.API
}

func fieldProfiles(f *field) []any {
	kind := "read_write"
	if f.ReadOnly {
		kind = "read_only"
	}
	var all []any
	for _, p := range profiles {
		all = append(all, map[string]any{"name": p.name, "id": p.id(), "permission_type": kind})
	}
	return all
}

func picksJSON(f *field) []any {
	all := make([]any, len(f.Picks))
	for i, p := range f.Picks {
		all[i] = map[string]any{"display_value": p, "actual_value": p, "reference_value": p, "sequence_number": i + 1, "type": "used",
			"colour_code": nil, "id": f.ID + digits(int64(100+i))}
	}
	return all
}
