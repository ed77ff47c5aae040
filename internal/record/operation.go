package record

import "time"

// Link ties one CRM record to one billing record.
type Link struct {
	Connection    string
	Entity        Entity
	CRMModule     Module
	CRMID         string
	BillingModule Module
	BillingID     string
	// BillingParentID is the customer of a contact person.
	BillingParentID string
	// Born is the side where the record existed first.
	Born Side
	// Base holds the mapped values that both sides last agreed on, by billing's field names.
	Base Values
	// Gone is the side where the record was deleted, or Moved; it is empty while both sides have the record.
	// Nothing is synced over a link that is gone. It is kept for the history.
	Gone   Side
	GoneAt time.Time
}

// Action is what an operation does on the receiving side.
type Action string

// The actions that a plan decides on.
const (
	ActionCreate   Action = "create"
	ActionClone    Action = "clone" // create a second record beside a duplicate
	ActionUpdate   Action = "update"
	ActionLink     Action = "link" // adopt or link a record that exists, and update what differs
	ActionSkip     Action = "skip"
	ActionConflict Action = "conflict"
	ActionNone     Action = "none"
	ActionFail     Action = "fail"  // the plan found that the record cannot be synced
	ActionMove     Action = "move"  // the contact has another account now: its contact person moves to that customer
	ActionGone     Action = "gone"  // the record was deleted on its side: its link is marked
	ActionMerge    Action = "merge" // the CRM merged the record into another: its link moves to that one
)

// Writes reports whether the action calls the receiving side.
func (a Action) Writes() bool {
	return a == ActionCreate || a == ActionClone || a == ActionUpdate || a == ActionLink || a == ActionMove
}

// Outcome is the result for one record, as history counts it.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "added"
	Updated   Outcome = "updated"
	Linked    Outcome = "linked"
	Unchanged Outcome = "unchanged"
	Skipped   Outcome = "skipped"
	Conflicts Outcome = "conflicts"
	Deleted   Outcome = "deleted"
	Failed    Outcome = "failed"
)

// Outcomes lists all outcomes, in the order in which they are shown.
func Outcomes() []Outcome {
	return []Outcome{Added, Updated, Linked, Unchanged, Skipped, Conflicts, Deleted, Failed}
}

// Parked reports whether a record with this outcome was left out, with a reason.
func (o Outcome) Parked() bool {
	switch o {
	case Skipped, Failed, Conflicts, Deleted:
		return true
	case Added, Updated, Linked, Unchanged:
	}
	return false
}

// OperationState is the progress of one operation.
type OperationState string

// The states of an operation. In the state sent the intent is stored and a call may be under way until the
// deadline. Only the attempt that made the call knows its outcome.
const (
	OpPlanned OperationState = "planned"
	OpSent    OperationState = "sent"
	OpDone    OperationState = "done"
)

// Operation is one intended change to one record in a run.
type Operation struct {
	ID         string // UUID version 7
	Connection string
	Run        string
	Seq        int64 // order within the run, given by the store
	Entity     Entity
	Action     Action

	SourceModule Module
	SourceID     string
	SourceName   string
	// SourceHash is the hash of the source's content at the time of the plan. An outcome settles that content only,
	// never a newer one.
	SourceHash string

	TargetModule   Module
	TargetID       string // empty until created
	TargetParentID string // the customer of a contact person

	// NameKey is record.NameKey of the target's name.
	NameKey string
	Marker  string
	// Before holds the target's mapped fields as they were known. After holds the fields that the operation writes:
	// for a creation all mapped fields, for an update only the changed ones.
	Before Values
	After  Values
	// Base becomes the link's base when the operation is done. Nil means Before overlaid with After. An update to
	// the CRM must set it, since its Before and After are fields of the CRM.
	Base Values
	// Rule names the preference that decided, where one did: "conflicts:newest", "duplicates:skip", "view".
	Rule string
	// Lasting marks a skipped record that need not be checked again until the record, its link or the preferences
	// change. It is not stored.
	Lasting bool

	State    OperationState
	Outcome  Outcome
	Changed  bool // with Linked: a value was changed too
	Code     string
	Reason   string
	Attempts int
	// Deadline is the time after which no call of this intent can start or still be under way from us.
	Deadline time.Time
	PlannedAt,
	DoneAt time.Time
}

