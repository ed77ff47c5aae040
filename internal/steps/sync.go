package steps

import (
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// StartRunResult says what the sync has to do.
type StartRunResult struct {
	// Scans are the lists to bring into the mirror, in order.
	Scans []Scan `json:"scans"`
	// Entities are planned and applied in this order, to billing; only in histories that have no Steps.
	Entities []string `json:"entities,omitempty"`
	// Steps are planned and applied in this order.
	Steps []Step `json:"steps,omitempty"`
	// SortByModified says that the billing side lists the newest change first.
	SortByModified bool  `json:"sort_by_modified"`
	CadenceMS      int64 `json:"cadence_ms"`
	// Figures says that figures are kept in fields of the CRM.
	Figures bool `json:"figures,omitempty"`
}

// FiguresInput asks for the figures of the next customers.
type FiguresInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	// After is the last customer of the part before.
	After *record.Cursor `json:"after,omitempty"`
}

// FiguresResult is what one part of the figures did.
type FiguresResult struct {
	Written int            `json:"written,omitempty"` // records of the CRM
	Next    *record.Cursor `json:"next,omitempty"`
	Done    bool           `json:"done"`
}

// AllSteps are the steps, also of a history that was recorded before there was a second direction.
func (r StartRunResult) AllSteps() []Step {
	if len(r.Steps) > 0 {
		return r.Steps
	}
	out := make([]Step, 0, len(r.Entities))
	for _, e := range r.Entities {
		out = append(out, Step{Entity: e})
	}
	return out
}

// DirectionCRM is the direction of what goes to the CRM; an empty one goes to billing.
const DirectionCRM = "crm"

// Step is one entity in one direction.
type Step struct {
	Entity    string `json:"entity"`
	Direction string `json:"direction,omitempty"`
}

// The kinds of scans; an empty one reads the list of records.
const (
	ScanDeleted = "deleted" // what was deleted
	ScanView    = "view"    // who is in the view that bounds what is fetched
	ScanPersons = "persons" // the contact persons of customers that changed
	ScanScope   = "scope"   // the records that a scoped run is about
	// ScanTransactions reads quotes or invoices that were made or changed in billing.
	ScanTransactions = "transactions"
)

// Scan is one list of one side.
type Scan struct {
	Side   string `json:"side"`
	Module string `json:"module"`
	Kind   string `json:"kind,omitempty"`
}

// MirrorInput asks for the next pages of one list.
type MirrorInput struct {
	Connection     string `json:"connection"`
	RunID          string `json:"run_id"`
	Scan           Scan   `json:"scan"`
	SortByModified bool   `json:"sort_by_modified"`
	// After and Page say where the next part begins, of a scan whose place the store does not keep.
	After *record.Cursor `json:"after,omitempty"`
	Page  int            `json:"page,omitempty"`
}

// MirrorResult says how far the list has been read.
type MirrorResult struct {
	Read    int  `json:"read"`
	Changed int  `json:"changed"`
	Done    bool `json:"done"`
	// Next and Page go into the next part's After and Page.
	Next *record.Cursor `json:"next,omitempty"`
	Page int            `json:"page,omitempty"`
}

// EntityInput asks for the next part of one entity's plan, apply or settle.
type EntityInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Entity     string `json:"entity"`
	RetryOf    string `json:"retry_of,omitempty"`
	// Direction is empty to billing, and DirectionCRM to the CRM.
	Direction string `json:"direction,omitempty"`
	// Scoped plans the run's own records alone.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead takes over what other runs have open of these.
	Ahead bool `json:"ahead,omitempty"`
	// From is where this part of a plan begins; nil is at its beginning.
	From *PlanPlace `json:"from,omitempty"`
}

// PlanResult says how many records have been decided upon.
type PlanResult struct {
	Planned int  `json:"planned"`
	Done    bool `json:"done"`
	// Next goes into the next part's From.
	Next *PlanPlace `json:"next,omitempty"`
}

// PlanPlace is a place in a plan. What lies before it was decided upon; it saves looking at that again.
type PlanPlace struct {
	Feed  int    `json:"feed"`  // which kind of records, in the plan's order
	After string `json:"after"` // the last record of that kind
}

// ApplyResult says what is still open of an entity's operations.
type ApplyResult struct {
	Applied int `json:"applied"`
	// Planned operations have not been sent; sent ones have an outcome that is not known.
	Planned int `json:"planned"`
	Sent    int `json:"sent"`
	// SettleAt is when the sent ones can be settled.
	SettleAt time.Time `json:"settle_at,omitzero"`
	// RetryAfterMS is how long the side wants no further call.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// FinishInput ends a run.
type FinishInput struct {
	RunID string `json:"run_id"`
	// Failure is set where the run failed as a whole.
	Failure *contract.Failure `json:"failure,omitempty"`
	// Canceled says that somebody cancelled the run.
	Canceled bool `json:"canceled,omitempty"`
	// Paused says that the run was stopped where it stands, to go on later.
	Paused bool `json:"paused,omitempty"`
	// Events counts the history events of the run's workflows.
	Events int `json:"events"`
}

// FinishResult is what a run came to.
type FinishResult struct {
	Failed  int       `json:"failed"`
	EndedAt time.Time `json:"ended_at"`
}

// SyncInput starts an InitialSync or a PeriodicSync. Integration starts them; nobody else should.
type SyncInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Number     int    `json:"number"`
	Trigger    string `json:"trigger"`
	RetryOf    string `json:"retry_of,omitempty"`
	// Scoped looks at the records alone that the store keeps with the run.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead takes over what a sync that stepped aside has open of these records.
	Ahead bool   `json:"ahead,omitempty"`
	Who   string `json:"who,omitempty"`
	// Progress is what continues as new, or goes on after a pause; leave it out when starting.
	Progress *SyncProgress `json:"progress,omitempty"`
	// BackOffPercent scales every back-off; 0 is 100.
	BackOffPercent int `json:"back_off_percent,omitempty"`
}

// SyncProgress is how far a sync has come: what the store does not hold already.
type SyncProgress struct {
	Step   int `json:"step"`
	Events int `json:"events"`
	// Place is where the step that is under way goes on.
	Place *SyncPlace `json:"place,omitempty"`
	// Read and Applied count records, for whoever watches.
	Read    int `json:"read"`
	Planned int `json:"planned"`
	Applied int `json:"applied"`
}

// SyncPlace is a place in a step, where the store does not keep it.
type SyncPlace struct {
	// After and Page are those of a MirrorInput, Plan the From of an EntityInput.
	After *record.Cursor `json:"after,omitempty"`
	Page  int            `json:"page,omitempty"`
	Plan  *PlanPlace     `json:"plan,omitempty"`
}

// SyncEnd is what the workflow of a sync returns to its Integration.
type SyncEnd struct {
	contract.SyncResult
	// Progress is the place of a run that was paused.
	Progress *SyncProgress `json:"progress,omitempty"`
}
