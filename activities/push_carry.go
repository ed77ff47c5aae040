package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"
)

// CarryOut carries an admitted push out, or on.
//
// What keeps it exactly-once from the outside: the push is claimed for this attempt; before each write its intent is
// stored, with the call's deadline, if the claim still holds and the connection is at work; a document is created by
// its marker; whatever else was sent and not heard of is looked for first, once it can take effect no more. The
// outcome is stored under the claim, together with the answer.
func (s *Pushes) CarryOut(ctx context.Context, in contract.CarryInput) (contract.Carried, error) {
	ctx, p := s.begin(ctx, "")
	defer p.close()
	c := &carrying{part: p, pushes: s, in: in, kind: record.TransactionType(in.Type)}
	out, err := c.carry(ctx)
	if err != nil && in.LastTry && ctx.Err() == nil {
		out, err = c.fails(ctx, err)
	}
	return out, ended(ctx, "carry out "+in.Request.Doing(), err)
}

// carrying is one attempt at one push.
type carrying struct {
	*part
	pushes *Pushes
	in     contract.CarryInput
	kind   record.TransactionType
	port   billing.Transactions
	conn   record.Connection
	row    pushes.Push
	// prior is the write that an earlier attempt may have made, without learning of it.
	prior string
	// made is the invoice that a conversion has made.
	made *pushes.Transaction
	// known is the transaction as the store has it, nil where nothing was pushed yet.
	known *pushes.Transaction
	// missing are the records that have to be brought to billing first.
	missing []contract.Ref
	// result gathers the answer.
	result contract.PushResult
}

// errHeld says that the connection does not work any more.
var errHeld = &record.Error{Kind: record.Unavailable, Op: "push", Code: "HELD", Message: "the connection was stopped meanwhile"}

func (c *carrying) carry(ctx context.Context) (contract.Carried, error) {
	if out, done, err := c.claim(ctx); done || err != nil {
		return out, err
	}
	if at := c.row.Deadline.Add(c.Timing.Margin); c.row.Step != "" && c.Now().Before(at) {
		return contract.Carried{SettleAt: at}, nil // a late write must not undo what comes after it
	}
	c.prior = c.row.Step
	var err error
	if c.conn, err = c.Store.Connections.Get(ctx, c.in.Connection); err != nil {
		return contract.Carried{}, err
	}
	if c.port, err = c.pushes.Sides.Transactions(ctx, c.in.Connection); err != nil {
		return contract.Carried{}, err
	}
	if c.known, err = c.Store.Transactions.Get(ctx, c.in.Connection, c.in.Type, c.in.Transaction); err != nil {
		return contract.Carried{}, err
	}
	c.result = contract.PushResult{Status: contract.PushDone, Sequence: c.in.Sequence}
	return c.conclude(ctx, c.act(ctx))
}

// claim takes the push for this attempt. Where it is not open, its answer is given instead.
func (c *carrying) claim(ctx context.Context) (contract.Carried, bool, error) {
	row, err := c.Store.Pushes.Claim(ctx, c.in.Connection, c.in.Sequence, c.token)
	if err != nil && !record.IsKind(err, record.Conflict) {
		return contract.Carried{}, true, err
	}
	c.row = row
	if err == nil {
		return contract.Carried{}, false, nil
	}
	return c.answered(ctx, row)
}

func (c *carrying) answered(ctx context.Context, row pushes.Push) (contract.Carried, bool, error) {
	if len(row.Answer) > 0 {
		var answer contract.PushResult
		if err := json.Unmarshal(row.Answer, &answer); err != nil {
			return contract.Carried{}, true, fmt.Errorf("read the answer of push %d: %w", row.Sequence, err)
		}
		return contract.Carried{Answer: &answer}, true, nil
	}
	if row.State == pushes.StateQueued {
		return contract.Carried{Answer: &contract.PushResult{Status: contract.PushQueued, Sequence: row.Sequence}}, true, nil
	}
	conn, err := c.Store.Connections.Get(ctx, c.in.Connection)
	if err != nil {
		return contract.Carried{}, true, err
	}
	answer := refusedByState(row.Sequence, string(conn.State))
	return contract.Carried{Answer: &answer}, true, nil
}

