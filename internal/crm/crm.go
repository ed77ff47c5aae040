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
	CheckScopes(ctx context.Context, modules []record.Module) error
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
	// Count is the number of records of a module.
	Count(ctx context.Context, module record.Module) (int, error)
}

// Capabilities are what a CRM declares about itself.
type Capabilities struct {
	// IncrementalRead: what changed since an instant can be read without a scan.
	IncrementalRead bool
	// UpsertByUniqueField: a record can be created once by a unique field, however often it is asked for.
	UpsertByUniqueField bool
	// PageSize is the largest page, in records.
	PageSize int
	// OwnHost says that the credential belongs to the provider's own cloud, whose published limits apply.
	OwnHost bool
}

// ReadQuery asks for one page.
type ReadQuery struct {
	// Fields are the API names to read, besides those that every Record needs.
	Fields []string
	// Since reads only what was modified at or after that instant; zero scans everything.
	Since time.Time
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
