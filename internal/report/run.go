package report

import (
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Run is one sync, as every command prints it with --output json.
type Run struct {
	Connection string    `json:"connection"`
	RunID      string    `json:"run_id"`
	WorkflowID string    `json:"workflow_id"`
	Status     string    `json:"status"`
	Trigger    string    `json:"trigger"`
	StartedAt  time.Time `json:"started_at"`
	DurationMS int64     `json:"duration_ms"`
	// Preferences is the version of the preferences that the run began with.
	Preferences int `json:"preferences"`
	// RetryOf is the run whose failed records this run retries.
	RetryOf string `json:"retry_of,omitempty"`
	// Scoped reports whether the run is limited to chosen records.
	Scoped bool `json:"scoped,omitempty"`
	// Who is the login id of the user who asked for it.
	Who string `json:"who,omitempty"`
	// Entities are the counts of both directions together.
	Entities map[string]Counts `json:"entities"`
	// ToCRM are the counts of the direction to the CRM. It is left out if there are none.
	ToCRM    map[string]Counts `json:"to_crm,omitempty"`
	Failures []RecordFailure   `json:"failures"`
	APICalls map[string]Calls  `json:"api_calls"`
	// TemporalEvents counts the history events of the run's whole chain of workflows.
	TemporalEvents int `json:"temporal_events"`
	// Failure is set if the run failed as a whole.
	Failure *contract.Failure `json:"failure,omitempty"`
}

// Counts are the outcomes of one entity, by record. A record that was linked and changed counts as linked and as updated.
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

// RecordFailure is a failed record. Side and RecordID name its source.
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

// Operation is what a run did with one record, or decided not to do.
type Operation struct {
	Entity string `json:"entity"`
	// Direction is to_billing or to_crm.
	Direction string `json:"direction"`
	Action    string `json:"action"`
	Outcome   string `json:"outcome"`
	CRMID     string `json:"crm_id"`
	BillingID string `json:"billing_id"`
	Name      string `json:"name"`
	// Code is the code of the provider or of Causeway, if the record was skipped or failed. Rule is the preference that
	// decided.
	Code   string `json:"code"`
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// NewRun builds a Run from what the store holds.
func NewRun(run record.Run, counts map[record.Entity]record.Counts, failures []record.Failure, now time.Time) Run {
	out := Run{
		Connection: run.Connection, RunID: run.ID, WorkflowID: run.WorkflowID, Status: string(run.Status),
		Trigger: string(run.Trigger), StartedAt: run.StartedAt.UTC(), TemporalEvents: run.TemporalEvents,
		Preferences: run.Preferences, RetryOf: run.RetryOf, Scoped: run.Scoped, Who: run.Who,
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
		out.Failure = &contract.Failure{Code: run.Code, Reason: run.Reason}
	}
	return out
}

// NewOperation builds an Operation from what the store holds.
func NewOperation(op record.Operation) Operation {
	out := Operation{
		Entity: string(op.Entity), Direction: string(op.Direction()), Action: string(op.Action), Outcome: string(op.Outcome),
		CRMID: op.SourceID, BillingID: op.TargetID, Name: op.SourceName, Code: op.Code, Rule: op.Rule, Reason: op.Reason,
	}
	if record.SideOf(op.SourceModule) == record.Billing {
		out.CRMID, out.BillingID = op.TargetID, op.SourceID
	}
	return out
}

// WithToCRM returns the run with the counts of the direction to the CRM.
func (r Run) WithToCRM(counts map[record.Entity]record.Counts) Run {
	if len(counts) == 0 {
		return r
	}
	r.ToCRM = map[string]Counts{}
	for _, e := range record.Entities() {
		r.ToCRM[string(e)] = Counts(counts[e])
	}
	return r
}
