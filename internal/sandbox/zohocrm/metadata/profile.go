package metadata

// Profile is a set of permissions that users share.
type Profile struct {
	Number      int
	Name        string
	Description string
	Custom      bool
	Allowed     func(permission string) bool
}

// ID returns the profile's id.
func (p *Profile) ID() string { return FormatID(int64(IDProfiles + p.Number)) }

// Profiles are those of the organisation. Users name theirs by its place in this list.
var Profiles = []*Profile{
	{Number: 1, Name: "Administrator", Description: "This profile will have all the permissions.",
		Allowed: func(string) bool { return true }},
	{Number: 2, Name: "Standard", Description: "This profile will have all the permissions except administrative privileges.",
		Allowed: func(p string) bool { return !isDelete(p) }},
	{Number: 3, Name: "Sales", Description: "This profile is for those who sell.", Custom: true,
		Allowed: func(p string) bool { return !isDelete(p) }},
	{Number: 4, Name: "Finance", Description: "This profile is for those who bill.", Custom: true,
		Allowed: func(p string) bool { return !isDelete(p) }},
}

func isDelete(permission string) bool {
	return len(permission) > 19 && permission[:19] == "Crm_Implied_Delete_"
}
