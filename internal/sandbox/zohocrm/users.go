package zohocrm

import (
	"fmt"
	"net/http"

	"causeway/internal/sandbox/platform"
)

// user is somebody of the organisation. The first is the one that API calls act as.
type user struct {
	ID, First, Last, Email string
	Profile                int // of profiles
	Status                 string
	Confirmed              bool
}

var users = []*user{
	{ID: platform.DefaultUserID, First: "Ada", Last: "Wellington", Email: "ada.wellington@example.com", Status: "active", Confirmed: true},
	{ID: digits(idUsers + 2), First: "Jürgen", Last: "Öztürk", Email: "juergen.oeztuerk@example.com", Profile: 1, Status: "active", Confirmed: true},
	{ID: digits(idUsers + 3), First: "Mei", Last: "Tanaka", Email: "mei.tanaka@example.com", Profile: 1, Status: "active"},
	{ID: digits(idUsers + 4), First: "Paulo", Last: "Sá", Email: "paulo.sa@example.com", Profile: 1, Status: "disabled", Confirmed: true},
	{ID: digits(idUsers + 5), First: "Olena", Last: "Kovalenko", Email: "olena.kovalenko@example.com", Profile: 1, Status: "deleted", Confirmed: true},
	{ID: digits(idUsers + 6), First: "Tomás", Last: "Řezník", Email: "tomas.reznik@example.com", Profile: 2, Status: "active", Confirmed: true},
	{ID: digits(idUsers + 7), First: "Amara", Last: "Okafor", Email: "amara.okafor@example.com", Profile: 3, Status: "active", Confirmed: true},
}

func (u *user) fullName() string { return u.First + " " + u.Last }
func (u *user) isAdmin() bool    { return u.Profile == 0 }

// zuid is the user's id in the accounts of all of Zoho's services.
func (u *user) zuid() string { return "7" + u.ID[len(u.ID)-8:] }

// minified is how records and metadata name a user.
func (u *user) minified() map[string]any {
	return map[string]any{"name": u.fullName(), "id": u.ID, "email": u.Email}
}

// named is a user's shorter form, in the replies to writes.
func (u *user) named() map[string]any { return map[string]any{"name": u.fullName(), "id": u.ID} }

// userNamed gives the user of an id; the first where there is none.
func userNamed(id string) *user {
	for _, u := range users {
		if u.ID == id {
			return u
		}
	}
	return users[0]
}

// caller is the user that a call acts as.
func caller(r *http.Request) *user { return userNamed(platform.IdentityFrom(r.Context()).UserID) }

// userTypes are the values of the parameter type, and whom each shows.
var userTypes = map[string]func(*user) bool{
	"AllUsers":              func(u *user) bool { return u.Status != "deleted" },
	"ActiveUsers":           func(u *user) bool { return u.Status == "active" },
	"DeactiveUsers":         func(u *user) bool { return u.Status == "disabled" },
	"ConfirmedUsers":        func(u *user) bool { return u.Status != "deleted" && u.Confirmed },
	"NotConfirmedUsers":     func(u *user) bool { return u.Status != "deleted" && !u.Confirmed },
	"DeletedUsers":          func(u *user) bool { return u.Status == "deleted" },
	"ActiveConfirmedUsers":  func(u *user) bool { return u.Status == "active" && u.Confirmed },
	"AdminUsers":            func(u *user) bool { return u.Status != "deleted" && u.isAdmin() },
	"ActiveConfirmedAdmins": func(u *user) bool { return u.Status == "active" && u.Confirmed && u.isAdmin() },
}

func (h *describeHandlers) listUsers(w http.ResponseWriter, r *http.Request) error {
	p := r.URL.Query()
	kind := p.Get("type")
	if kind == "" {
		kind = "AllUsers"
	}
	shown := userTypes[kind]
	if kind == "CurrentUser" {
		me := caller(r)
		shown = func(u *user) bool { return u == me }
	}
	if shown == nil {
		return errPattern("type")
	}
	page, perPage, err := readPage(p)
	if err != nil {
		return err
	}
	var all []any
	for _, u := range users {
		if shown(u) {
			all = append(all, h.userJSON(u))
		}
	}
	from, to := bounds(len(all), page, perPage)
	if from == to {
		return noContent(w)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"users": all[from:to],
		"info": map[string]any{"per_page": perPage, "count": to - from, "page": page, "more_records": to < len(all)}})
}

func (h *describeHandlers) getUser(w http.ResponseWriter, r *http.Request) error {
	for _, u := range users {
		if u.ID == r.PathValue("id") {
			return writeJSON(w, http.StatusOK, map[string]any{"users": []any{h.userJSON(u)}})
		}
	}
	return noContent(w)
}

