package record

import "time"

// Side is one of the two systems that a connection ties together.
type Side string

// The two sides.
const (
	CRM     Side = "crm"
	Billing Side = "billing"
)

// Moved is the value of a link's Gone where nothing was deleted: the contact is now a record of another entity (a
// contact person instead of a customer, or the reverse) and has a second link as that. The link is used again once
// the contact is what it was before.
const Moved Side = "moved"

// Name returns the side as messages call it: "the CRM" or "billing".
func (s Side) Name() string {
	if s == CRM {
		return "the CRM"
	}
	return "billing"
}

// Module is a kind of record on a side, by that side's own name.
type Module string

// The modules: those that are synced, and billing's that hold transactions.
const (
	Accounts Module = "Accounts"
	Contacts Module = "Contacts"
	Products Module = "Products"

	Customers      Module = "customers"
	ContactPersons Module = "contact_persons"
	Items          Module = "items"

	Quotes   Module = "quotes"
	Invoices Module = "invoices"
)

// Entity is what history counts by. Its values are names of billing modules, since every synced record has a place
// in billing.
type Entity string

// The entities of a sync, in the order in which they are planned and applied. A contact person needs its customer's
// id, so customers come first.
const (
	EntityCustomers      Entity = "customers"
	EntityContactPersons Entity = "contact_persons"
	EntityItems          Entity = "items"
)

// Entities returns all entities in the order of a sync.
func Entities() []Entity {
	return []Entity{EntityCustomers, EntityContactPersons, EntityItems}
}

// Module returns the billing module that holds the entity's records.
func (e Entity) Module() Module { return Module(e) }

// Record is one record of one side, as its client read it. The client fills Name, SKU and the like from the side's
// own fields, so that above the clients only the field maps know a side's field names.
type Record struct {
	Side     Side
	Module   Module
	ID       string
	ParentID string // Contacts: the account's id; contact persons: the customer's id; else empty
	Name     string // as users see it, not normalised
	SKU      string
	Email    string
	Marker   string // of any incarnation; empty where unset or where a short form omits it
	Created  time.Time
	Modified time.Time
	Whole    bool   // false for the short form that a list returns
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
	Length   int      // in characters; 0 where the side does not tell
	Options  []string // of a picklist, as the API takes them
	Lookup   Module   // the module that a lookup points to
}

// Ref names one record of one side.
type Ref struct {
	Side   Side   `json:"side"`
	Module Module `json:"module"`
	ID     string `json:"id"`
}

// Decision is a user's decision on one field of a conflict. It holds only while both sides still have these values.
type Decision struct {
	Field   string `json:"field"`
	Winner  Side   `json:"winner"`
	CRM     any    `json:"crm"`
	Billing any    `json:"billing"`
}

// Cursor is the position of a scan or of an incremental read of one module. It is a key and not a page token, so it
// stays valid when tokens expire, the process restarts or the user changes.
type Cursor struct {
	// ID is the last record's id in a scan by id. With Time it breaks ties within one instant.
	ID string `json:"id,omitempty"`
	// Time is the last record's modification time, in an incremental read.
	Time time.Time `json:"time,omitzero"`
	// Page is the next page's number (from 1), on a side that pages by number only.
	Page int `json:"page,omitempty"`
}

// IsZero reports whether nothing was read yet.
func (c Cursor) IsZero() bool { return c.ID == "" && c.Time.IsZero() && c.Page == 0 }

// SideOf returns the side that a module belongs to.
func SideOf(m Module) Side {
	switch m {
	case Accounts, Contacts, Products:
		return CRM
	case Customers, ContactPersons, Items, Quotes, Invoices:
	}
	return Billing
}
