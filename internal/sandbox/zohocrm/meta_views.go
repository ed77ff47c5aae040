package zohocrm

import (
	"net/http"
	"strings"
)

func (h *describeHandlers) listViews(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	p := r.URL.Query()
	page, perPage, err := readPage(p)
	if err != nil {
		return err
	}
	views := h.defs.viewsOf(set.module)
	from, to := bounds(len(views), page, perPage)
	if from == to {
		return noContent(w)
	}
	var all []any
	for _, v := range views[from:to] {
		all = append(all, viewJSON(v, set.module))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"custom_views": all, "info": map[string]any{
		"per_page": perPage, "count": len(all), "page": page, "more_records": to < len(views), "default": views[0].id,
		"translation": map[string]any{"public_views": "Public Views", "other_users_views": "Other Users Views",
			"shared_with_me": "Shared With Me", "created_by_me": "Created By Me"}}})
}

func (h *describeHandlers) getView(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	v := h.defs.viewByID(set.module, r.PathValue("id"))
	if v == nil {
		return noContent(w)
	}
	out := viewJSON(v, set.module)
	out["criteria"] = nil
	if v.mine {
		out["criteria"] = criteriaJSON(&Criteria{Field: "Owner", Comparator: "equal", Value: "${CURRENTUSER}"}, set)
	} else if v.Criteria != nil {
		out["criteria"] = criteriaJSON(v.Criteria, set)
	}
	names := v.Fields
	if len(names) == 0 {
		names = []string{set.module.NameField, "Owner", "Modified_Time"}
	}
	var fields []any
	for _, name := range names {
		if f := set.byAPI[name]; f != nil {
			fields = append(fields, map[string]any{"api_name": f.API, "id": f.ID, "_pin": false})
		}
	}
	out["fields"], out["sort_by"], out["sort_order"], out["shared_to"] = fields, nil, nil, nil
	return writeJSON(w, http.StatusOK, map[string]any{"custom_views": []any{out}})
}

func viewJSON(v *view, m *module) map[string]any {
	category := "public_views"
	var by any
	if v.system == "" {
		category, by = "created_by_me", users[0].minified()
	}
	name := v.Name
	if v.system != "" {
		name = strings.ReplaceAll(name, m.Plural, m.API)
	}
	var system any
	if v.system != "" {
		system = v.system
	}
	return map[string]any{
		"id": v.id, "name": name, "display_value": v.Name, "system_name": system, "system_defined": v.system != "",
		"category": category, "default": v.system == "ALLVIEWS", "access_type": "public", "locked": false, "favorite": nil, "offline": false,
		"created_time": nil, "modified_time": nil, "last_accessed_time": nil, "created_by": by, "modified_by": by,
		"module": map[string]any{"api_name": m.API, "id": m.id()},
	}
}

// criteriaJSON is a criteria as a view's details show it: with the id of each field.
func criteriaJSON(c *Criteria, set *fieldSet) map[string]any {
	if len(c.Group) > 0 {
		group := make([]any, len(c.Group))
		for i := range c.Group {
			group[i] = criteriaJSON(&c.Group[i], set)
		}
		return map[string]any{"group_operator": c.GroupOperator, "group": group}
	}
	field := map[string]any{"api_name": c.Field, "id": nil}
	if f := set.byAPI[c.Field]; f != nil {
		field["id"] = f.ID
	}
	return map[string]any{"comparator": c.Comparator, "field": field, "value": c.Value}
}
