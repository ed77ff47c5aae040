package contract

import (
	"time"

	"causeway/internal/record"
)

// Run is one sync, as every command prints it with --output json.
type Run struct {
	Connection string            `json:"connection"`
	RunID      string            `json:"run_id"`
	WorkflowID string            `json:"workflow_id"`
	Status     string            `json:"status"`
	Trigger    string            `json:"trigger"`
	StartedAt  time.Time         `json:"started_at"`
	DurationMS int64             `json:"duration_ms"`
	Entities   map[string]Counts `json:"entities"`
	Failures   []RecordFailure   `json:"failures"`
	APICalls   map[string]Calls  `json:"api_calls"`
	// TemporalEvents counts the history events of the run's whole chain of workflows.
	TemporalEvents int `json:"temporal_events"`
	// Failure is set where the run failed as a whole.
	Failure *Failure `json:"failure,omitempty"`
}

// Counts are the outcomes of one entity, by record. A record that was linked and changed counts in both
// linked and updated.
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

// RecordFailure is a parked record. Side and RecordID are the source's.
type RecordFailure struct {
	Entity   string `json:"entity"`
	Side     string `json:"side"`
	RecordID string `json:"record_id"`
	Name     string `json:"name"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}

// Calls are API calls to one side. Read: list, get, COQL, count, deleted; write: each HTTP call that
// creates, updates, upserts or deletes; other: tokens and metadata.
type Calls struct {
	Read  int `json:"read"`
	Write int `json:"write"`
	Other int `json:"other"`
}

// Operation is what a run did, or decided not to do, with one record.
type Operation struct {
	Entity    string `json:"entity"`
	Action    string `json:"action"`
	Outcome   string `json:"outcome"`
	CRMID     string `json:"crm_id"`
	BillingID string `json:"billing_id"`
	Reason    string `json:"reason"`
}

// NewRun tells a run with its counts and failures in the public words.
func NewRun(run record.Run, counts map[record.Entity]record.Counts, failures []record.Failure, now time.Time) Run {
	out := Run{
		Connection: run.Connection, RunID: run.ID, WorkflowID: run.WorkflowID, Status: string(run.Status),
		Trigger: string(run.Trigger), StartedAt: run.StartedAt.UTC(), TemporalEvents: run.TemporalEvents,
		Entities: map[string]Counts{}, Failures: []RecordFailure{}, APICalls: map[string]Calls{},
	}
	if !run.EndedAt.IsZero() {
		now = run.EndedAt
	}
	out.DurationMS = now.Sub(run.StartedAt).Milliseconds()
	for _, e := range record.Entities() {
		out.Entities[string(e)] = Counts(counts[e])
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		out.APICalls[string(side)] = Calls(run.Calls[side])
	}
	for _, f := range failures {
		out.Failures = append(out.Failures, RecordFailure{
			Entity: string(f.Entity), Side: string(f.Side), RecordID: f.RecordID, Name: f.Name, Code: f.Code, Reason: f.Reason,
		})
	}
	if run.Status == record.RunFailed {
		out.Failure = &Failure{Code: run.Code, Reason: run.Reason}
	}
	return out
}

// NewOperation tells an operation in the public words.
func NewOperation(op record.Operation) Operation {
	return Operation{
		Entity: string(op.Entity), Action: string(op.Action), Outcome: string(op.Outcome),
		CRMID: op.SourceID, BillingID: op.TargetID, Reason: op.Reason,
	}
}
