package billing

import (
	"context"
	"time"

	"causeway/internal/record"
)

// Port is one organisation of a billing system, seen with one credential. All methods are safe for concurrent use and
// respect the context's deadline. Their failures are *record.Error, with Ambiguous set where a write may have taken effect.
// No method repeats a write by itself.
type Port interface {
	// Probe finds out what this billing system can do. It checks each module's marker field with a write call that
	// changes nothing. If the field is missing or not unique, the error says how to make it. Contact persons have no
	// marker field: for them Probe finds out PersonsTouchCustomer, with list calls only.
	Probe(ctx context.Context, modules []record.Module) (Capabilities, error)
	// CheckScopes returns Unauthorized, with the missing scopes, if the credential may not do what a sync of these
	// modules needs.
	CheckScopes(ctx context.Context, modules []record.Module) error
	// CheckDeletion returns Unauthorized, with the missing scopes, if the credential may not do what deleting a
	// connection needs: delete customers and items, clear markers, list transactions. A sync needs less.
	CheckDeletion(ctx context.Context) error
	// Organizations lists the organisations that the credential can see.
	Organizations(ctx context.Context) ([]record.Organization, error)
	// Users lists the organisation's users.
	Users(ctx context.Context) ([]record.User, error)
	// Currencies lists the enabled currencies, the base currency among them.
	Currencies(ctx context.Context) ([]record.Currency, error)
	// List returns one page of customers or items, in the query's order. Records may be in short form
	// (Whole is false).
	List(ctx context.Context, module record.Module, q ListQuery) (Page, error)
	// Get reads one customer or item whole. NotFound if there is none.
	Get(ctx context.Context, module record.Module, id string) (record.Record, error)
	// ContactPersons lists all contact persons of a customer.
	ContactPersons(ctx context.Context, customerID string) ([]record.Record, error)
	// Search finds active and inactive customers or items, live: q.Name is a part of the name, and q.Email a part of
	// the e-mail address. Case does not count. Records may be in short form. It returns at most q.Limit records.
	// Invalid if q is empty, or asks for the e-mail address of items.
	Search(ctx context.Context, module record.Module, q SearchQuery) ([]record.Record, error)
	// Fields describes the values of the module's records, always in the same order: the standard fields, then the
	// custom ones that a sample of records shows, or that were seen later. A field of an object is named with a dot
	// ("billing_address.city"), a custom field cf_x. The marker field is not among them. Options of a custom field
	// are empty: no call returns them all.
	Fields(ctx context.Context, module record.Module) ([]record.Field, error)
	// FindByName lists the customers or items with exactly that name, compared as the side compares names.
	FindByName(ctx context.Context, module record.Module, name string) ([]record.Record, error)
	// Create creates a record, with the marker if the module can have one. With upsert (a capability), the call is
	// the side's upsert by the marker: two calls create one record. Conflict if the side refuses a second record
	// with that name, SKU or marker.
	Create(ctx context.Context, module record.Module, w Write, upsert bool) (record.Record, error)
	// Update replaces the given fields and leaves the others. It sets the marker if w has one.
	Update(ctx context.Context, module record.Module, id string, w Write) (record.Record, error)
	// SetActive makes a customer or item active or inactive.
	SetActive(ctx context.Context, module record.Module, id string, active bool) error
	// DeletePerson deletes a contact person of a customer. NotFound if the person or the customer does not exist
	// any more: after a call with an unknown outcome, a second call settles it.
	DeletePerson(ctx context.Context, customerID, id string) error
	// Delete deletes an item, or a customer with its contact persons. NotFound if it does not exist any more: after a
	// call with an unknown outcome, a second call settles it. Conflict with CodeHasTransactions if billing refuses
	// because transactions use it.
	Delete(ctx context.Context, module record.Module, id string) error
	// Transactions returns one page of the customers and items that transactions use: the customers of estimates and
	// invoices, customers with a balance, and the items of lines. An id may appear many times. Lists do not show
	// lines, so each estimate and invoice of the page costs a call.
	Transactions(ctx context.Context, q TransactionsQuery) (TransactionsPage, error)
}

// CodeHasTransactions means that billing does not delete a record because transactions use it. The message holds
// billing's own code and words.
const CodeHasTransactions = "HAS_TRANSACTIONS"

// TransactionsQuery asks for one page.
type TransactionsQuery struct {
	Page  int // from 1
	Limit int // transactions of each kind; 0 is as many as one call's deadline allows
}

// TransactionsPage is one page of what transactions use.
type TransactionsPage struct {
	CustomerIDs []string
	ItemIDs     []string
	More        bool
}

// Capabilities are what a billing system can do.
type Capabilities struct {
	// UpsertByMarker: a creation is the side's own upsert by the unique marker field.
	UpsertByMarker bool `json:"upsert_by_marker"`
	// SortByModified: customers can be listed by last change, newest first. An incremental read then ends early.
	SortByModified bool `json:"sort_by_modified"`
	// PersonsTouchCustomer: a customer counts as changed when one of its contact persons changes. An incremental read
	// of customers then shows whose contact persons to list. This is not documented, so it is read from the records:
	// true if some show it and none contradicts. It is false for an organisation without contact persons.
	PersonsTouchCustomer bool `json:"persons_touch_customer"`
	// OwnHost: the credential belongs to the provider's own cloud. Its published limits apply.
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
	Limit int // records; 0 is the largest page
}

// Page is one page of a list.
type Page struct {
	Records []record.Record
	More    bool
}

// SearchQuery asks for the records that match both name and e-mail address, where these are given.
type SearchQuery struct {
	Name  string // a part of the name, at least one character
	Email string // a part of the e-mail address; customers only
	Limit int    // records; 0 is the largest page
}

// Write is what a creation or an update sends. Custom fields are among the values as in a record that was read: at the
// top level, as cf_x. An empty value clears a field.
type Write struct {
	Marker string
	// ClearMarker empties the marker field, with Update. The marker is then free for another record.
	ClearMarker bool
	ParentID    string // the customer of a contact person
	Values      record.Values
}

// MarginAfterDeadline is how long after a call's deadline its write may still take effect on the side, by default.
const MarginAfterDeadline = 10 * time.Second
