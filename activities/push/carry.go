package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"
)

// CarryOut carries out an admitted push, or continues with it.
//
// What keeps it exactly-once from the outside: the push is claimed for this attempt. Before each write its intent is
// stored, with the call's deadline, if the claim still holds and the connection is at work. A document is created by its
// marker. Any other write whose reply was lost is looked for first, once it can take effect no more. The outcome is
// stored under the claim, together with the answer.
func CarryOut(ctx context.Context, try *attempt.Attempt, capabilities *Capabilities, in steps.CarryInput) (steps.Carried, error) {
	c := &carrying{try: try, capabilities: capabilities, in: in, kind: record.TransactionType(in.Type)}
	out, err := c.run(ctx)
	if err != nil && in.LastTry && ctx.Err() == nil {
		return c.fail(ctx, err)
	}
	return out, err
}

func (c *carrying) run(ctx context.Context) (steps.Carried, error) {
	if out, done, err := c.claim(ctx); done || err != nil {
		return out, err
	}
	if at := c.row.Deadline.Add(c.try.Timing.Margin); c.row.Step != "" && c.try.Now().Before(at) {
		return steps.Carried{SettleAt: at}, nil // a late write must not undo what comes after it
	}
	c.prior = c.row.Step
	var err error
	if c.conn, err = c.try.Store.Connections.Get(ctx, c.in.Connection); err != nil {
		return steps.Carried{}, err
	}
	if c.port, err = c.try.Sides.Transactions(ctx, c.in.Connection); err != nil {
		return steps.Carried{}, err
	}
	if c.known, err = c.try.Store.Transactions.Get(ctx, c.in.Connection, c.in.Type, c.in.Transaction); err != nil {
		return steps.Carried{}, err
	}
	c.result = contract.PushResult{Status: contract.PushDone, Sequence: c.in.Sequence}
	return c.conclude(ctx, c.carryOut(ctx))
}

// claim takes the push for this attempt. If the push is not open, claim returns its answer.
func (c *carrying) claim(ctx context.Context) (steps.Carried, bool, error) {
	row, err := c.try.Store.Pushes.Claim(ctx, c.in.Connection, c.in.Sequence, c.try.Token)
	if err != nil && !record.IsKind(err, record.Conflict) {
		return steps.Carried{}, true, err
	}
	c.row = row
	if err == nil {
		return steps.Carried{}, false, nil
	}
	return c.answered(ctx, row)
}

func (c *carrying) answered(ctx context.Context, row pushes.Push) (steps.Carried, bool, error) {
	if len(row.Answer) > 0 {
		var answer contract.PushResult
		if err := json.Unmarshal(row.Answer, &answer); err != nil {
			return steps.Carried{}, true, fmt.Errorf("read the answer of push %d: %w", row.Sequence, err)
		}
		return steps.Carried{Answer: &answer}, true, nil
	}
	if row.State == pushes.StateQueued {
		return steps.Carried{Answer: &contract.PushResult{Status: contract.PushQueued, Sequence: row.Sequence}}, true, nil
	}
	conn, err := c.try.Store.Connections.Get(ctx, c.in.Connection)
	if err != nil {
		return steps.Carried{}, true, err
	}
	answer := refusedByState(row.Sequence, string(conn.State))
	return steps.Carried{Answer: &answer}, true, nil
}

// conclude stores what became of the push, unless it continues later.
func (c *carrying) conclude(ctx context.Context, err error) (steps.Carried, error) {
	var missing needsImport
	switch {
	case err == nil:
		return c.finish(ctx, pushes.StateDone)
	case errors.As(err, &missing):
		return steps.Carried{Import: missing.refs}, nil
	case errors.Is(err, errHeld):
		return c.requeue(ctx)
	case record.IsAmbiguous(err):
		// The next attempt finds the step, and settles it.
		return steps.Carried{SettleAt: c.row.Deadline.Add(c.try.Timing.Margin)}, nil
	}
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict, record.Unauthorized:
		return c.fail(ctx, err)
	case record.RateLimited, record.Unavailable:
	}
	return steps.Carried{}, err
}

// fail ends the push with the reason.
func (c *carrying) fail(ctx context.Context, err error) (steps.Carried, error) {
	f := attempt.FailureOf("", err)
	c.result.Status, c.result.Failure, c.result.Sequence = contract.PushFailed, &f, c.in.Sequence
	return c.finish(ctx, pushes.StateFailed)
}

// requeue puts the push back into the queue: the connection was paused, or is being disabled.
func (c *carrying) requeue(ctx context.Context) (steps.Carried, error) {
	a, err := c.try.Store.Pushes.Hold(ctx, c.in.Connection, c.in.Sequence, c.try.Token)
	if err != nil {
		return steps.Carried{}, err
	}
	if a.Decision == pushes.Queue {
		return steps.Carried{Answer: &contract.PushResult{
			Status: contract.PushQueued, Sequence: a.Sequence, Position: a.Position, State: string(a.State)}}, nil
	}
	answer := refusedByState(c.in.Sequence, string(a.State))
	return steps.Carried{Answer: &answer}, nil
}

// finish stores the answer under the claim, with what billing has now.
func (c *carrying) finish(ctx context.Context, state string) (steps.Carried, error) {
	answer, err := json.Marshal(c.result)
	if err != nil {
		return steps.Carried{}, fmt.Errorf("store the answer: %w", err)
	}
	out := pushes.Outcome{State: state, Answer: answer, At: c.try.Now()}
	if c.known != nil {
		out.Transactions = append(out.Transactions, *c.known)
	}
	if c.made != nil {
		out.Transactions = append(out.Transactions, *c.made)
	}
	if err := c.try.Store.Pushes.Finish(ctx, c.try.Token, c.in.Connection, c.in.Sequence, out); err != nil {
		return steps.Carried{}, err
	}
	return steps.Carried{Answer: &c.result}, nil
}
