package verify

import (
	"context"

	"causeway/internal/record"
)

// Report is the result of a verification. Its JSON is what `starter verify` prints.
type Report struct {
	// Compared counts the records whose fields were compared.
	Compared    int          `json:"compared"`
	Differences []Difference `json:"differences"`
	// Missing lists what should exist by the preferences but does not, and no run recorded a reason.
	Missing []Missing `json:"missing"`
	// Extra lists records that carry our marker and have no CRM record, and contact persons that repeat one of
	// ours.
	Extra []Extra `json:"extra"`
	// Explained lists what is missing or differs for a known reason: a run recorded it, or a user edited billing
	// and the preferences send nothing back.
	Explained []Explained `json:"explained"`
}

// Agrees reports whether both sides hold what they should, apart from what is explained.
func (r Report) Agrees() bool {
	return len(r.Differences) == 0 && len(r.Missing) == 0 && len(r.Extra) == 0
}

// Difference is a field in which a linked pair differs. CRM is the value as the field map converts it. Where it
// cannot be converted, CRM is the reason.
type Difference struct {
	Entity    record.Entity `json:"entity"`
	CRMID     string        `json:"crm_id"`
	BillingID string        `json:"billing_id"`
	Field     string        `json:"field"`
	CRM       any           `json:"crm"`
	Billing   any           `json:"billing"`
}

// Missing is a CRM record without its billing record. Where the sync goes both ways, it may also be a billing
// record without its CRM record.
type Missing struct {
	Entity    record.Entity `json:"entity"`
	CRMID     string        `json:"crm_id"`
	BillingID string        `json:"billing_id,omitempty"`
	Name      string        `json:"name"`
}

// Extra is a billing record of ours without its CRM record.
type Extra struct {
	Entity    record.Entity `json:"entity"`
	BillingID string        `json:"billing_id"`
	Name      string        `json:"name"`
}

// Explained is a CRM record that was left out or left unchanged, and why.
type Explained struct {
	Entity  record.Entity  `json:"entity"`
	CRMID   string         `json:"crm_id"`
	Name    string         `json:"name"`
	Outcome record.Outcome `json:"outcome"`
	Reason  string         `json:"reason"`
}

// Options limit a verification.
type Options struct {
	// Sample is the greatest number of customers that are fetched whole; 0 fetches all.
	Sample int
	// InFlight is the number of concurrent calls; 0 means 8.
	InFlight int
	// Progress is called after every page, if set.
	Progress func(Progress)
}

// Progress is how far a verification has come.
type Progress struct {
	Step string // "list customers", "compare Accounts", ...
	Read int    // records of this step so far
}

// Store is what a verification reads from the store: links and recorded reasons, never the mirror.
type Store struct {
	Connections Connections
	Links       Links
	Operations  Operations
}

// Connections reads a connection and its preferences.
type Connections interface {
	Get(ctx context.Context, id string) (record.Connection, error)
	Preferences(ctx context.Context, connection string, version int) (record.Preferences, error)
}

// Links reads which records are linked.
type Links interface {
	Count(ctx context.Context, connection string) (map[record.Entity]int, error)
	Page(ctx context.Context, connection string, entity record.Entity, after string, limit int) ([]record.Link, error)
	OfSources(ctx context.Context, connection string, entity record.Entity, ids []string) (map[string]record.Link, error)
}

// Operations reads why records are not in step.
type Operations interface {
	Last(ctx context.Context, connection string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error)
}
