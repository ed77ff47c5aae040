package contract

import "time"

// IntegrationInput starts the Integration workflow of a connection that is in the store.
type IntegrationInput struct {
	Connection string `json:"connection"`
	// Restored is the state in the store, if an earlier workflow of the connection was lost.
	Restored string `json:"restored,omitempty"`
	// Tuning shortens waits for trials.
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

// Status is the answer to the status query.
type Status struct {
	Connection string    `json:"connection"`
	State      string    `json:"state"`
	Degraded   *Degraded `json:"degraded"`
	// Running is the sync in progress, Last the sync that ended last.
	Running  *RunRef   `json:"running"`
	Last     *RunRef   `json:"last"`
	NextSync time.Time `json:"next_sync,omitzero"`
	Queued   []RunRef  `json:"queued,omitempty"`
	// Preferences is the version that the last configure made; 0 if there was none.
	Preferences int `json:"preferences,omitempty"`
	// Paused names who paused the connection. It is set while the connection is pausing or paused.
	Paused *Paused `json:"paused,omitempty"`
	// Suspended is the sync that stopped at its place. It continues when the connection is resumed.
	Suspended *RunRef `json:"suspended,omitempty"`
	// Yielded is the sync that waits for a run of chosen records and continues after it.
	Yielded *RunRef `json:"yielded,omitempty"`
	// Disabled names who disabled the connection, and the report of it.
	Disabled *Disabled `json:"disabled,omitempty"`
	// Deletion is the progress of the deletion.
	Deletion *Deletion `json:"deletion,omitempty"`
	// Note explains why the last message changed nothing.
	Note string `json:"note,omitempty"`
}

// Degraded is what is wrong with a connection, and since when.
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
	// Scoped limits the run to chosen records.
	Scoped bool `json:"scoped,omitempty"`
	// Ahead lets the run go before a sync of everything. A running one waits for it.
	Ahead bool `json:"ahead,omitempty"`
	// Who is the login id of the user who asked for it.
	Who string `json:"who,omitempty"`
}

// SyncNowRequest asks for a sync at once.
type SyncNowRequest struct {
	// Who is the login id of the user who asks, for the history.
	Who string `json:"who,omitempty"`
}

// SyncAccepted answers sync_now, retry, resync_record, import_record and resolve_conflict.
type SyncAccepted struct {
	RunRef
	// Joined reports that a sync was running already; this is its run.
	Joined bool `json:"joined,omitempty"`
	// Queued reports that the run begins when the running one ends, or when the connection is resumed.
	Queued bool `json:"queued,omitempty"`
}

// SyncResult is the result of a sync. A failed sync returns an error with a Failure instead.
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
