package apply

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// The sizes of an apply. Intents are stored a batch at a time, just before the batch is sent, and outcomes likewise:
// the store needs few statements for many calls.
const (
	applyChunk = 2500
	minBatch   = 16
	maxBatch   = 256
	batchTime  = 250 * time.Millisecond
	storeBatch = 256
	// storesAtOnce is how many batches of outcomes are being stored at a time.
	storesAtOnce = 2
)

// chunk is the state of one claimed part of the operations. Its goroutines share it.
type chunk struct {
	*applying
	results  chan result
	finished int // sent, and not released; only collect writes it

	mu      sync.Mutex
	failure error // the first failure that concerns more than one record
	silent  int   // calls in a row without a useful answer
	heard   bool  // a call had a useful answer
}

// result is what became of one operation: an outcome, or nothing was done (release), or neither, if nobody knows.
type result struct {
	op      record.Operation
	outcome *operations.Outcome
	release bool
}

// pace counts calls, and so chooses how many intents are stored at once: as many as are sent in a fraction of a
// second. Then a fast side costs few statements, and few operations of a slow side pass their deadline in the queue.
type pace struct {
	since time.Time
	calls atomic.Int64
}

// sortFailure decides what a failure means. If it concerns the record it is the record's outcome. If it concerns the
// side it releases the operation, and ends the attempt.
func (c *chunk) sortFailure(op record.Operation, err error) (*operations.Outcome, bool) {
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return c.park(op, err), false
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
	case errors.Is(err, context.Canceled):
		// The attempt was cancelled before a call started: nothing was done, and nothing is wrong.
	case record.KindOf(err) == record.RateLimited && attempt.RetryAfter(err) == 0:
		// Our own budget had no call for it before its deadline. It gets one in its turn.
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

// listen notes whether a call was answered. One unknown outcome does not end the attempt, since one bad reply in a
// thousand must not. Many in a row do.
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

func (p *pace) batch(now time.Time) int {
	took := max(now.Sub(p.since), time.Millisecond)
	return min(max(int(p.calls.Load()*int64(batchTime)/int64(took)), minBatch), maxBatch)
}
