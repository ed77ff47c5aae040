package metadata

// RelatedList is a list that a record shows of those that point at it by a lookup.
type RelatedList struct {
	API, Label   string
	Of           string // the module whose records show it
	Module, From string // the module and the lookup of the records in it
}

var RelatedLists = []RelatedList{
	{"Contacts", "Contacts", "Accounts", "Contacts", "Account_Name"},
	{"Child_Accounts", "Member Accounts", "Accounts", "Accounts", "Parent_Account"},
	{"Reporting_Contacts", "Reporting Contacts", "Contacts", "Contacts", "Reporting_To"},
}

const IdRelatedLists = IdBase + 75000
