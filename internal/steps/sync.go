package steps

import (
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// StartRunResult is what the sync has to do.
type StartRunResult struct {
	// Scans are the lists to bring into the mirror, in order.
	Scans []Scan `json:"scans"`
	// Entities are planned and applied to billing in this order. Only old histories have them, instead of Steps.
	Entities []string `json:"entities,omitempty"`
	// Steps are planned and applied in this order.
	Steps []Step `json:"steps,omitempty"`
	// SortByModified reports whether the billing side lists the newest change first.
	SortByModified bool  `json:"sort_by_modified"`
	CadenceMS      int64 `json:"cadence_ms"`
	// Figures reports whether figures are written to fields of the CRM.
	Figures bool `json:"figures,omitempty"`
}

// FiguresInput asks for the figures of the next customers.
type FiguresInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	// After is the last customer of the previous part.
	After *record.Cursor `json:"after,omitempty"`
}

// FiguresResult is the result of one part of the figures.
type FiguresResult struct {
	Written int            `json:"written,omitempty"` // records of the CRM
	Next    *record.Cursor `json:"next,omitempty"`
	Done    bool           `json:"done"`
}

// AllSteps returns the steps, also of a history from before there was a second direction.
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

// DirectionCRM is the direction to the CRM. An empty direction is the one to billing.
const DirectionCRM = "crm"

// Step is one entity in one direction.
type Step struct {
	Entity    string `json:"entity"`
	Direction string `json:"direction,omitempty"`
}

// The kinds of scans. An empty kind reads the list of records.
const (
	ScanDeleted = "deleted" // what was deleted
	ScanView    = "view"    // who is in the view that bounds what is fetched
	ScanPersons = "persons" // the contact persons of customers that changed
	ScanScope   = "scope"   // the records that a scoped run is about
	// ScanTransactions reads quotes or invoices that were created or changed in billing.
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
	// After and Page are where the next part begins, for a scan whose place the store does not keep.
	After *record.Cursor `json:"after,omitempty"`
	Page  int            `json:"page,omitempty"`
}

// MirrorResult is how far the list was read.
type MirrorResult struct {
	Read    int  `json:"read"`
	Changed int  `json:"changed"`
	Done    bool `json:"done"`
	// Next and Page are After and Page of the next part.
	Next *record.Cursor `json:"next,omitempty"`
	Page int            `json:"page,omitempty"`
}

// EntityInput asks for the next part of one entity's plan, apply or settle.
type EntityInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Entity     string `json:"entity"`
	RetryOf    string `json:"retry_of,omitempty"`
	// Direction is empty (to billing) or DirectionCRM.
	Direction string `json:"direction,omitempty"`
	// Scoped limits the plan to the records that the store keeps with the run.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead takes over the open operations that other runs have for these records.
	Ahead bool `json:"ahead,omitempty"`
	// From is where this part of a plan begins; nil for the first part.
	From *PlanPlace `json:"from,omitempty"`
}

// PlanResult counts the records that were decided.
type PlanResult struct {
	Planned int  `json:"planned"`
	Done    bool `json:"done"`
	// Next is From of the next part.
	Next *PlanPlace `json:"next,omitempty"`
}

// PlanPlace is a place in a plan. Everything before it is decided and need not be read again.
type PlanPlace struct {
	Feed  int    `json:"feed"`  // which kind of records, in the plan's order
	After string `json:"after"` // the last record of that kind
}

// ApplyResult counts the operations of an entity that are applied and open.
type ApplyResult struct {
	Applied int `json:"applied"`
	// Planned counts operations that were not sent, Sent those whose outcome is unknown.
	Planned int `json:"planned"`
	Sent    int `json:"sent"`
	// SettleAt is when the sent operations can be settled.
	SettleAt time.Time `json:"settle_at,omitzero"`
	// RetryAfterMS is how long the side wants no further call, in milliseconds.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// FinishInput ends a run.
type FinishInput struct {
	RunID string `json:"run_id"`
	// Failure is set if the run failed as a whole.
	Failure *contract.Failure `json:"failure,omitempty"`
	// Canceled reports that the run was cancelled by hand.
	Canceled bool `json:"canceled,omitempty"`
	// Paused reports that the run was stopped at its place and continues later.
	Paused bool `json:"paused,omitempty"`
	// Events counts the history events of the run's workflows.
	Events int `json:"events"`
}

// FinishResult is the result of a run.
type FinishResult struct {
	Failed  int       `json:"failed"`
	EndedAt time.Time `json:"ended_at"`
}

// SyncInput starts an InitialSync or a PeriodicSync. Only Integration starts them.
type SyncInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Number     int    `json:"number"`
	Trigger    string `json:"trigger"`
	RetryOf    string `json:"retry_of,omitempty"`
	// Scoped limits the run to the records that the store keeps with it.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead takes over the open operations that a waiting sync has for these records.
	Ahead bool   `json:"ahead,omitempty"`
	Who   string `json:"who,omitempty"`
	// Progress is set when the workflow continues as new or after a pause.
	Progress *SyncProgress `json:"progress,omitempty"`
	// BackOffPercent scales every back-off; 0 is 100.
	BackOffPercent int `json:"back_off_percent,omitempty"`
}

// SyncProgress is the progress of a sync that the store does not hold.
type SyncProgress struct {
	Step   int `json:"step"`
	Events int `json:"events"`
	// Place is where the step in progress continues.
	Place *SyncPlace `json:"place,omitempty"`
	// Read, Planned and Applied count records. They are shown while the sync runs.
	Read    int `json:"read"`
	Planned int `json:"planned"`
	Applied int `json:"applied"`
}

// SyncPlace is a place in a step that the store does not keep.
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
