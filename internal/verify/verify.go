// Package verify reads both live sides of a connection afresh and says where they do not agree with what
// the preferences ask for. It must never write to a side or to the store, and never trust the mirror.
package verify

import (
	"context"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// Store is what a verification reads of the store: links and the recorded reasons, never the mirror.
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

// Options bound a verification.
type Options struct {
	// Sample is the most customers that are fetched whole; 0 fetches all.
	Sample int
	// InFlight is how many calls are made at once; 0 makes 8.
	InFlight int
	// Progress is told after every page, where it is set.
	Progress func(Progress)
}

// Progress is how far a verification has come.
type Progress struct {
	Step string // "list customers", "compare Accounts", ...
	Read int    // records of this step so far
}

// Report is what a verification found. Its JSON is what `starter verify` prints.
type Report struct {
	// Compared counts the records whose fields were compared.
	Compared    int          `json:"compared"`
	Differences []Difference `json:"differences"`
	// Missing is what should exist by the preferences and does not, without a recorded reason.
	Missing []Missing `json:"missing"`
	// Extra carries our marker and has no CRM record; or is a contact person that repeats one of ours.
	Extra []Extra `json:"extra"`
	// Explained is what is missing or differs for a reason that a run recorded, or since it was edited in billing and
	// the preferences carry nothing back.
	Explained []Explained `json:"explained"`
}

// Agrees says that the sides hold what they should, but for what is explained.
func (r Report) Agrees() bool {
	return len(r.Differences) == 0 && len(r.Missing) == 0 && len(r.Extra) == 0
}

// Difference is one field in which a linked pair does not agree. CRM is the value as the field map carries
// it over; where it cannot be carried over, CRM says why.
type Difference struct {
	Entity    record.Entity `json:"entity"`
	CRMID     string        `json:"crm_id"`
	BillingID string        `json:"billing_id"`
	Field     string        `json:"field"`
	CRM       any           `json:"crm"`
	Billing   any           `json:"billing"`
}

// Missing is a CRM record without its billing record; or, where the sync goes both ways, a billing record
// without its CRM record.
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

// Explained is a CRM record that a run left out, or left as it was, and why.
type Explained struct {
	Entity  record.Entity  `json:"entity"`
	CRMID   string         `json:"crm_id"`
	Name    string         `json:"name"`
	Outcome record.Outcome `json:"outcome"`
	Reason  string         `json:"reason"`
}

const defaultInFlight = 8

// verification is one run of Run. What it keeps of a record is its id and a checksum.
type verification struct {
	store      Store
	crm        crm.Port
	billing    billing.Port
	connection record.Connection
	prefs      record.Preferences
	maps       mapping.Maps
	o          Options

	lists   map[record.Entity]rows // customers and items, as billing lists them
	persons persons
	members map[record.Module]map[string]bool // of the views; nil where none bounds the module
	sample  *sampler
	fetched int // customers of the sample that were fetched whole
	report  Report
}

// Run verifies a connection by its newest preferences. An error says that it could not be done; what does
// not agree stands in the report.
func Run(ctx context.Context, st Store, crmPort crm.Port, billingPort billing.Port, connection string, o Options) (Report, error) {
	conn, err := st.Connections.Get(ctx, connection)
	if err != nil {
		return Report{}, err
	}
	prefs, err := st.Connections.Preferences(ctx, connection, 0)
	if err != nil {
		return Report{}, err
	}
	if o.InFlight <= 0 {
		o.InFlight = defaultInFlight
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	v := &verification{
		store: st, crm: crmPort, billing: billingPort, connection: conn, prefs: prefs, maps: mapping.Of(prefs), o: o,
		lists: map[record.Entity]rows{}, persons: newPersons(), members: map[record.Module]map[string]bool{},
		report: Report{Differences: []Difference{}, Missing: []Missing{}, Extra: []Extra{}, Explained: []Explained{}},
	}
	if err := v.run(ctx); err != nil {
		return Report{}, fmt.Errorf("verify connection %s: %w", connection, err)
	}
	return v.report, nil
}

func (v *verification) run(ctx context.Context) error {
	// Billing's lists come first: what a sync creates meanwhile is then found by its link.
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityItems} {
		if err := v.list(ctx, entity); err != nil {
			return err
		}
	}
	if err := v.makeSample(ctx); err != nil {
		return err
	}
	for _, module := range reconcile.CRMModules(v.prefs.Customers.Mode) {
		if err := v.listMembers(ctx, module); err != nil {
			return err
		}
		if err := v.compareModule(ctx, module); err != nil {
			return err
		}
	}
	if err := v.findExtra(ctx); err != nil {
		return err
	}
	return v.findUncarried(ctx)
}

// fields are the CRM fields that the comparison of a module reads.
func (v *verification) fields(module record.Module) []string {
	var maps [][]record.FieldMap
	for _, entity := range reconcile.Entities(v.prefs.Customers.Mode) {
		maps = append(maps, v.maps.For(entity, module))
	}
	return mapping.Sources(maps...)
}

// entityOf says what a CRM record should be by the preferences.
func (v *verification) entityOf(r record.Record) (record.Entity, bool) {
	for _, entity := range reconcile.Entities(v.prefs.Customers.Mode) {
		for _, feed := range reconcile.SourcesOf(entity, v.prefs.Customers) {
			if feed.Module == r.Module && (feed.Attached == nil || *feed.Attached == (r.ParentID != "")) {
				return entity, true
			}
		}
	}
	return "", false
}
