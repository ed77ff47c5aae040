package report

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// Runs lists the runs of a connection, the newest first.
type Runs struct {
	Runs []Run `json:"runs"`
}

// ReadRuns reads the newest runs of a connection.
func ReadRuns(ctx context.Context, st *store.Store, connection string, limit int, now time.Time) (Runs, error) {
	out := Runs{Runs: []Run{}}
	found, err := st.Runs.List(ctx, connection, limit)
	if err != nil {
		return out, err
	}
	for _, r := range found {
		run, err := ReadRun(ctx, st, r.ID, now)
		if err != nil {
			return out, err
		}
		out.Runs = append(out.Runs, run)
	}
	return out, nil
}

// ReadRun reads a run as every command prints it.
func ReadRun(ctx context.Context, st *store.Store, runID string, now time.Time) (Run, error) {
	run, err := st.Runs.Get(ctx, runID)
	if err != nil {
		return Run{}, err
	}
	counts, err := st.History.Counts(ctx, runID)
	if err != nil {
		return Run{}, err
	}
	failures, err := st.History.Failures(ctx, runID)
	if err != nil {
		return Run{}, err
	}
	toCRM, err := st.History.CountsToCRM(ctx, runID)
	if err != nil {
		return Run{}, err
	}
	return NewRun(run, counts, failures, now).WithToCRM(toCRM), nil
}

// RunShown is a run with its operations.
type RunShown struct {
	Run
	Operations []Operation `json:"operations"`
	// Drift lists the mapped fields that the run found changed. The run did not use their maps.
	Drift []record.Drift `json:"drift"`
	WebUI string         `json:"web_ui"`
}

// ReadRunShown reads a run with the operations that the filter chooses. WebUI is where Temporal shows its workflow.
func ReadRunShown(ctx context.Context, st *store.Store, run record.Run, filter operations.Filter, now time.Time, webUI string) (RunShown, error) {
	out := RunShown{Drift: append([]record.Drift{}, run.Drift...), WebUI: webUI}
	var err error
	if out.Run, err = ReadRun(ctx, st, run.ID, now); err != nil {
		return out, err
	}
	out.Operations, err = ReadOperations(ctx, st, run.ID, filter)
	return out, err
}

// ReadOperations reads the operations of a run that the filter chooses.
func ReadOperations(ctx context.Context, st *store.Store, run string, filter operations.Filter) ([]Operation, error) {
	ops, err := st.Operations.List(ctx, run, filter)
	if err != nil {
		return nil, err
	}
	out := make([]Operation, len(ops))
	for i, op := range ops {
		out[i] = NewOperation(op)
	}
	return out, nil
}

// Started is a run that was requested without waiting for its end.
type Started struct {
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
	Joined     bool   `json:"joined"`
	Queued     bool   `json:"queued"`
}

// NewStarted builds a Started from the answer of a connection's workflow.
func NewStarted(a contract.SyncAccepted) Started {
	return Started{RunID: a.RunID, WorkflowID: a.WorkflowID, Joined: a.Joined, Queued: a.Queued}
}
