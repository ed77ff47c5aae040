package describe

import (
	"net/http"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

func (h *Handlers) listViews(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	p := r.URL.Query()
	page, perPage, err := wire.ReadPage(p)
	if err != nil {
		return err
	}
	views := h.defs.Views(set.Module)
	from, to := bounds(len(views), page, perPage)
	if from == to {
		return wire.NoContent(w)
	}
	var all []any
	for _, v := range views[from:to] {
		all = append(all, viewJSON(v, set.Module))
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"custom_views": all, "info": map[string]any{
		"per_page": perPage, "count": len(all), "page": page, "more_records": to < len(views), "default": views[0].ID,
		"translation": map[string]any{"public_views": "Public Views", "other_users_views": "Other Users Views",
			"shared_with_me": "Shared With Me", "created_by_me": "Created By Me"}}})
}

func (h *Handlers) getView(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	v := h.defs.View(set.Module, r.PathValue("id"))
	if v == nil {
		return wire.NoContent(w)
	}
	out := viewJSON(v, set.Module)
	out["criteria"] = nil
	if v.Mine {
		out["criteria"] = criteriaJSON(&query.Criteria{Field: "Owner", Comparator: "equal", Value: "${CURRENTUSER}"}, set)
	} else if v.Criteria != nil {
		out["criteria"] = criteriaJSON(v.Criteria, set)
	}
	names := v.Fields
	if len(names) == 0 {
		names = []string{set.Module.NameField, "Owner", "Modified_Time"}
	}
	var fields []any
	for _, name := range names {
		if f := set.ByAPI[name]; f != nil {
			fields = append(fields, map[string]any{"api_name": f.API, "id": f.ID, "_pin": false})
		}
	}
	out["fields"], out["sort_by"], out["sort_order"], out["shared_to"] = fields, nil, nil, nil
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"custom_views": []any{out}})
}

func viewJSON(v *custom.SavedView, m *metadata.Module) map[string]any {
	category := "public_views"
	var by any
	if v.System == "" {
		category, by = "created_by_me", metadata.Users[0].Minified()
	}
	name := v.Name
	if v.System != "" {
		name = strings.ReplaceAll(name, m.Plural, m.API)
	}
	var system any
	if v.System != "" {
		system = v.System
	}
	return map[string]any{
		"id": v.ID, "name": name, "display_value": v.Name, "system_name": system, "system_defined": v.System != "",
		"category": category, "default": v.System == "ALLVIEWS", "access_type": "public", "locked": false, "favorite": nil, "offline": false,
		"created_time": nil, "modified_time": nil, "last_accessed_time": nil, "created_by": by, "modified_by": by,
		"module": map[string]any{"api_name": m.API, "id": m.ID()},
	}
}

// criteriaJSON returns a criteria as the details of a view show it: with the id of each field.
func criteriaJSON(c *query.Criteria, set *metadata.FieldSet) map[string]any {
	if len(c.Group) > 0 {
		group := make([]any, len(c.Group))
		for i := range c.Group {
			group[i] = criteriaJSON(&c.Group[i], set)
		}
		return map[string]any{"group_operator": c.GroupOperator, "group": group}
	}
	field := map[string]any{"api_name": c.Field, "id": nil}
	if f := set.ByAPI[c.Field]; f != nil {
		field["id"] = f.ID
	}
	return map[string]any{"comparator": c.Comparator, "field": field, "value": c.Value}
}
