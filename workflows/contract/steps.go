package contract

import "time"

// The inputs and results of the activities of a sync. They stand in recorded histories, so the same
// promise holds for them: fields are added, never renamed or removed. None holds a record: ids, cursors
// and counts only.

// StartRunResult says what the sync has to do.
type StartRunResult struct {
	// Scans are the lists to bring into the mirror, in order.
	Scans []Scan `json:"scans"`
	// Entities are planned and applied in this order.
	Entities []string `json:"entities"`
	// SortByModified says that the billing side lists the newest change first.
	SortByModified bool  `json:"sort_by_modified"`
	CadenceMS      int64 `json:"cadence_ms"`
}

// Scan is one list of one side.
type Scan struct {
	Side   string `json:"side"`
	Module string `json:"module"`
}

// MirrorInput asks for the next pages of one list.
type MirrorInput struct {
	Connection     string `json:"connection"`
	RunID          string `json:"run_id"`
	Scan           Scan   `json:"scan"`
	SortByModified bool   `json:"sort_by_modified"`
}

// MirrorResult says how far the list has been read.
type MirrorResult struct {
	Read    int  `json:"read"`
	Changed int  `json:"changed"`
	Done    bool `json:"done"`
}

// EntityInput asks for the next part of one entity's plan, apply or settle.
type EntityInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Entity     string `json:"entity"`
	RetryOf    string `json:"retry_of,omitempty"`
}

// PlanResult says how many records have been decided upon.
type PlanResult struct {
	Planned int  `json:"planned"`
	Done    bool `json:"done"`
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
	Failure *Failure `json:"failure,omitempty"`
	// Canceled says that somebody cancelled the run.
	Canceled bool `json:"canceled,omitempty"`
	// Events counts the history events of the run's workflows.
	Events int `json:"events"`
}

// FinishResult is what a run came to.
type FinishResult struct {
	Failed  int       `json:"failed"`
	EndedAt time.Time `json:"ended_at"`
}
