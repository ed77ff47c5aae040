package describe

import (
	"fmt"
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

var permissionKinds = []string{"View", "Create", "Edit", "Delete"}

func (h *Handlers) listProfiles(w http.ResponseWriter, _ *http.Request) error {
	all := make([]any, len(metadata.Profiles))
	for i, p := range metadata.Profiles {
		all[i] = profileJSON(p)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"profiles": all, "info": map[string]any{"license_limit": nil}})
}

func (h *Handlers) getProfile(w http.ResponseWriter, r *http.Request) error {
	for _, p := range metadata.Profiles {
		if p.ID() == r.PathValue("id") {
			out := profileJSON(p)
			out["permissions_details"], out["sections"] = permissionsOf(p)
			return wire.WriteJSON(w, http.StatusOK, map[string]any{"profiles": []any{out}})
		}
	}
	return wire.ErrInvalidID()
}

func profileJSON(p *metadata.Profile) map[string]any {
	return map[string]any{
		"id": p.ID(), "name": p.Name, "display_label": p.Name, "description": p.Description, "custom": p.Custom, "default": p.Number == 1,
		"category": false, "type": "normal_profile", "created_time": nil, "modified_time": nil, "created_by": nil, "modified_by": nil,
	}
}

// permissionsOf returns what the profile may do with each module, and the sections in which a form shows it.
func permissionsOf(p *metadata.Profile) (details, sections []any) {
	var categories []any
	for _, m := range metadata.Modules {
		var ids []any
		for i, kind := range permissionKinds {
			name := fmt.Sprintf("Crm_Implied_%s_%s", kind, m.API)
			id := metadata.FormatID(int64(metadata.IDProfiles + 1000 + p.Number*200 + m.Number*10 + i))
			ids = append(ids, id)
			details = append(details, map[string]any{"id": id, "name": name, "display_label": kind, "enabled": p.Allowed(name),
				"module": m.API, "customizable": true, "parent_permissions": []any{}})
		}
		categories = append(categories, map[string]any{"display_label": m.Plural, "name": m.API, "module": m.API, "permissions_details": ids})
	}
	return details, []any{map[string]any{"name": "module", "categories": categories}}
}
