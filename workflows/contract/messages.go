package contract

import "time"

// IntegrationInput starts the Integration workflow of a connection that stands in the store already.
type IntegrationInput struct {
	Connection string `json:"connection"`
	// Restored is the state that the store keeps, where an earlier workflow of the connection is lost.
	Restored string `json:"restored,omitempty"`
	// Tuning is for trying things out faster than in earnest.
	Tuning Tuning `json:"tuning,omitzero"`
}

// Tuning changes how long a connection waits.
type Tuning struct {
	// BackOffPercent scales every back-off after a failure; 0 is 100.
	BackOffPercent int `json:"back_off_percent,omitempty"`
}

// IntegrationResult is what an Integration ends with.
type IntegrationResult struct {
	State string `json:"state"`
}

// Status answers the status query: where a connection stands.
type Status struct {
	Connection string    `json:"connection"`
	State      string    `json:"state"`
	Degraded   *Degraded `json:"degraded"`
	// Running is the sync that is under way, Last the one that ended last.
	Running  *RunRef   `json:"running"`
	Last     *RunRef   `json:"last"`
	NextSync time.Time `json:"next_sync,omitzero"`
	Queued   []RunRef  `json:"queued,omitempty"`
	// Preferences is the version that the last configure made; 0 where there was none.
	Preferences int `json:"preferences,omitempty"`
	// Paused says who stopped the connection, while it is pausing or paused.
	Paused *Paused `json:"paused,omitempty"`
	// Suspended is the sync that was stopped where it stood, and goes on with the connection.
	Suspended *RunRef `json:"suspended,omitempty"`
	// Yielded is the sync that stepped aside for a run of some records, and goes on after it.
	Yielded *RunRef `json:"yielded,omitempty"`
	// Disabled says who disabled the connection, and what came of it.
	Disabled *Disabled `json:"disabled,omitempty"`
	// Deletion says how far the deletion has come.
	Deletion *Deletion `json:"deletion,omitempty"`
	// Note says what became of the last message that changed nothing.
	Note string `json:"note,omitempty"`
}

// Degraded says what is wrong with a connection, and since when.
type Degraded struct {
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// RunRef points to one run.
type RunRef struct {
	RunID      string `json:"run_id"`
	Number     int    `json:"number"`
	WorkflowID string `json:"workflow_id"`
	Trigger    string `json:"trigger"`
	RetryOf    string `json:"retry_of,omitempty"`
	// Scoped says that the run looks at some records alone.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead says that it comes ahead of a sync of everything that goes on: that one steps aside for it.
	Ahead bool `json:"ahead,omitempty"`
	// Who asked for it: a login id.
	Who string `json:"who,omitempty"`
}

// SyncNowRequest asks for a sync at once.
type SyncNowRequest struct {
	// Who asks: a login id, for the history.
	Who string `json:"who,omitempty"`
}

// SyncAccepted answers sync_now, retry, resync_record, import_record and resolve_conflict.
type SyncAccepted struct {
	RunRef
	// Joined says that a sync was running already, and this is the one.
	Joined bool `json:"joined,omitempty"`
	// Queued says that the run begins when the running one has ended, or when the connection is resumed.
	Queued bool `json:"queued,omitempty"`
}

// SyncResult is what a sync ends with. One that failed ends with an error whose Failure says why.
type SyncResult struct {
	RunID  string `json:"run_id"`
	Status string `json:"status"`
	// Failed counts the parked records.
	Failed int `json:"failed"`
	// CadenceMS is the time until the next periodic sync, in milliseconds, by the connection's preferences.
	CadenceMS int64 `json:"cadence_ms"`
	// EndedAt is when the run was completed.
	EndedAt time.Time `json:"ended_at"`
}