// bounds cuts a page out of n entries.
func bounds(n, page, perPage int) (from, to int) {
	from = min((page-1)*perPage, n)
	return from, min(from+perPage, n)
}

func (h *describeHandlers) userJSON(u *user) map[string]any {
	profile := profiles[u.Profile]
	out := map[string]any{
		"id": u.ID, "zuid": u.zuid(), "full_name": u.fullName(), "first_name": u.First, "last_name": u.Last,
		"email": u.Email, "status": u.Status, "confirm": u.Confirmed, "type__s": "Regular User", "category": "regular_user",
		"profile": map[string]any{"name": profile.name, "id": profile.id()},
		"role":    map[string]any{"name": "CEO", "id": digits(idProfiles + 500)},
		"locale":  "en_US", "language": "en_US", "country_locale": "US", "country": "US", "time_zone": "Etc/UTC", "offset": 0,
		"date_format": "MMM d, yyyy", "time_format": "HH:mm", "created_time": wire(orgCreated), "Modified_Time": wire(orgCreated),
		"created_by": users[0].minified(), "Isonline": false, "microsoft": false, "personal_account": false,
		"sandboxDeveloper": false, "sort_order_preference__s": "First Name,Last Name", "default_tab_group": "0",
		"name_format__s": "Salutation,First Name,Last Name", "phone": nil, "mobile": nil, "street": nil, "city": nil, "state": nil, "zip": nil,
	}
	if h.settings.Get().CRMMultiCurrency {
		out["Currency"] = h.settings.Get().CRMBaseCurrency
	}
	return out
}

// profile is a set of permissions.
type profile struct {
	number      int
	name        string
	description string
	custom      bool
	allowed     func(permission string) bool
}

func (p *profile) id() string { return digits(int64(idProfiles + p.number)) }

var profiles = []*profile{
	{number: 1, name: "Administrator", description: "This profile will have all the permissions.",
		allowed: func(string) bool { return true }},
	{number: 2, name: "Standard", description: "This profile will have all the permissions except administrative privileges.",
		allowed: func(p string) bool { return !isDelete(p) }},
	{number: 3, name: "Sales", description: "This profile is for those who sell.", custom: true,
		allowed: func(p string) bool { return !isDelete(p) }},
	{number: 4, name: "Finance", description: "This profile is for those who bill.", custom: true,
		allowed: func(p string) bool { return !isDelete(p) }},
}

func isDelete(permission string) bool {
	return len(permission) > 19 && permission[:19] == "Crm_Implied_Delete_"
}

var permissionKinds = []string{"View", "Create", "Edit", "Delete"}

func (h *describeHandlers) listProfiles(w http.ResponseWriter, _ *http.Request) error {
	all := make([]any, len(profiles))
	for i, p := range profiles {
		all[i] = profileJSON(p)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"profiles": all, "info": map[string]any{"license_limit": nil}})
}

func (h *describeHandlers) getProfile(w http.ResponseWriter, r *http.Request) error {
	for _, p := range profiles {
		if p.id() == r.PathValue("id") {
			out := profileJSON(p)
			out["permissions_details"], out["sections"] = permissionsOf(p)
			return writeJSON(w, http.StatusOK, map[string]any{"profiles": []any{out}})
		}
	}
	return errInvalidID()
}

func profileJSON(p *profile) map[string]any {
	return map[string]any{
		"id": p.id(), "name": p.name, "display_label": p.name, "description": p.description, "custom": p.custom, "default": p.number == 1,
		"category": false, "type": "normal_profile", "created_time": nil, "modified_time": nil, "created_by": nil, "modified_by": nil,
	}
}

// permissions gives what the profile may do with each module, and the sections in which a form would show it.
func permissionsOf(p *profile) (details, sections []any) {
	var categories []any
	for _, m := range modules {
		var ids []any
		for i, kind := range permissionKinds {
			name := fmt.Sprintf("Crm_Implied_%s_%s", kind, m.API)
			id := digits(int64(idProfiles + 1000 + p.number*200 + m.number*10 + i))
			ids = append(ids, id)
			details = append(details, map[string]any{"id": id, "name": name, "display_label": kind, "enabled": p.allowed(name),
				"module": m.API, "customizable": true, "parent_permissions": []any{}})
		}
		categories = append(categories, map[string]any{"display_label": m.Plural, "name": m.API, "module": m.API, "permissions_details": ids})
	}
	return details, []any{map[string]any{"name": "module", "categories": categories}}
}
