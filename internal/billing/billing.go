// Package billing is the port to a billing system: what one must offer so that Causeway can sync it. It
// never calls anything itself and knows no provider's wire format.
package billing

import (
	"context"
	"time"

	"causeway/internal/record"
)

// Port is one organisation of a billing system, seen with one credential. All methods are safe for
// concurrent use, give *record.Error failures (with Ambiguous set where a write may have taken effect),
// and honour the context's deadline. No method repeats a write by itself.
type Port interface {
	// Probe says what this billing system can do, and checks the marker field of each of the modules, which
	// takes a write call that changes nothing for each. Where the marker field is missing or not unique, the
	// error says how to make it. Contact persons have none: with them among the modules PersonsTouchCustomer
	// is found out, by list calls alone.
	Probe(ctx context.Context, modules []record.Module) (Capabilities, error)
	// CheckScopes says, as Unauthorized naming the missing scopes, whether the credential may do what a
	// sync of these modules needs.
	CheckScopes(ctx context.Context, modules []record.Module) error
	// CheckDeletion says, as Unauthorized naming the missing scopes, whether the credential may do what the end of a
	// connection needs: delete customers and items, clear markers, and list transactions. A sync needs less.
	CheckDeletion(ctx context.Context) error
	// Organizations lists the organisations that the credential can see.
	Organizations(ctx context.Context) ([]record.Organization, error)
	// Users lists the organisation's users.
	Users(ctx context.Context) ([]record.User, error)
	// Currencies lists the enabled currencies, the base currency among them.
	Currencies(ctx context.Context) ([]record.Currency, error)
	// List gives one page of customers or items, in the query's order. Records may be a short form
	// (Whole false).
	List(ctx context.Context, module record.Module, q ListQuery) (Page, error)
	// Get reads one customer or item whole. NotFound where there is none.
	Get(ctx context.Context, module record.Module, id string) (record.Record, error)
	// ContactPersons lists all contact persons of a customer.
	ContactPersons(ctx context.Context, customerID string) ([]record.Record, error)
	// Search looks for customers or items live, active and inactive ones: those of whose name q.Name is a part,
	// and of whose e-mail address q.Email is one, without regard to case. Records may be a short form. At
	// most q.Limit are given; Invalid where q names nothing, or an e-mail address of items.
	Search(ctx context.Context, module record.Module, q SearchQuery) ([]record.Record, error)
	// Fields describes what records of the module hold under Values, in a steady order: the standard fields,
	// and the custom ones that a sample of records shows, or that were seen since. A field of an object is
	// named with a dot ("billing_address.city"); a custom field is named cf_x. The marker field is not among
	// them. Options of a custom field stay empty: no call tells them all.
	Fields(ctx context.Context, module record.Module) ([]record.Field, error)
	// FindByName lists customers or items of exactly that name, as the side compares names.
	FindByName(ctx context.Context, module record.Module, name string) ([]record.Record, error)
	// Create makes a record, with the marker where the module can carry one. Where upsert is set (a
	// capability), the call is the side's upsert by the marker: asked for twice, it gives one record.
	// Conflict where the side refuses a second record of that name, SKU or marker.
	Create(ctx context.Context, module record.Module, w Write, upsert bool) (record.Record, error)
	// Update replaces the given fields and leaves the others. The marker is set too where w has one.
	Update(ctx context.Context, module record.Module, id string, w Write) (record.Record, error)
	// SetActive makes a customer or item active or inactive.
	SetActive(ctx context.Context, module record.Module, id string, active bool) error
	// DeletePerson deletes a contact person of a customer. NotFound where the person, or the customer, is gone
	// already: a second call after one of unknown outcome settles it.
	DeletePerson(ctx context.Context, customerID, id string) error
	// Delete deletes a customer, with its contact persons, or an item. NotFound where it is gone already: a second
	// call after one of unknown outcome settles it. Conflict with code CodeHasTransactions where billing refuses,
	// since transactions use it.
	Delete(ctx context.Context, module record.Module, id string) error
	// Transactions gives one page of the customers and items that transactions use: customers of estimates and
	// invoices and those with a balance, items of the lines of estimates and invoices. One may come many times. Lists
	// show no lines, so each estimate and invoice of the page costs a call.
	Transactions(ctx context.Context, q TransactionsQuery) (TransactionsPage, error)
}

// CodeHasTransactions is the code of what billing does not delete, since transactions use it. Its own code and words
// stand in the message.
const CodeHasTransactions = "HAS_TRANSACTIONS"

// TransactionsQuery asks for one page.
type TransactionsQuery struct {
	Page  int // from 1
	Limit int // in transactions of each kind; 0 is what one call's deadline suffices for
}

// TransactionsPage is one page of what transactions use.
type TransactionsPage struct {
	CustomerIDs []string
	ItemIDs     []string
	More        bool
}

// Capabilities are what a billing system declares about itself.
type Capabilities struct {
	// UpsertByMarker: creation is the side's own upsert by the unique marker field.
	UpsertByMarker bool `json:"upsert_by_marker"`
	// SortByModified: customers can be listed newest change first, so that an incremental read ends early.
	SortByModified bool `json:"sort_by_modified"`
	// PersonsTouchCustomer: a customer counts as changed when a contact person of it changes, so that an
	// incremental read of customers shows whose contact persons to list. Nothing documents it: it is true where
	// the records show it and none shows otherwise, and so false of an organisation without contact persons.
	PersonsTouchCustomer bool `json:"persons_touch_customer"`
	// OwnHost says that the credential belongs to the provider's own cloud, whose published limits apply.
	OwnHost bool `json:"own_host"`
}

// Order is the order of a list.
type Order string

// The orders of a list.
const (
	OldestFirst    Order = "oldest_first"    // by creation: pages do not shift while records are added
	NewestFirst    Order = "newest_first"    // by creation, newest first
	NewestModified Order = "newest_modified" // by last change, newest first; needs SortByModified
)

// ListQuery asks for one page.
type ListQuery struct {
	Order Order
	Page  int // from 1
	Limit int // in records; 0 is the largest page
}

// Page is one page of a list.
type Page struct {
	Records []record.Record
	More    bool
}

// SearchQuery asks for the records that match all of what it names.
type SearchQuery struct {
	Name  string // a part of the name, of one character at least
	Email string // a part of the e-mail address; customers only
	Limit int    // in records; 0 is the largest page
}

// Write is what a creation or an update sends. Among its values custom fields stand as they do in a record that was
// read: at the top, under cf_x. An empty value clears one.
type Write struct {
	Marker string
	// ClearMarker empties the marker field, with Update: its value is free then.
	ClearMarker bool
	ParentID    string // the customer of a contact person
	Values      record.Values
}

// MarginAfterDeadline is how long after a call's deadline its write may still take effect on the side, by
// default: what a late write may take.
const MarginAfterDeadline = 10 * time.Second
