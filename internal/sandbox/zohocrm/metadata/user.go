package metadata

import "causeway/internal/sandbox/platform"

// User is a user of the organisation.
type User struct {
	ID, First, Last, Email string
	Profile                int // the place in Profiles
	Status                 string
	Confirmed              bool
}

// Users are those of the organisation. API calls act as the first, and so do the sandbox's own writes.
var Users = []*User{
	{ID: platform.DefaultUserID, First: "Ada", Last: "Wellington", Email: "ada.wellington@example.com", Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 2), First: "Jürgen", Last: "Öztürk", Email: "juergen.oeztuerk@example.com", Profile: 1, Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 3), First: "Mei", Last: "Tanaka", Email: "mei.tanaka@example.com", Profile: 1, Status: "active"},
	{ID: FormatID(idUsers + 4), First: "Paulo", Last: "Sá", Email: "paulo.sa@example.com", Profile: 1, Status: "disabled", Confirmed: true},
	{ID: FormatID(idUsers + 5), First: "Olena", Last: "Kovalenko", Email: "olena.kovalenko@example.com", Profile: 1, Status: "deleted", Confirmed: true},
	{ID: FormatID(idUsers + 6), First: "Tomás", Last: "Řezník", Email: "tomas.reznik@example.com", Profile: 2, Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 7), First: "Amara", Last: "Okafor", Email: "amara.okafor@example.com", Profile: 3, Status: "active", Confirmed: true},
}

// FullName returns the first and the last name.
func (u *User) FullName() string { return u.First + " " + u.Last }

// IsAdmin reports whether the user has the administrators' profile.
func (u *User) IsAdmin() bool { return u.Profile == 0 }

// ZUID returns the user's id in Zoho's accounts, which all of Zoho's services share.
func (u *User) ZUID() string { return "7" + u.ID[len(u.ID)-8:] }

// Minified returns the user as records and metadata show it.
func (u *User) Minified() map[string]any {
	return map[string]any{"name": u.FullName(), "id": u.ID, "email": u.Email}
}

// NameAndID returns the user as the replies to writes show it.
func (u *User) NameAndID() map[string]any { return map[string]any{"name": u.FullName(), "id": u.ID} }

// UserNamed returns the user of an id, and the first user if there is none.
func UserNamed(id string) *User {
	for _, u := range Users {
		if u.ID == id {
			return u
		}
	}
	return Users[0]
}
