package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/operations"
)

// Settle decides on the operations whose outcome nobody has learned, once their calls can no longer take effect. Those
// that took effect are finished; the others go back to be carried out again. Where the side keeps our marker single, the
// repetition itself shows whether the first call took effect. Elsewhere one look at the side shows it.
func Settle(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (steps.ApplyResult, error) {
	a, err := newApplying(ctx, try, in)
	if err != nil {
		return steps.ApplyResult{}, err
	}
	limit := attempt.MaxRecords
	if a.entity == record.EntityContactPersons && !a.toCRM() {
		limit = 2 * attempt.CallBatch // each may take a list call
	}
	unsettled, err := try.Store.Operations.Unsettled(ctx, in.RunID, a.entity, limit, a.direction())
	if err != nil {
		return steps.ApplyResult{}, err
	}
	ids := make([]string, 0, len(unsettled))
	for _, op := range unsettled {
		ids = append(ids, op.ID)
	}
	mine, err := try.Store.Operations.TakeOver(ctx, try.Token, ids, try.Now().Add(-try.Timing.Margin))
	if err != nil {
		return steps.ApplyResult{}, err
	}
	if len(mine) > 0 {
		if err := a.settleOperations(ctx, mine); err != nil && !errors.Is(err, attempt.ErrOver) && !attempt.Halted(ctx, err) {
			return steps.ApplyResult{}, err
		}
	}
	out, err := a.remaining(ctx, steps.ApplyResult{})
	if wait := out.SettleAt.Sub(try.Now()); out.Sent > 0 && wait > 0 {
		// The workflow waited by another clock than the deadlines'.
		out.RetryAfterMS = (wait + time.Millisecond).Milliseconds()
	}
	return out, err
}

// settleOperations sorts the operations into those that are carried out again and those that are looked for.
func (a *applying) settleOperations(ctx context.Context, ops []record.Operation) error {
	if err := a.probe(ctx, ops); err != nil {
		return err
	}
	var again, look []record.Operation
	for _, op := range ops {
		// The CRM creates by its own upsert, so carrying out again shows what happened.
		if !a.toCRM() && reconcile.Creates(op) && (a.entity == record.EntityContactPersons || !a.upsert) {
			look = append(look, op)
		} else {
			again = append(again, op)
		}
	}
	missing, err := a.look(ctx, look)
	if err != nil {
		return err
	}
	return a.retry(ctx, append(again, missing...))
}

// retry sends operations back to be carried out again, and parks those that were tried often enough: one record at
// which a side fails each time must not keep the run from its end. None of them is in flight any more.
func (a *applying) retry(ctx context.Context, ops []record.Operation) error {
	if err := a.checkSilence(ctx, ops); err != nil {
		return err
	}
	var ids []string
	var parked []operations.Outcome
	for _, op := range ops {
		if op.Attempts < MaxAttempts {
			ids = append(ids, op.ID)
			continue
		}
		parked = append(parked, *a.park(op, &record.Error{Kind: record.Unavailable, Side: a.side(), Code: CodeNoAnswer,
			Message: fmt.Sprintf("%s gave no useful answer to this write, %d times", a.side().Name(), op.Attempts),
			Remedy:  "the next run tries again; if it fails again, compare this record in both systems"}))
	}
	if _, err := a.try.Store.Operations.Finish(ctx, a.try.Token, a.try.Now(), parked); err != nil {
		return err
	}
	return a.try.Store.Operations.Replan(ctx, a.try.Token, ids)
}

// checkSilence fails if the side takes writes and answers none: many operations were tried often enough, and no write
// of the run was answered. That is not the records' fault: the run fails, and the next one sends them again. A few
// tries prove nothing, since a worker that is killed again and again hears no answers either.
func (a *applying) checkSilence(ctx context.Context, ops []record.Operation) error {
	run, err := a.try.Store.Runs.Get(ctx, a.in.RunID)
	if err != nil {
		return err
	}
	tried := 0
	for _, op := range ops {
		if op.Attempts >= MaxAttempts && op.Deadline.After(run.StartedAt) {
			tried++
		}
	}
	if tried < mostSilent {
		return nil
	}
	answered, err := a.try.Store.Operations.Answered(ctx, run.ID, run.StartedAt, a.direction())
	if err != nil || answered {
		return err
	}
	return noAnswer(a.side(), tried, nil)
}
