package apply

import (
	"context"
	"errors"
	"sync"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/store"
)

// chunk is the state of one claimed part, shared by its goroutines.
type chunk struct {
	*applying
	results  chan result
	finished int // sent, and not released; by collect alone

	mu      sync.Mutex
	failure error // the first failure that concerns more than one record
	silent  int   // calls without an answer of use, since the last with one
	heard   bool  // a call had one
}

// A side that took so many writes in a row and answered none is away, whatever it says to reads: to go on would send
// every record as often as one may be.
const (
	mostSilent      = 16
	mostSilentToCRM = 3 // calls of many records
)

// result is what became of one operation: an outcome, or nothing was done (release), or neither, when
// nobody knows.
type result struct {
	op      record.Operation
	outcome *store.Outcome
	release bool
}

// mark stores the intents of a batch and gives its operations to handOn, and marks the next batch meanwhile: one
// ahead, since more would use up their deadlines in the queue. The operations on one customer's contact persons
// form one chain, so that they are made one after the other.
func (c *chunk) mark(ctx context.Context, ops []record.Operation, marked chan<- [][]record.Operation) error {
	chains := c.chainsOf(ops)
	for len(chains) > 0 && ctx.Err() == nil && c.firstFailure() == nil && !c.try.Over(ctx, 0) {
		batch, ids := nextBatch(chains, c.pace.batch(c.try.Now()))
		chains = chains[len(batch):]
		deadline := c.try.Now().Add(c.try.Timing.Call)
		granted, err := c.try.Store.MarkSent(ctx, c.try.Token, ids, deadline)
		if err != nil {
			return err
		}
		marked <- grantedOf(batch, granted, deadline) // handOn always drains the channel, so this cannot hang
	}
	return nil
}

// grantedOf leaves out what was not granted.
func grantedOf(batch [][]record.Operation, granted []string, deadline time.Time) [][]record.Operation {
	held := make(map[string]bool, len(granted))
	for _, id := range granted {
		held[id] = true
	}
	out := make([][]record.Operation, 0, len(batch))
	for _, chain := range batch {
		mine := chain[:0]
		for _, op := range chain {
			if held[op.ID] {
				op.Deadline = deadline
				mine = append(mine, op)
			}
		}
		if len(mine) > 0 {
			out = append(out, mine)
		}
	}
	return out
}

// handOn gives what is marked to the senders, chain by chain.
func handOn(marked <-chan [][]record.Operation, work chan<- []record.Operation) {
	for batch := range marked {
		for _, chain := range batch {
			work <- chain // the senders always drain the channel
		}
	}
}

// send carries out one chain. After a call whose outcome is unknown the rest of the chain is released: a
// customer's persons are settled by count, which only works with one unknown at a time.
func (c *chunk) send(ctx context.Context, chain []record.Operation) {
	stop := false
	for _, op := range chain {
		if stop || budget.Halted(ctx) != nil || c.firstFailure() != nil || !c.try.Now().Before(op.Deadline) {
			c.results <- result{op: op, release: true}
			continue
		}
		// A call in flight finishes although the attempt is cancelled, but by its own deadline.
		call, cancel := context.WithDeadline(context.WithoutCancel(ctx), op.Deadline)
		outcome, err := c.execute(call, op)
		cancel()
		c.pace.calls.Add(1)
		c.listen(err)
		res := result{op: op}
		switch {
		case err == nil:
			res.outcome = outcome
		case record.IsAmbiguous(err):
			stop = true
		default:
			res.outcome, res.release = c.sortFailure(op, err)
		}
		c.results <- res
	}
}

// sortFailure sorts a failure: what concerns the record is its outcome; what concerns the side releases the
// operation, and ends the attempt.
func (c *chunk) sortFailure(op record.Operation, err error) (*store.Outcome, bool) {
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return c.park(op, err), false
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
	case errors.Is(err, context.Canceled):
		// The attempt was cancelled before a call started: nothing was done, and nothing is wrong.
	case record.KindOf(err) == record.RateLimited && attempt.RetryAfter(err) == 0:
		// Our own budget had no call for it before its deadline: it gets another one in its turn.
	case c.try.Now().Before(op.Deadline), record.KindOf(err) != record.Unavailable:
		c.stop(err)
	}
	return nil, true
}

func (c *chunk) stop(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = err
	}
}

func (c *chunk) firstFailure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

// listen notes whether a call was answered. One whose outcome nobody knows does not end the attempt: one bad reply
// in a thousand must not. Many in a row do.
func (c *chunk) listen(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !record.IsAmbiguous(err) {
		if err == nil || record.KindOf(err) != record.Unavailable {
			c.silent, c.heard = 0, true
		}
		return
	}
	c.try.Log.Warn("outcome unknown, will be settled", "connection", c.in.Connection, "entity", c.in.Entity,
		"run", c.in.RunID, "kind", record.KindOf(err))
	c.silent++
	most := mostSilent
	if c.toCRM() {
		most = mostSilentToCRM
	}
	if c.silent >= most && c.failure == nil {
		c.failure = noAnswer(c.side(), c.silent, err)
	}
}
