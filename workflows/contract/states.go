package contract

import "time"

// The states of a connection.
const (
	StateConnected = "connected" // the first sync has not been completed yet
	StateActive    = "active"
	StatePausing   = "pausing" // calls in flight finish
	StatePaused    = "paused"
	StateDisabling = "disabling" // what is under way is brought to its end
	StateDisabled  = "disabled"
	StateEnabling  = "enabling" // both sides are being checked
	StateDeleting  = "deleting"
	StateDeleted   = "deleted"
)

// Itself is the name in Paused.Who of a connection that paused itself.
const Itself = "causeway"

// Paused is who paused a connection, and why.
type Paused struct {
	Who   string    `json:"who,omitempty"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since"`
}

// Disabled is who disabled a connection, and the report of it.
type Disabled struct {
	Who   string    `json:"who,omitempty"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since"`
	// DroppedRuns counts the syncs that were queued or stopped and will not run.
	DroppedRuns int `json:"dropped_runs,omitempty"`
	// Report is set when the connection is disabled.
	Report *DisableReport `json:"report,omitempty"`
}

// The triggers of a run.
const (
	TriggerInitial  = "initial"
	TriggerSchedule = "schedule"
	TriggerManual   = "manual"
	TriggerRetry    = "retry"
	TriggerResync   = "resync"  // of one record
	TriggerImport   = "import"  // of one record that was searched for
	TriggerResolve  = "resolve" // of a conflict that somebody decided
	TriggerEnable   = "enable"  // of all of the CRM, once the connection has been enabled
)

// The states of a run.
const (
	RunRunning   = "running"
	RunPaused    = "paused"
	RunCompleted = "completed"
	RunFailed    = "failed"
	RunCanceled  = "canceled"
)

// DisableReport is the result of a Disable workflow.
type DisableReport struct {
	// Settled counts writes whose unknown outcome was found out, Dropped those that had not been sent. Unknown counts
	// those whose side did not answer; they stay unknown until the connection is enabled.
	Settled int `json:"settled"`
	Dropped int `json:"dropped"`
	Unknown int `json:"unknown,omitempty"`
	// Removed counts what was removed from the finance workspace, by kind.
	Removed map[string]int `json:"removed,omitempty"`
	// RefusedPushes counts queued pushes that were not carried out, OpenPushes those in progress that had not ended after
	// a minute.
	RefusedPushes int `json:"refused_pushes,omitempty"`
	OpenPushes    int `json:"open_pushes,omitempty"`
}
