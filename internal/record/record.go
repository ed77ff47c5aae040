// Package record holds the pure types that all of Causeway's inside shares: records of both sides,
// links, operations, runs, preferences, and the kinds of errors. It must never do I/O and imports
// nothing else of ours.
package record

import (
	"encoding/json"
	"time"
)

// Side is one of the two systems that a connection ties together.
type Side string

// The two sides.
const (
	CRM     Side = "crm"
	Billing Side = "billing"
)

// Moved is what a link's Gone says where nothing was deleted: its contact is a record of another entity now, a
// contact person instead of a customer of its own or the other way round, and has another link as that. It counts
// again when the contact is again what it was.
const Moved Side = "moved"

// Name is what a user calls the side.
func (s Side) Name() string {
	if s == CRM {
		return "the CRM"
	}
	return "billing"
}

// Module is a kind of record on a side, by the side's own name.
type Module string

// The modules that are synced.
const (
	Accounts Module = "Accounts"
	Contacts Module = "Contacts"
	Products Module = "Products"

	Customers      Module = "customers"
	ContactPersons Module = "contact_persons"
	Items          Module = "items"
)

// Entity is what history counts by. Its values are those of the billing side's modules, since every
// synced record has its place there.
type Entity string

// The entities of a sync, in the order in which they are planned and applied: a contact person needs
// its customer's id.
const (
	EntityCustomers      Entity = "customers"
	EntityContactPersons Entity = "contact_persons"
	EntityItems          Entity = "items"
)

// Entities lists all entities in the order of a sync.
func Entities() []Entity {
	return []Entity{EntityCustomers, EntityContactPersons, EntityItems}
}

// Module is the billing module that holds the entity's records.
func (e Entity) Module() Module { return Module(e) }

// Record is one record of one side, as its client read it. The client fills the fields that matching
// needs (Name, SKU, ...) from the side's own, so that nothing above a client knows a side's field names
// but for the field maps.
type Record struct {
	Side     Side
	Module   Module
	ID       string
	ParentID string // Contacts: the account's id; contact persons: the customer's id; else empty
	Name     string // as a user reads it, not normalised
	SKU      string
	Email    string
	Marker   string // ours or another incarnation's; empty where unset or where a short form leaves it out
	Created  time.Time
	Modified time.Time
	Whole    bool   // false where the side's list is a short form
	Values   Values // the side's fields by API name
}

// Organization is one organisation that a credential can see.
type Organization struct {
	ID            string
	Name          string
	Email         string
	Country       string
	BaseCurrency  string // ISO 4217
	MultiCurrency bool
	TimeZone      string
}

// User is a user of an organisation.
type User struct {
	ID     string
	Name   string
	Email  string
	Active bool
}

// Currency is a currency that an organisation has enabled.
type Currency struct {
	Code   string // ISO 4217
	Base   bool
	Active bool
}

// Field describes one field of a module.
type Field struct {
	Name     string // API name
	Label    string
	Type     string // the side's own word: text, email, currency, lookup, ...
	Custom   bool
	Unique   bool
	ReadOnly bool
	Required bool
	Length   int      // in characters; 0 where the side does not say
	Options  []string // of a picklist, as the API takes them
	Lookup   Module   // the module that a lookup points to
}

// Ref names one record of one side.
type Ref struct {
	Side   Side   `json:"side"`
	Module Module `json:"module"`
	ID     string `json:"id"`
}

// Decision is what somebody decided on one field of a conflict: it holds only while both sides still have
// these values.
type Decision struct {
	Field   string `json:"field"`
	Winner  Side   `json:"winner"`
	CRM     any    `json:"crm"`
	Billing any    `json:"billing"`
}

// Cursor says how far a scan or an incremental read of one module has come. It is a key, so that it
// outlives tokens, restarts and other users.
type Cursor struct {
	// ID is the last record's id in a scan by id; with Time, the tie-break within one instant.
	ID string `json:"id,omitempty"`
	// Time is the last record's modification time, in an incremental read.
	Time time.Time `json:"time,omitzero"`
	// Page is the next page's number (from 1), on a side that pages by number only.
	Page int `json:"page,omitempty"`
	// Whole says that the pass reads the whole of a list that could show its changes alone.
	Whole bool `json:"whole,omitempty"`
}

// IsZero reports whether nothing was read yet.
func (c Cursor) IsZero() bool { return c.ID == "" && c.Time.IsZero() && c.Page == 0 }

// UnmarshalJSON also reads cursors of earlier builds, which kept Whole as the id "whole" beside a page's number.
func (c *Cursor) UnmarshalJSON(data []byte) error {
	type plain Cursor
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	if c.Page > 0 && c.ID == "whole" {
		c.ID, c.Whole = "", true
	}
	return nil
}

// SideOf is the side whose module it is.
func SideOf(m Module) Side {
	switch m {
	case Accounts, Contacts, Products:
		return CRM
	case Customers, ContactPersons, Items, Quotes, Invoices:
	}
	return Billing
}