// Direction returns where the operation writes.
func (o Operation) Direction() Direction {
	if SideOf(o.TargetModule) == CRM {
		return ToCRM
	}
	return ToBilling
}

// Counts are the outcomes of one entity in one run, one per record.
type Counts struct {
	Added     int `json:"added"`
	Updated   int `json:"updated"`
	Linked    int `json:"linked"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
	Conflicts int `json:"conflicts"`
	Deleted   int `json:"deleted"`
	Failed    int `json:"failed"`
}

// Trigger is what started a run.
type Trigger string

// The triggers.
const (
	TriggerInitial  Trigger = "initial"
	TriggerSchedule Trigger = "schedule"
	TriggerManual   Trigger = "manual"
	TriggerPush     Trigger = "push" // a record that a transaction needs
	TriggerRetry    Trigger = "retry"
	TriggerResync   Trigger = "resync"  // one record
	TriggerImport   Trigger = "import"  // one record that a user searched for
	TriggerResolve  Trigger = "resolve" // a conflict that a user decided
	TriggerEnable   Trigger = "enable"  // all of the CRM, after the connection was enabled
)

// Triggers lists all triggers.
func Triggers() []Trigger {
	return []Trigger{
		TriggerInitial, TriggerSchedule, TriggerManual, TriggerPush, TriggerRetry, TriggerResync, TriggerImport, TriggerResolve, TriggerEnable,
	}
}

// RunStatus is the progress of a run.
type RunStatus string

// The states of a run.
const (
	RunRunning   RunStatus = "running"
	RunPaused    RunStatus = "paused"
	RunCompleted RunStatus = "completed"
	RunFailed    RunStatus = "failed"
	RunCanceled  RunStatus = "canceled"
)

// RunStatuses lists all states of a run.
func RunStatuses() []RunStatus {
	return []RunStatus{RunRunning, RunPaused, RunCompleted, RunFailed, RunCanceled}
}

// Calls counts the API calls of a run to one side. Read: list, get, COQL, count, deleted. Write: each HTTP call
// that creates, updates, upserts or deletes. Other: tokens and metadata.
type Calls struct {
	Read  int `json:"read"`
	Write int `json:"write"`
	Other int `json:"other"`
}

// Spent is what the calls of one hour used of a side's daily allowance.
type Spent struct {
	Hour  time.Time // the start of the hour
	Calls int       // in the side's units: one call may use several
}

// Run is one sync.
type Run struct {
	ID         string // UUID version 7
	Connection string
	Number     int // of a sync: counts up per connection, from 1; part of the workflow's id. 0 for a push
	Push       int // of a push: its sequence, from 1. 0 for a sync
	Trigger    Trigger
	RetryOf    string // with TriggerRetry: the run whose failed records are retried
	// Scoped limits the run to the records that the store keeps with it.
	Scoped bool
	Who    string // the login id of the user who asked; empty where nobody did
	// Drift lists the mapped fields whose definition changed on a side. The run did not use their maps.
	Drift       []Drift
	WorkflowID  string
	Preferences int // version
	Status      RunStatus
	Code        string // of the run's own failure
	Reason      string
	StartedAt   time.Time
	EndedAt     time.Time
	// TemporalEvents counts the history events of all workflow executions of the run.
	TemporalEvents int
	Calls          map[Side]Calls
	// Spent is what the calls used of each side's daily allowance, Listed the part used to read lists.
	Spent, Listed map[Side]int
}

// Failure is a record that a run parked.
type Failure struct {
	Entity   Entity `json:"entity"`
	Side     Side   `json:"side"`
	RecordID string `json:"record_id"`
	Name     string `json:"name"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}
