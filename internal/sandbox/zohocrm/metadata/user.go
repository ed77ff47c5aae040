package metadata

import "causeway/internal/sandbox/platform"

// User is somebody of the organisation. The first is the one that API calls act as.
type User struct {
	ID, First, Last, Email string
	Profile                int // of profiles
	Status                 string
	Confirmed              bool
}

var Users = []*User{
	{ID: platform.DefaultUserID, First: "Ada", Last: "Wellington", Email: "ada.wellington@example.com", Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 2), First: "Jürgen", Last: "Öztürk", Email: "juergen.oeztuerk@example.com", Profile: 1, Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 3), First: "Mei", Last: "Tanaka", Email: "mei.tanaka@example.com", Profile: 1, Status: "active"},
	{ID: FormatID(idUsers + 4), First: "Paulo", Last: "Sá", Email: "paulo.sa@example.com", Profile: 1, Status: "disabled", Confirmed: true},
	{ID: FormatID(idUsers + 5), First: "Olena", Last: "Kovalenko", Email: "olena.kovalenko@example.com", Profile: 1, Status: "deleted", Confirmed: true},
	{ID: FormatID(idUsers + 6), First: "Tomás", Last: "Řezník", Email: "tomas.reznik@example.com", Profile: 2, Status: "active", Confirmed: true},
	{ID: FormatID(idUsers + 7), First: "Amara", Last: "Okafor", Email: "amara.okafor@example.com", Profile: 3, Status: "active", Confirmed: true},
}

func (u *User) FullName() string { return u.First + " " + u.Last }

func (u *User) IsAdmin() bool { return u.Profile == 0 }

// Zuid is the user's id in the accounts of all of Zoho's services.
func (u *User) Zuid() string { return "7" + u.ID[len(u.ID)-8:] }

// Minified is how records and metadata name a user.
func (u *User) Minified() map[string]any {
	return map[string]any{"name": u.FullName(), "id": u.ID, "email": u.Email}
}

// Named is a user's shorter form, in the replies to writes.
func (u *User) Named() map[string]any { return map[string]any{"name": u.FullName(), "id": u.ID} }

// UserNamed gives the user of an id; the first where there is none.
func UserNamed(id string) *User {
	for _, u := range Users {
		if u.ID == id {
			return u
		}
	}
	return Users[0]
}
