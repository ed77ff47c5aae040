package zohocrm

import (
	"net/http"
)

// relatedList is a list that a record shows of those that point at it by a lookup.
type relatedList struct {
	API, Label   string
	of           string // the module whose records show it
	module, from string // the module and the lookup of the records in it
}

var relatedLists = []relatedList{
	{"Contacts", "Contacts", "Accounts", "Contacts", "Account_Name"},
	{"Child_Accounts", "Member Accounts", "Accounts", "Accounts", "Parent_Account"},
	{"Reporting_Contacts", "Reporting Contacts", "Contacts", "Contacts", "Reporting_To"},
}

const idRelatedLists = idBase + 75000

func relatedListJSON(l relatedList, number int) map[string]any {
	m := moduleNamed(l.module)
	return map[string]any{"id": digits(int64(idRelatedLists + number)), "sequence_number": digits(int64(number + 1)), "api_name": l.API,
		"display_label": l.Label, "name": l.API, "module": map[string]any{"api_name": m.API, "id": m.id()}, "action": nil,
		"href": m.API + "/{ENTITYID}/" + l.API, "type": "default", "connectedmodule": nil, "linkingmodule": nil, "visible": true,
		"customize_sort": true, "customize_fields": true, "customize_display_label": true, "sort_by": nil, "sort_order": nil,
		"fields": []any{map[string]any{"api_name": m.NameField, "id": m.fieldID(m.NameField)}}, "status": "visible"}
}

// listRelatedLists answers GET /settings/related_lists?module=.
func (h *describeHandlers) listRelatedLists(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	var all []any
	for i, l := range relatedLists {
		if l.of == set.module.API && (r.PathValue("id") == "" || r.PathValue("id") == digits(int64(idRelatedLists+i))) {
			all = append(all, relatedListJSON(l, i))
		}
	}
	if len(all) == 0 {
		return noContent(w)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"related_lists": all})
}

// listRelated answers GET /{module}/{id}/{related list}, which pages as a list of a module does.
func (h *readHandlers) listRelated(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	id, ok := parseID(r.PathValue("id"))
	if !ok {
		return errInvalidID()
	}
	for _, l := range relatedLists {
		if l.of != set.module.API || l.API != r.PathValue("related") {
			continue
		}
		rec, err := h.store.find(r.Context(), h.store.reader(), set.module.API, id)
		if err != nil {
			return err
		}
		if rec == nil {
			return errInvalidID()
		}
		target := moduleNamed(l.module)
		if !moduleScope(r, target, "READ") {
			return errScope()
		}
		fields := h.defs.fields(target)
		return h.serveList(w, r, fields, &expr{col: column{f: fields.byAPI[l.from]}, op: opEq, value: []operand{{id: id}}})
	}
	return badRequest("INVALID_DATA", "the relation name given seems to be invalid", map[string]any{"resource_path_index": 2})
}
