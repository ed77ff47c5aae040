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

// Itself is who paused a connection that paused itself.
const Itself = "causeway"

// Paused says who stopped a connection, and why.
type Paused struct {
	Who   string    `json:"who,omitempty"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since"`
}

// Disabled says who disabled a connection, and what came of it.
type Disabled struct {
	Who   string    `json:"who,omitempty"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since"`
	// DroppedRuns is the number of syncs that waited, or had been stopped, and are not carried out any more.
	DroppedRuns int `json:"dropped_runs,omitempty"`
	// Report is there once the connection is disabled.
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

// DisableReport is what a Disable workflow ends with.
type DisableReport struct {
	// Settled writes have had an outcome that nobody knew; Dropped ones had not been sent; Unknown ones stay
	// unknown until the connection is enabled, since their side did not answer.
	Settled int `json:"settled"`
	Dropped int `json:"dropped"`
	Unknown int `json:"unknown,omitempty"`
	// Removed counts what was removed of the finance workspace, by kind.
	Removed map[string]int `json:"removed,omitempty"`
	// RefusedPushes were queued, and were not carried out; OpenPushes were under way and had not ended after a minute.
	RefusedPushes int `json:"refused_pushes,omitempty"`
	OpenPushes    int `json:"open_pushes,omitempty"`
}
