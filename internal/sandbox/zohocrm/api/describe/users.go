package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// userTypes are the values of the parameter type, and which users each shows.
var userTypes = map[string]func(*metadata.User) bool{
	"AllUsers":              func(u *metadata.User) bool { return u.Status != "deleted" },
	"ActiveUsers":           func(u *metadata.User) bool { return u.Status == "active" },
	"DeactiveUsers":         func(u *metadata.User) bool { return u.Status == "disabled" },
	"ConfirmedUsers":        func(u *metadata.User) bool { return u.Status != "deleted" && u.Confirmed },
	"NotConfirmedUsers":     func(u *metadata.User) bool { return u.Status != "deleted" && !u.Confirmed },
	"DeletedUsers":          func(u *metadata.User) bool { return u.Status == "deleted" },
	"ActiveConfirmedUsers":  func(u *metadata.User) bool { return u.Status == "active" && u.Confirmed },
	"AdminUsers":            func(u *metadata.User) bool { return u.Status != "deleted" && u.IsAdmin() },
	"ActiveConfirmedAdmins": func(u *metadata.User) bool { return u.Status == "active" && u.Confirmed && u.IsAdmin() },
}

func (h *Handlers) listUsers(w http.ResponseWriter, r *http.Request) error {
	p := r.URL.Query()
	kind := p.Get("type")
	if kind == "" {
		kind = "AllUsers"
	}
	shown := userTypes[kind]
	if kind == "CurrentUser" {
		me := wire.Caller(r)
		shown = func(u *metadata.User) bool { return u == me }
	}
	if shown == nil {
		return wire.ErrPattern("type")
	}
	page, perPage, err := wire.ReadPage(p)
	if err != nil {
		return err
	}
	var all []any
	for _, u := range metadata.Users {
		if shown(u) {
			all = append(all, h.userJSON(u))
		}
	}
	from, to := bounds(len(all), page, perPage)
	if from == to {
		return wire.NoContent(w)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"users": all[from:to],
		"info": map[string]any{"per_page": perPage, "count": to - from, "page": page, "more_records": to < len(all)}})
}

// GetUser answers GET /users/{id}.
func (h *Handlers) GetUser(w http.ResponseWriter, r *http.Request) error {
	for _, u := range metadata.Users {
		if u.ID == r.PathValue("id") {
			return wire.WriteJSON(w, http.StatusOK, map[string]any{"users": []any{h.userJSON(u)}})
		}
	}
	return wire.NoContent(w)
}

// bounds returns where a page of n entries begins and ends.
func bounds(n, page, perPage int) (from, to int) {
	from = min((page-1)*perPage, n)
	return from, min(from+perPage, n)
}

func (h *Handlers) userJSON(u *metadata.User) map[string]any {
	profile := metadata.Profiles[u.Profile]
	out := map[string]any{
		"id": u.ID, "zuid": u.ZUID(), "full_name": u.FullName(), "first_name": u.First, "last_name": u.Last,
		"email": u.Email, "status": u.Status, "confirm": u.Confirmed, "type__s": "Regular User", "category": "regular_user",
		"profile": map[string]any{"name": profile.Name, "id": profile.ID()},
		"role":    map[string]any{"name": "CEO", "id": metadata.FormatID(metadata.IDProfiles + 500)},
		"locale":  "en_US", "language": "en_US", "country_locale": "US", "country": "US", "time_zone": "Etc/UTC", "offset": 0,
		"date_format": "MMM d, yyyy", "time_format": "HH:mm", "created_time": metadata.FormatTime(orgCreated), "Modified_Time": metadata.FormatTime(orgCreated),
		"created_by": metadata.Users[0].Minified(), "Isonline": false, "microsoft": false, "personal_account": false,
		"sandboxDeveloper": false, "sort_order_preference__s": "First Name,Last Name", "default_tab_group": "0",
		"name_format__s": "Salutation,First Name,Last Name", "phone": nil, "mobile": nil, "street": nil, "city": nil, "state": nil, "zip": nil,
	}
	if h.settings.Get().CRMMultiCurrency {
		out["Currency"] = h.settings.Get().CRMBaseCurrency
	}
	return out
}
