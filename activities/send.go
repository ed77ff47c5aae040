package activities

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/store/operations"

	"golang.org/x/sync/errgroup"
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
	outcome *operations.Outcome
	release bool
}

// mark stores the intents of a batch and gives its operations to handOn, and marks the next batch meanwhile: one
// ahead, since more would use up their deadlines in the queue. The operations on one customer's contact persons
// form one chain, so that they are made one after the other.
func (c *chunk) mark(ctx context.Context, ops []record.Operation, marked chan<- [][]record.Operation) error {
	chains := c.chainsOf(ops)
	for len(chains) > 0 && ctx.Err() == nil && c.broken() == nil && !c.over(ctx, 0) {
		batch, ids := nextBatch(chains, c.pace.batch(c.Now()))
		chains = chains[len(batch):]
		deadline := c.Now().Add(c.Timing.Call)
		granted, err := c.Store.Operations.MarkSent(ctx, c.token, ids, deadline)
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

// pace counts calls, and chooses by that how many intents are stored at once: as many as are sent in a
// fraction of a second, so that a fast side costs few statements, and few of a slow one's pass their
// deadline in the queue.
type pace struct {
	since time.Time
	calls atomic.Int64
}

func (p *pace) batch(now time.Time) int {
	took := max(now.Sub(p.since), time.Millisecond)
	return min(max(int(p.calls.Load()*int64(batchTime)/int64(took)), minBatch), maxBatch)
}

// chainsOf keeps the order; operations with one parent become one chain. Those to the CRM go many in a call.
func (c *chunk) chainsOf(ops []record.Operation) [][]record.Operation {
	if c.toCRM() {
		return batchesOf(ops, max(c.crm.Capabilities().MaxWrites, 1))
	}
	var out [][]record.Operation
	at := map[string]int{}
	for _, op := range ops {
		if op.TargetParentID == "" {
			out = append(out, []record.Operation{op})
			continue
		}
		i, ok := at[op.TargetParentID]
		if !ok {
			at[op.TargetParentID] = len(out)
			out = append(out, []record.Operation{op})
			continue
		}
		out[i] = append(out[i], op)
	}
	return out
}

func nextBatch(chains [][]record.Operation, size int) (batch [][]record.Operation, ids []string) {
	for _, chain := range chains {
		if len(ids) > 0 && len(ids)+len(chain) > size {
			break
		}
		for _, op := range chain {
			ids = append(ids, op.ID)
		}
		batch = append(batch, chain)
	}
	return batch, ids
}

// send carries out one chain. After a call whose outcome is unknown the rest of the chain is released: a
// customer's persons are settled by count, which only works with one unknown at a time.
func (c *chunk) send(ctx context.Context, chain []record.Operation) {
	stop := false
	for _, op := range chain {
		if stop || budget.Halted(ctx) != nil || c.broken() != nil || !c.Now().Before(op.Deadline) {
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
			res.outcome, res.release = c.refused(op, err)
		}
		c.results <- res
	}
}

// refused sorts a failure: what concerns the record is its outcome; what concerns the side releases the
// operation, and ends the attempt.
func (c *chunk) refused(op record.Operation, err error) (*operations.Outcome, bool) {
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return c.parked(op, err), false
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
	case errors.Is(err, context.Canceled):
		// The attempt was cancelled before a call started: nothing was done, and nothing is wrong.
	case record.KindOf(err) == record.RateLimited && retryAfter(err) == 0:
		// Our own budget had no call for it before its deadline: it gets another one in its turn.
	case c.Now().Before(op.Deadline), record.KindOf(err) != record.Unavailable:
		c.breakOff(err)
	}
	return nil, true
}

func (c *chunk) breakOff(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = err
	}
}

func (c *chunk) broken() error {
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
	c.Log.Warn("outcome unknown, will be settled", "connection", c.in.Connection, "entity", c.in.Entity,
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

// collect stores outcomes as they come, many at a time, and takes more meanwhile: the senders need not wait for
// the store.
func (c *chunk) collect(ctx context.Context) error {
	var outcomes []operations.Outcome
	var release []string
	var stores errgroup.Group
	stores.SetLimit(storesAtOnce)
	flush := func() {
		done, back := outcomes, release
		outcomes, release = nil, nil
		stores.Go(func() error {
			err := c.flush(ctx, done, back)
			if err != nil {
				c.breakOff(err)
			}
			return err
		})
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case r, ok := <-c.results:
			if !ok {
				flush()
				return stores.Wait()
			}
			if !r.release {
				c.finished++
			}
			if r.outcome != nil {
				outcomes = append(outcomes, *r.outcome)
			} else if r.release {
				release = append(release, r.op.ID)
			}
			if len(outcomes)+len(release) == 1 {
				timer.Reset(flushAfter)
			}
			if len(outcomes)+len(release) >= storeBatch {
				flush()
			}
		case <-timer.C:
			flush()
		}
	}
}

// flushAfter bounds how many outcomes a crash can leave unknown.
const flushAfter = 200 * time.Millisecond

func (c *chunk) flush(ctx context.Context, outcomes []operations.Outcome, release []string) error {
	if len(outcomes) > 0 {
		written, err := c.Store.Operations.Finish(ctx, c.token, c.Now(), outcomes)
		if err != nil {
			return err
		}
		if err := c.vanished(ctx, outcomes, written); err != nil {
			return err
		}
		if err := c.spend(ctx, outcomes); err != nil {
			return err
		}
	}
	if len(release) == 0 {
		return nil
	}
	return c.Store.Operations.Release(ctx, c.token, release)
}
