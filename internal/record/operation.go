package record

import "time"

// Link says that this CRM record is that billing record.
type Link struct {
	Connection    string
	Entity        Entity
	CRMModule     Module
	CRMID         string
	BillingModule Module
	BillingID     string
	// BillingParentID is the customer of a contact person.
	BillingParentID string
	// Born is the side on which the record existed first.
	Born Side
	// Base holds the mapped values that both sides last agreed on, by billing's fields.
	Base Values
	// Gone is the side on which the record was deleted, empty while both have it; or Moved. Nothing is synced
	// over such a link; it is kept for the history.
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
	ActionFail     Action = "fail"  // the plan itself found that the record cannot be synced
	ActionMove     Action = "move"  // the contact belongs to another account now: its person moves to that customer
	ActionGone     Action = "gone"  // the record was deleted on its side: its link is marked
	ActionMerge    Action = "merge" // the CRM merged the record into another: its link moves to that one
)

// Writes says whether the action calls the receiving side.
func (a Action) Writes() bool {
	return a == ActionCreate || a == ActionClone || a == ActionUpdate || a == ActionLink || a == ActionMove
}

// Outcome is what became of one record, as history counts it.
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

// OperationState is how far an operation has come.
type OperationState string

// The states of an operation. Between planned and done stands sent: the intent is stored, a call may be
// on the wire until the deadline, and its outcome is unknown to everybody but the attempt that made it.
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
	// SourceHash is the hash of the source's content that was planned from: an outcome settles that
	// content only, never a newer one.
	SourceHash string

	TargetModule   Module
	TargetID       string // empty until created
	TargetParentID string // the customer of a contact person

	// NameKey is the NameKey of the name that the target gets.
	NameKey string
	Marker  string
	// Before holds the target's mapped fields as they were known, After those that the operation writes:
	// all mapped fields for a creation, the changed ones for an update.
	Before Values
	After  Values
	// Base is what the link's base becomes when the operation is done; nil is Before with After over it.
	// With an update to the CRM it is needed, since its Before and After are the CRM's fields.
	Base Values
	// Rule names the preference that decided, where one did: "conflicts:newest", "duplicates:skip", "view".
	Rule string
	// Lasting says of a skipped record that it need not be looked at again before it, its link or the
	// preferences change. It is not stored.
	Lasting bool

	State    OperationState
	Outcome  Outcome
	Changed  bool // with Linked: a value was changed too
	Code     string
	Reason   string
	Attempts int
	// Deadline is the instant after which no call of this intent can start or be on our side of the wire.
	Deadline time.Time
	PlannedAt,
	DoneAt time.Time
}

// Direction is where the operation writes.
func (o Operation) Direction() Direction {
	switch o.TargetModule {
	case Accounts, Contacts, Products:
		return ToCRM
	case Customers, ContactPersons, Items, Quotes, Invoices:
	}
	return ToBilling
}

// Counts are the outcomes of one entity in one run, by record.
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
	TriggerResync   Trigger = "resync"  // of one record
	TriggerImport   Trigger = "import"  // of one record that was searched for
	TriggerResolve  Trigger = "resolve" // of a conflict that somebody decided
)

// RunStatus is how far a run has come.
type RunStatus string

// The states of a run.
const (
	RunRunning   RunStatus = "running"
	RunPaused    RunStatus = "paused"
	RunCompleted RunStatus = "completed"
	RunFailed    RunStatus = "failed"
	RunCanceled  RunStatus = "canceled"
)

// Calls are the API calls of a run to one side. Read: list, get, COQL, count, deleted; write: each HTTP
// call that creates, updates, upserts or deletes; other: tokens and metadata.
type Calls struct {
	Read  int `json:"read"`
	Write int `json:"write"`
	Other int `json:"other"`
}

// Spent is what calls of one hour took of a side's daily allowance.
type Spent struct {
	Hour  time.Time // when it began
	Calls int       // as the side counts them: one call may take several
}

// Run is one sync.
type Run struct {
	ID         string // UUID version 7
	Connection string
	Number     int // of a sync: counts up per connection, from 1; part of the workflow's id. 0 for a push
	Push       int // of a push: its sequence, from 1. 0 for a sync
	Trigger    Trigger
	RetryOf    string // with TriggerRetry: the run whose failed records are tried again
	// Scoped says that the run looks at the records alone that the store keeps with it.
	Scoped bool
	Who    string // the login id of the one who asked, where somebody did
	// Drift lists the mapped fields that the run found changed on a side; their maps rested.
	Drift       []Drift
	WorkflowID  string
	Preferences int // version
	Status      RunStatus
	Code        string // of the run's own failure
	Reason      string
	StartedAt   time.Time
	EndedAt     time.Time
	// TemporalEvents counts the history events of the run's whole chain of workflows.
	TemporalEvents int
	Calls          map[Side]Calls
	// Spent is what the calls took of each side's daily allowance, Listed the part that read the lists.
	Spent, Listed map[Side]int
}

// Failure is a parked record of a run.
type Failure struct {
	Entity   Entity `json:"entity"`
	Side     Side   `json:"side"`
	RecordID string `json:"record_id"`
	Name     string `json:"name"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}
