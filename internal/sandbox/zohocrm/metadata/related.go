package metadata

// RelatedList is a list that a record shows: the records that point at it by a lookup.
type RelatedList struct {
	API, Label   string
	Of           string // the module of the record that shows the list
	Module, From string // the module and the lookup field of the records in the list
}

// RelatedLists are those of all modules.
var RelatedLists = []RelatedList{
	{"Contacts", "Contacts", "Accounts", "Contacts", "Account_Name"},
	{"Child_Accounts", "Member Accounts", "Accounts", "Accounts", "Parent_Account"},
	{"Reporting_Contacts", "Reporting Contacts", "Contacts", "Contacts", "Reporting_To"},
}

// IDRelatedLists is the id of the first related list.
const IDRelatedLists = IDBase + 75000
