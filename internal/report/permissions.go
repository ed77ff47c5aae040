package report

import (
	"causeway/internal/store"
)

// ProfileRights is a profile as it is printed.
type ProfileRights struct {
	ID      string `json:"id"`
	Profile string `json:"profile"`
	Gone    bool   `json:"gone"` // deleted in the CRM
	Set     bool   `json:"set"`  // somebody has set it
	store.Permission
}

// Member is a CRM user as it is printed.
type Member struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Profile string `json:"profile"` // by id
	Active  bool   `json:"active"`
}