// needsImport is what an action asks of the workflow before it can go on.
type needsImport struct{ refs []contract.Ref }

func (n needsImport) Error() string {
	return fmt.Sprintf("%d records are not in billing yet", len(n.refs))
}

// conclude stores what became of the push, unless it goes on later.
func (c *carrying) conclude(ctx context.Context, err error) (contract.Carried, error) {
	var missing needsImport
	switch {
	case err == nil:
		return c.finish(ctx, pushes.StateDone)
	case errors.As(err, &missing):
		return contract.Carried{Import: missing.refs}, nil
	case errors.Is(err, errHeld):
		return c.hold(ctx)
	case record.IsAmbiguous(err):
		// The next attempt finds the step, and settles it.
		return contract.Carried{SettleAt: c.row.Deadline.Add(c.Timing.Margin)}, nil
	}
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict, record.Unauthorized:
		return c.fails(ctx, err)
	case record.RateLimited, record.Unavailable:
	}
	return contract.Carried{}, err
}

// fails ends the push with the reason.
func (c *carrying) fails(ctx context.Context, err error) (contract.Carried, error) {
	f := failureOf(err)
	c.result.Status, c.result.Failure, c.result.Sequence = contract.PushFailed, &f, c.in.Sequence
	return c.finish(ctx, pushes.StateFailed)
}

// hold gives the push back to the queue: the connection was paused, or is being disabled.
func (c *carrying) hold(ctx context.Context) (contract.Carried, error) {
	a, err := c.Store.Pushes.Hold(ctx, c.in.Connection, c.in.Sequence, c.token)
	if err != nil {
		return contract.Carried{}, err
	}
	if a.Decision == pushes.Queue {
		return contract.Carried{Answer: &contract.PushResult{
			Status: contract.PushQueued, Sequence: a.Sequence, Position: a.Position, State: string(a.State)}}, nil
	}
	answer := refusedByState(c.in.Sequence, string(a.State))
	return contract.Carried{Answer: &answer}, nil
}

// finish stores the answer, with what billing has now, under the claim.
func (c *carrying) finish(ctx context.Context, state string) (contract.Carried, error) {
	answer, err := json.Marshal(c.result)
	if err != nil {
		return contract.Carried{}, fmt.Errorf("store the answer: %w", err)
	}
	out := pushes.Outcome{State: state, Answer: answer, At: c.Now()}
	if c.known != nil {
		out.Transactions = append(out.Transactions, *c.known)
	}
	if c.made != nil {
		out.Transactions = append(out.Transactions, *c.made)
	}
	if err := c.Store.Pushes.Finish(ctx, c.token, c.in.Connection, c.in.Sequence, out); err != nil {
		return contract.Carried{}, err
	}
	return contract.Carried{Answer: &c.result}, nil
}

// intend stores the intent of the next write and gives the context of its call: none starts while the connection is
// stopped, or under a claim that is another's.
func (c *carrying) intend(ctx context.Context, step string) (context.Context, context.CancelFunc, error) {
	deadline := c.Now().Add(c.Timing.Call)
	granted, state, err := c.Store.Pushes.Mark(ctx, c.in.Connection, c.in.Sequence, c.token, step, deadline)
	if err != nil {
		return nil, nil, err
	}
	if !granted {
		if !works(state) {
			return nil, nil, errHeld
		}
		return nil, nil, &record.Error{Kind: record.Unavailable, Op: "push", Code: "CLAIM_LOST", Message: "another attempt has taken it over"}
	}
	c.row.Step, c.row.Deadline = step, deadline
	call, cancel := context.WithDeadline(ctx, deadline)
	return call, cancel, nil
}

// look gives the context of a call that reads: none starts while the connection is stopped.
func (c *carrying) look(ctx context.Context) (context.Context, context.CancelFunc, error) {
	conn, err := c.Store.Connections.Get(ctx, c.in.Connection)
	if err != nil {
		return nil, nil, err
	}
	if !works(conn.State) {
		return nil, nil, errHeld
	}
	call, cancel := context.WithTimeout(ctx, c.Timing.Call)
	return call, cancel, nil
}

func works(s record.State) bool { return s == record.StateConnected || s == record.StateActive }
