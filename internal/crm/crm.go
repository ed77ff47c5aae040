// Package crm is the port to a CRM: what one must offer so that Causeway can sync it. It never calls
// anything itself and knows no provider's wire format.
package crm

import (
	"context"
	"time"

	"causeway/internal/record"
)

// Port is one organisation of a CRM, seen with one credential. All methods are safe for concurrent use,
// give *record.Error failures, and honour the context's deadline.
type Port interface {
	// Capabilities says what this CRM can do; it calls nothing.
	Capabilities() Capabilities
	// CheckScopes says, as Unauthorized naming the missing scopes, whether the credential may do what a
	// sync of these modules needs.
	CheckScopes(ctx context.Context, modules []record.Module, uses Uses) error
	// Organizations lists the organisations that the credential can see.
	Organizations(ctx context.Context) ([]record.Organization, error)
	// Currencies lists the enabled currencies: the base currency alone where multi-currency is off.
	Currencies(ctx context.Context) ([]record.Currency, error)
	// Users lists the organisation's users.
	Users(ctx context.Context) ([]record.User, error)
	// Fields describes a module's fields.
	Fields(ctx context.Context, module record.Module) ([]record.Field, error)
	// Read gives one page of a module, in an order in which no record can be missed: by id where the query
	// has no Since, else by modification time and id. An empty page says that there is no more.
	Read(ctx context.Context, module record.Module, q ReadQuery) (Page, error)
	// Newest is the newest modification time in a module, zero where it is empty: where a first incremental
	// read begins after a scan, by the side's own clock.
	Newest(ctx context.Context, module record.Module) (time.Time, error)
	// Get reads one record whole. NotFound where there is none.
	Get(ctx context.Context, module record.Module, id string) (record.Record, error)
	// Upsert makes records, each found again by its marker: asked for twice, it gives one record. At most
	// Capabilities.MaxWrites at once. What became of each stands in its Written, in the order asked; the
	// error is that of the call as a whole, with Ambiguous set where it may have taken effect.
	Upsert(ctx context.Context, module record.Module, writes []Write) ([]Written, error)
	// Update replaces the given fields of records and leaves the others, as Upsert does.
	Update(ctx context.Context, module record.Module, writes []Write) ([]Written, error)
	// Deleted lists what was deleted at or after an instant, by the side's own clock.
	Deleted(ctx context.Context, module record.Module, q DeletedQuery) (DeletedPage, error)
	// Survivor is the id of the record that stands for this one: its own, or that of the record which it was
	// merged into, where the side tells. NotFound where it was deleted.
	Survivor(ctx context.Context, module record.Module, id string) (string, error)
	// Views lists the custom views of a module.
	Views(ctx context.Context, module record.Module) ([]record.View, error)
	// ViewMembers gives one page of the ids of the records in a view; they are a set, and one may come twice. A
	// page may be empty although there are more. NotFound with code VIEW_DELETED where the view is no more.
	ViewMembers(ctx context.Context, module record.Module, view string, after record.Cursor) (MemberPage, error)
	// Search looks for records, live, by name.
	Search(ctx context.Context, q SearchQuery) ([]record.Record, error)
	// Count is the number of records of a module.
	Count(ctx context.Context, module record.Module) (int, error)
}

// Uses are what a sync does besides reading records.
type Uses struct {
	// Write: it makes and changes records.
	Write bool
	// Views: it reads the members of custom views, large ones too.
	Views bool
}

// Capabilities are what a CRM declares about itself.
type Capabilities struct {
	// IncrementalRead: what changed since an instant can be read without a scan.
	IncrementalRead bool
	// UpsertByUniqueField: a record can be created once by a unique field, however often it is asked for.
	UpsertByUniqueField bool
	// PageSize is the largest page, in records.
	PageSize int
	// MaxWrites is the most records of one write call.
	MaxWrites int
	// DeletedHorizon is how far back the list of deletions reaches.
	DeletedHorizon time.Duration
	// OwnHost says that the credential belongs to the provider's own cloud, whose published limits apply.
	OwnHost bool
}

// MarkerField is the CRM's unique custom field that holds our marker. It is read only where Fields names it.
const MarkerField = "Causeway_ID"

// ReadQuery asks for one page.
type ReadQuery struct {
	// Fields are the API names to read, besides those that every Record needs.
	Fields []string
	// Since reads only what was modified at or after that instant; zero scans everything.
	Since time.Time
	// IDs reads these records alone, at most 50.
	IDs []string
	// Parent reads the contacts of that account alone.
	Parent string
	// After is the cursor that the page before gave; zero begins.
	After record.Cursor
	// Limit is the page size, in records; 0 is the largest.
	Limit int
}

// Page is one page of records and the cursor that follows it.
type Page struct {
	Records []record.Record
	Next    record.Cursor
	More    bool
}

// Write is what a creation or an update of one record sends.
type Write struct {
	ID     string // of the record, with Update
	Marker string // set where it is given
	// ClearMarker empties the marker field, with Update: its value is free then.
	ClearMarker bool
	Values      record.Values
}

// Written is what became of one record of a write call.
type Written struct {
	ID       string
	Created  bool
	Modified time.Time // by the side's clock
	// Err says why this record was refused, as a *record.Error; the others are not concerned.
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

// SearchQuery looks for accounts and products by name, and for contacts by either name: what begins with the
// given text, in any case. All that is given must hold; a query that gives nothing is Invalid.
type SearchQuery struct {
	Module    record.Module
	Name      string // of an account or product, or the full name of a contact
	FirstName string // of a contact
	LastName  string // of a contact
	Limit     int    // 0 is the largest page
}
