package push

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// The steps whose intents are stored. A step that cannot be repeated holds what there was before, which shows later
// whether the write took effect.
const (
	stepCreate  = "create"
	stepUpdate  = "update"
	stepStatus  = "status"
	stepConvert = "convert"
	stepEmail   = "email:"   // and billing's id
	stepPay     = "pay:"     // and the number of such payments before
	stepComment = "comment:" // and the number of such comments before
	stepAttach  = "attach:"  // and the number of such files before
)

// carrying is one attempt at one push.
type carrying struct {
	try          *attempt.Attempt
	capabilities *Capabilities
	in           steps.CarryInput
	kind         record.TransactionType
	port         billing.Transactions
	conn         record.Connection
	row          pushes.Push
	// prior is the write that an earlier attempt may have made without learning of it.
	prior string
	// made is the invoice that a conversion has made.
	made *pushes.Transaction
	// known is the transaction as the store has it; nil if nothing was pushed yet.
	known *pushes.Transaction
	// result gathers the answer.
	result contract.PushResult
}

// errHeld means that the connection no longer works: it was paused, or is being disabled.
var errHeld = &record.Error{Kind: record.Unavailable, Op: "push", Code: "HELD", Message: "the connection was paused or disabled meanwhile"}

// storeIntent stores the intent of the next write, and returns the context of its call. No call starts while the
// connection is stopped, or under another attempt's claim.
func (c *carrying) storeIntent(ctx context.Context, step string) (context.Context, context.CancelFunc, error) {
	deadline := c.try.Now().Add(c.try.Timing.Call)
	granted, state, err := c.try.Store.Pushes.Mark(ctx, c.in.Connection, c.in.Sequence, c.try.Token, step, deadline)
	if err != nil {
		return nil, nil, err
	}
	if !granted {
		if !works(state) {
			return nil, nil, errHeld
		}
		return nil, nil, &record.Error{Kind: record.Unavailable, Op: "push", Code: "CLAIM_LOST", Message: "another attempt has taken this push over"}
	}
	c.row.Step, c.row.Deadline = step, deadline
	call, cancel := context.WithDeadline(ctx, deadline)
	return call, cancel, nil
}

// readContext returns the context of a call that reads. No call starts while the connection is stopped.
func (c *carrying) readContext(ctx context.Context) (context.Context, context.CancelFunc, error) {
	conn, err := c.try.Store.Connections.Get(ctx, c.in.Connection)
	if err != nil {
		return nil, nil, err
	}
	if !works(conn.State) {
		return nil, nil, errHeld
	}
	call, cancel := c.try.Calling(ctx)
	return call, cancel, nil
}

func works(s record.State) bool { return s == record.StateConnected || s == record.StateActive }

// readKnown reads the pushed transaction as billing has it now.
func (c *carrying) readKnown(ctx context.Context) (record.Transaction, error) {
	if c.known == nil || c.known.BillingID == "" {
		return record.Transaction{}, &record.Error{Kind: record.NotFound, Op: c.in.Request.Doing(), Code: "NO_TRANSACTION",
			Message: fmt.Sprintf("the %s %s was never pushed on this connection", c.in.Type, c.in.Transaction), Remedy: "save it first"}
	}
	return c.readTransaction(ctx, c.kind, c.known.BillingID)
}

func (c *carrying) readTransaction(ctx context.Context, kind record.TransactionType, id string) (record.Transaction, error) {
	call, cancel, err := c.readContext(ctx)
	if err != nil {
		return record.Transaction{}, err
	}
	defer cancel()
	tr, err := c.port.Transaction(call, kind, id)
	if record.IsKind(err, record.NotFound) {
		return tr, &record.Error{Kind: record.NotFound, Side: record.Billing, Op: c.in.Request.Doing(), Code: "TRANSACTION_DELETED", RecordID: id,
			Message: fmt.Sprintf("the %s was deleted in billing", kind), Remedy: "make a new one, with another id"}
	}
	return tr, err
}

// readFor reads the transaction, and checks that its status allows the action.
func (c *carrying) readFor(ctx context.Context, action string) (record.Transaction, error) {
	tr, err := c.readKnown(ctx)
	if err != nil {
		return tr, err
	}
	if err := c.note(tr); err != nil {
		return tr, err
	}
	if refusal := transaction.Refuse(c.kind, action, tr.Status); refusal != nil {
		return tr, refusal
	}
	return tr, nil
}

// reread reads the transaction again, after a write whose reply does not show it.
func (c *carrying) reread(ctx context.Context, was record.Transaction) error {
	tr, err := c.readTransaction(ctx, was.Type, was.ID)
	if err != nil {
		return err
	}
	return c.note(tr)
}

// countBefore returns the number that was stored with the intent of a write that cannot be repeated: how many of its
// kind there were before.
func countBefore(prior, step string) (n int, tried bool) {
	text, ok := strings.CutPrefix(prior, step)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// writeOnce makes a write that cannot be repeated, unless an earlier attempt has made it: then there is one more of
// its kind than before.
func (c *carrying) writeOnce(ctx context.Context, step string, have int, write func(context.Context) error) error {
	had, tried := countBefore(c.prior, step)
	if tried && have > had {
		return nil
	}
	call, cancel, err := c.storeIntent(ctx, step+strconv.Itoa(have))
	if err != nil {
		return err
	}
	defer cancel()
	return write(call)
}

// ImportRun returns the id of the run that brings records to billing for a push.
func ImportRun(connection string, seq int64) string {
	return fmt.Sprintf("push-%s-%d", connection, seq)
}

// imported reports whether records were brought to billing for this push.
func (c *carrying) imported(ctx context.Context) bool {
	_, err := c.try.Store.Runs.Get(ctx, ImportRun(c.in.Connection, c.in.Sequence))
	return err == nil
}
