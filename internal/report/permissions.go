package report

import (
	"causeway/internal/permission"
	"causeway/internal/store/administration"
)

// ProfileRights is what a CRM profile may do.
type ProfileRights struct {
	ID      string `json:"id"`
	Profile string `json:"profile"`
	Gone    bool   `json:"gone"` // deleted in the CRM
	Set     bool   `json:"set"`  // somebody has set it
	permission.Permission
}

// Member is a CRM user.
type Member struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Profile string `json:"profile"` // by id
	Active  bool   `json:"active"`
}

// Profiles lists what the CRM's profiles may do.
type Profiles struct {
	Connection string          `json:"connection"`
	Profiles   []ProfileRights `json:"profiles"`
}

// NewProfiles builds Profiles.
func NewProfiles(connection string, rows []administration.Profile) Profiles {
	out := Profiles{Connection: connection, Profiles: make([]ProfileRights, len(rows))}
	for i, r := range rows {
		out.Profiles[i] = ProfileRights{ID: r.ID, Profile: r.Name, Gone: r.Gone, Set: r.Set, Permission: r.Permission}
	}
	return out
}

// Members lists the CRM's users.
type Members struct {
	Connection string   `json:"connection"`
	Users      []Member `json:"users"`
}

// NewMembers builds Members.
func NewMembers(connection string, rows []administration.Member) Members {
	out := Members{Connection: connection, Users: make([]Member, len(rows))}
	for i, r := range rows {
		out.Users[i] = Member{ID: r.User, Name: r.Name, Profile: r.Profile, Active: r.Active}
	}
	return out
}
