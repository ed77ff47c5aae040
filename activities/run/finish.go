package run

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Finish stores how the run ended, or that it was paused. It is idempotent: a run that has ended keeps its end.
func Finish(ctx context.Context, try *attempt.Attempt, in contract.FinishInput) (contract.FinishResult, error) {
	begun, err := try.Store.Run(ctx, in.RunID)
	if err != nil {
		return contract.FinishResult{}, err
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
	// A retry looks at the failed records of a run alone: it can say of no other that it is unchanged.
	if status == record.RunCompleted && begun.RetryOf == "" && !begun.Scoped {
		if err := try.Store.SetUnchanged(ctx, in.RunID); err != nil {
			return contract.FinishResult{}, err
		}
	}
	run, err := try.Store.FinishRun(ctx, in.RunID, status, code, reason, in.Events, try.Now())
	if err != nil {
		return contract.FinishResult{}, err
	}
	if run.Status != record.RunPaused { // which goes on with the listings that it began
		if err := try.Store.DropListings(ctx, in.RunID); err != nil {
			return contract.FinishResult{}, err
		}
	}
	counts, err := try.Store.Counts(ctx, in.RunID)
	if err != nil {
		return contract.FinishResult{}, err
	}
	out := contract.FinishResult{EndedAt: run.EndedAt}
	for _, c := range counts {
		out.Failed += c.Failed + c.Conflicts
	}
	return out, showState(ctx, try, run)
}

// showState keeps the connection's row as the run left it: what is wrong, and that it is active once a run was
// completed. Every other state is Integration's to store.
func showState(ctx context.Context, try *attempt.Attempt, run record.Run) error {
	switch run.Status {
	case record.RunCompleted:
		return try.Store.RunCompleted(ctx, run.Connection)
	case record.RunFailed:
		return try.Store.RunFailed(ctx, run.Connection, record.Degraded{Reason: run.Reason, Since: run.EndedAt})
	case record.RunRunning, record.RunPaused, record.RunCanceled:
	}
	return nil
}
