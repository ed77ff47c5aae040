package report

import (
	"causeway/internal/record"
)

// Found is what search prints.
type Found struct {
	Connection string        `json:"connection"`
	Results    []FoundRecord `json:"results"`
}

// FoundRecord is one record of a live side.
type FoundRecord struct {
	Side   string `json:"side"`
	Module string `json:"module"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	// ParentID is the account of a contact.
	ParentID string `json:"parent_id"`
	// LinkedTo is the record's counterpart on the other side, null where it has none.
	LinkedTo *record.Ref `json:"linked_to"`
	// Contacts are those of an account, where they were asked for.
	Contacts []FoundRecord `json:"contacts,omitempty"`
}
