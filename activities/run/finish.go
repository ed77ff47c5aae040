package run

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// Finish stores how the run ended, or that it was paused. It is idempotent: a run that has ended keeps its end.
func Finish(ctx context.Context, try *attempt.Attempt, in steps.FinishInput) (steps.FinishResult, error) {
	begun, err := try.Store.Runs.Get(ctx, in.RunID)
	if err != nil {
		return steps.FinishResult{}, err
	}
	status, code, reason := record.RunCompleted, "", ""
	switch {
	case in.Paused:
		status = record.RunPaused
	case in.Canceled:
		status = record.RunCanceled
	case in.Failure != nil:
		status, code, reason = record.RunFailed, in.Failure.Code, in.Failure.Reason
	}
	// A retry looks only at the failed records of another run, so it cannot call any other record unchanged.
	if status == record.RunCompleted && begun.RetryOf == "" && !begun.Scoped {
		if err := try.Store.History.SetUnchanged(ctx, in.RunID); err != nil {
			return steps.FinishResult{}, err
		}
	}
	run, err := try.Store.Runs.Finish(ctx, in.RunID, status, code, reason, in.Events, try.Now())
	if err != nil {
		return steps.FinishResult{}, err
	}
	if run.Status != record.RunPaused { // a paused run continues with the listings that it began
		if err := try.Store.Runs.DropListings(ctx, in.RunID); err != nil {
			return steps.FinishResult{}, err
		}
	}
	counts, err := try.Store.History.Counts(ctx, in.RunID)
	if err != nil {
		return steps.FinishResult{}, err
	}
	out := steps.FinishResult{EndedAt: run.EndedAt}
	for _, c := range counts {
		out.Failed += c.Failed + c.Conflicts
	}
	return out, showState(ctx, try, run)
}

// showState stores on the connection how the run ended: what is wrong, or that it is active once a run was completed.
// Integration stores every other state.
func showState(ctx context.Context, try *attempt.Attempt, run record.Run) error {
	switch run.Status {
	case record.RunCompleted:
		return try.Store.Connections.RunCompleted(ctx, run.Connection)
	case record.RunFailed:
		return try.Store.Connections.RunFailed(ctx, run.Connection, record.Degraded{Reason: run.Reason, Since: run.EndedAt})
	case record.RunRunning, record.RunPaused, record.RunCanceled:
	}
	return nil
}
