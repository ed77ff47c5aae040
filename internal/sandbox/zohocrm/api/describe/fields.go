package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// listFields answers GET /settings/fields?module=.
func (h *Handlers) listFields(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	switch r.URL.Query().Get("type") {
	case "", "all":
	case "unused":
		return wire.NoContent(w)
	default:
		return wire.ErrPattern("type")
	}
	list := make([]any, len(set.List))
	for i, f := range set.List {
		list[i] = fieldJSON(f, set.Module, i)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"fields": list})
}

func (h *Handlers) getField(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	for i, f := range set.List {
		if f.ID == r.PathValue("id") {
			return wire.WriteJSON(w, http.StatusOK, map[string]any{"fields": []any{fieldJSON(f, set.Module, i)}})
		}
	}
	return wire.NoContent(w)
}

// uiTypes are the numbers that Zoho's own pages use for the types of fields.
var uiTypes = map[metadata.DataType]int{
	metadata.TypeText: 1, metadata.TypePicklist: 2, metadata.TypeTextArea: 3, metadata.TypeMultiPick: 100, metadata.TypeLookup: 4, metadata.TypeOwner: 8, metadata.TypeDate: 24, metadata.TypeEmail: 25,
	metadata.TypeInteger: 32, metadata.TypePhone: 33, metadata.TypeCurrency: 36, metadata.TypePercent: 37, metadata.TypeDouble: 38, metadata.TypeWebsite: 21, metadata.TypeDateTime: 200,
	metadata.TypeBoolean: 301, metadata.TypeBigint: 110, metadata.TypeAuto: 786, metadata.TypeFormula: 203,
}

// fieldJSON returns a field as settings/fields shows it. number is its place in the module.
func fieldJSON(f *metadata.Field, m *metadata.Module, number int) map[string]any {
	label := metadata.LabelOf(f)
	out := map[string]any{
		"id": f.ID, "api_name": f.API, "field_label": label, "display_label": label, "data_type": string(f.Type), "json_type": f.JSONType(),
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

// fieldKind adds the attributes that only some types of fields have.
func fieldKind(out map[string]any, f *metadata.Field) {
	switch f.Type {
	case metadata.TypeCurrency:
		out["currency"] = map[string]any{"rounding_option": "normal", "precision": f.Decimals}
		out["decimal_place"] = f.Decimals
	case metadata.TypeDouble, metadata.TypePercent:
		out["decimal_place"] = f.Decimals
	case metadata.TypeLookup:
		target := metadata.ModuleNamed(f.Lookup)
		out["lookup"] = map[string]any{"api_name": nil, "id": f.ID, "display_label": target.Plural,
			"module": map[string]any{"api_name": target.API, "id": target.ID()}, "revalidate_filter_during_edit": false, "query_details": map[string]any{}}
		out["associated_module"] = map[string]any{"module": target.API, "id": target.ID()}
	case metadata.TypeAuto:
		out["auto_number"] = map[string]any{"prefix": nil, "suffix": nil, "start_number": 1}
	case metadata.TypeFormula:
		out["formula"] = map[string]any{"return_type": "string", "expression": "${" + f.Formula + "}"}
	case metadata.TypeTextArea:
		out["textarea"] = map[string]any{"type": "large"}
	}
}

func uniqueJSON(f *metadata.Field) map[string]any {
	if !f.Unique {
		return map[string]any{}
	}
	return map[string]any{"casesensitive": "0"}
}

func createdSource(f *metadata.Field) string {
	if f.Custom {
		return "user_defined"
	}
	return "default"
}

func columnName(f *metadata.Field) string {
	if f.Custom {
		return "CFLD_" + f.API
	}
	return f.API
}

func fieldProfiles(f *metadata.Field) []any {
	kind := "read_write"
	if f.ReadOnly {
		kind = "read_only"
	}
	var all []any
	for _, p := range metadata.Profiles {
		all = append(all, map[string]any{"name": p.Name, "id": p.ID(), "permission_type": kind})
	}
	return all
}

func picksJSON(f *metadata.Field) []any {
	all := make([]any, len(f.Picks))
	for i, p := range f.Picks {
		all[i] = map[string]any{"display_value": p, "actual_value": p, "reference_value": p, "sequence_number": i + 1, "type": "used",
			"colour_code": nil, "id": f.ID + metadata.FormatID(int64(100+i))}
	}
	return all
}
