package crm

import (
	"context"
	"time"

	"causeway/internal/record"
)

// Port is one organisation of a CRM, used with one credential. All methods are safe for concurrent use, return
// *record.Error, and honour the context's deadline.
type Port interface {
	// Capabilities returns what this CRM can do. It makes no call.
	Capabilities() Capabilities
	// CheckScopes returns Unauthorized, naming the missing scopes, if the credential lacks what a sync of these
	// modules needs.
	CheckScopes(ctx context.Context, modules []record.Module, uses Uses) error
	// Organizations lists the organisations that the credential can see.
	Organizations(ctx context.Context) ([]record.Organization, error)
	// Currencies lists the enabled currencies. Without multi-currency that is only the base currency.
	Currencies(ctx context.Context) ([]record.Currency, error)
	// Users lists the organisation's users.
	Users(ctx context.Context) ([]record.User, error)
	// Fields describes a module's fields.
	Fields(ctx context.Context, module record.Module) ([]record.Field, error)
	// Read returns one page of a module, in an order in which no record can be missed: by id if the query has no
	// Since, otherwise by modification time and id. An empty page is the last.
	Read(ctx context.Context, module record.Module, q ReadQuery) (Page, error)
	// Newest returns the newest modification time in a module, by the side's own clock, or zero if it is empty. The
	// first incremental read after a scan begins there.
	Newest(ctx context.Context, module record.Module) (time.Time, error)
	// Get reads one record whole. An unknown record is NotFound.
	Get(ctx context.Context, module record.Module, id string) (record.Record, error)
	// Upsert creates records by their markers. Idempotent: a second call with the same marker finds the same
	// record. It takes at most Capabilities.MaxWrites records. The result of each record is in its Written, in the
	// order given. The error is about the call as a whole; Ambiguous is set where it may have taken effect.
	Upsert(ctx context.Context, module record.Module, writes []Write) ([]Written, error)
	// Update replaces the given fields of records and leaves the others. Results are as with Upsert.
	Update(ctx context.Context, module record.Module, writes []Write) ([]Written, error)
	// Deleted lists what was deleted at or after a time, by the side's own clock.
	Deleted(ctx context.Context, module record.Module, q DeletedQuery) (DeletedPage, error)
	// Survivor returns the record's own id, or the id of the record that it was merged into, where the side tells.
	// A deleted record is NotFound.
	Survivor(ctx context.Context, module record.Module, id string) (string, error)
	// Views lists the custom views of a module.
	Views(ctx context.Context, module record.Module) ([]record.View, error)
	// ViewMembers returns one page of the ids of the records in a view. They are a set: an id may be returned
	// twice. A page may be empty although there are more. If the view no longer exists, the error is NotFound with
	// code VIEW_DELETED.
	ViewMembers(ctx context.Context, module record.Module, view string, after record.Cursor) (MemberPage, error)
	// Search finds records by name, live.
	Search(ctx context.Context, q SearchQuery) ([]record.Record, error)
	// Count returns the number of records of a module.
	Count(ctx context.Context, module record.Module) (int, error)
}

// Uses is what a sync does besides reading records.
type Uses struct {
	// Write: it creates and changes records.
	Write bool
	// Views: it reads the members of custom views, including large ones.
	Views bool
}

// Capabilities is what a CRM can do.
type Capabilities struct {
	// IncrementalRead: changes since a time can be read without a scan.
	IncrementalRead bool
	// UpsertByUniqueField: a record can be created by a unique field, and only once, however often it is requested.
	UpsertByUniqueField bool
	// PageSize is the largest page, in records.
	PageSize int
	// MaxWrites is the greatest number of records in one write call.
	MaxWrites int
	// DeletedHorizon is how far back the list of deletions reaches.
	DeletedHorizon time.Duration
	// OwnHost is set where the credential belongs to the provider's own cloud, to which its published limits apply.
	OwnHost bool
}

// MarkerField is the API name of the CRM's unique custom field that holds our marker. It is read only if Fields names
// it.
const MarkerField = "Causeway_ID"

// ReadQuery asks for one page.
type ReadQuery struct {
	// Fields are the API names to read, in addition to those that every Record needs.
	Fields []string
	// Since reads only what was modified at or after that time. Zero scans everything.
	Since time.Time
	// IDs reads only these records, at most 50.
	IDs []string
	// Parent reads only the contacts of that account.
	Parent string
	// After is the cursor that the previous page returned. Zero starts at the beginning.
	After record.Cursor
	// Limit is the page size, in records. 0 means the largest.
	Limit int
}

// Page is one page of records and the cursor that follows it.
type Page struct {
	Records []record.Record
	Next    record.Cursor
	More    bool
}

// Write creates or updates one record.
type Write struct {
	ID     string // the record's id, for Update
	Marker string // empty leaves the marker as it is
	// ClearMarker empties the marker field, for Update. Another record may then use the value.
	ClearMarker bool
	Values      record.Values
}

// Written is the result of one record of a write call.
type Written struct {
	ID       string
	Created  bool
	Modified time.Time // by the side's clock
	// Err is a *record.Error if this record was refused. The other records are not affected.
	Err error
}

// DeletedQuery asks for one page of deletions.
type DeletedQuery struct {
	Since time.Time
	Page  int // from 1
}

// DeletedPage is one page of deletions.
type DeletedPage struct {
	Deletions []Deletion
	More      bool
}

// Deletion is one record that was deleted, or merged into another.
type Deletion struct {
	ID string
	At time.Time
}

// MemberPage is one page of the members of a view.
type MemberPage struct {
	IDs  []string
	Next record.Cursor
	More bool
}

// SearchQuery finds accounts and products by name, and contacts by either name. A name matches if it begins with
// the given text, in any case. All given texts must match. A query without any text is Invalid.
type SearchQuery struct {
	Module    record.Module
	Name      string // an account's or product's name, or a contact's full name
	FirstName string // contacts only
	LastName  string // contacts only
	Limit     int    // 0 means the largest page
}
