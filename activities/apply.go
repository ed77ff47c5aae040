package activities

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"golang.org/x/sync/errgroup"
)

// The sizes of an apply. Intents are stored a batch at a time, just before the batch is sent; outcomes
// likewise, so that the store costs a few statements for many calls.
const (
	applyChunk = 1000
	sendBatch  = 32
	storeBatch = 4 * sendBatch
)

// ApplyPage carries out the next planned operations of one entity.
//
// What keeps it exactly-once from the outside: an operation's intent, with the deadline of its call, is
// stored before the call, under a claim that only one attempt holds; no call starts after that deadline;
// outcomes are stored only while the claim is held. An operation whose outcome nobody learned stays
// "sent", and Settle decides on it later.
func (s *Sync) ApplyPage(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.applyPage(ctx, in)
	return out, fail("apply "+in.Entity, err)
}

// applying is one attempt to carry out operations of one entity.
type applying struct {
	*part
	in     contract.EntityInput
	entity record.Entity
	port   billing.Port
	maps   mapping.Maps // name the CRM field behind a value that billing refuses
	// upsert says that the side creates by its own upsert on the marker; known once probed.
	upsert, probed bool
	// links are the links of the current operations' sources that have one.
	links map[string]record.Link
}

func (p *part) applyPage(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	var out contract.ApplyResult
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	run, err := p.Store.Run(ctx, in.RunID)
	if err != nil {
		return out, err
	}
	prefs, err := p.Store.Preferences(ctx, in.Connection, run.Preferences)
	if err != nil {
		return out, err
	}
	a := &applying{part: p, in: in, entity: record.Entity(in.Entity), port: port, maps: mapping.Of(prefs)}
	for !p.over(ctx, out.Applied) {
		ops, err := p.Store.Claim(ctx, in.RunID, a.entity, p.token, applyChunk)
		if err != nil {
			return out, err
		}
		if len(ops) == 0 {
			break
		}
		if err := a.probe(ctx, ops); err != nil {
			return out, err
		}
		n, err := a.chunk(ctx, ops)
		out.Applied += n
		if n > 0 && record.IsKind(err, record.RateLimited) {
			// No failure: the side takes some calls now and the rest later, as one with a limit does.
			out.RetryAfterMS = retryAfter(err).Milliseconds()
			break
		}
		if err != nil {
			return out, err
		}
		if n == 0 {
			// Nothing of the chunk could be sent in time: the next activity begins afresh, not at once.
			out.RetryAfterMS = p.Timing.Call.Milliseconds()
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	return a.open(ctx, out)
}

// probe learns, before the first creation of an attempt, whether the side has an upsert by the marker, and
// makes sure that the marker field is still there: without it nothing is created exactly once.
func (a *applying) probe(ctx context.Context, ops []record.Operation) error {
	if a.probed || a.entity == record.EntityContactPersons || !slices.ContainsFunc(ops, reconcile.Creates) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, a.Timing.Call)
	defer cancel()
	caps, err := a.port.Probe(ctx, []record.Module{a.entity.Module()})
	if err != nil {
		return err
	}
	a.upsert, a.probed = caps.UpsertByMarker, true
	return nil
}

// open says what the entity still has to do.
func (a *applying) open(ctx context.Context, out contract.ApplyResult) (contract.ApplyResult, error) {
	open, err := a.Store.Open(ctx, a.in.RunID, a.entity)
	if err != nil {
		return out, err
	}
	out.Planned, out.Sent = open.Planned, open.Sent
	if open.Sent > 0 {
		out.SettleAt = open.NextDeadline.Add(a.Timing.Margin)
	}
	return out, nil
}

// chunk carries out claimed operations and waits for all of them. It gives the number of those that were sent
// and not released, and the first failure that concerns more than one record.
func (a *applying) chunk(ctx context.Context, ops []record.Operation) (int, error) {
	var err error
	if a.links, err = a.linksOf(ctx, ops); err != nil {
		return 0, err
	}
	// Results wait while earlier ones are being stored, and a few operations are marked ahead, so that no
	// sender waits for the store. More would use up their deadlines in the queue.
	c := &chunk{applying: a, results: make(chan result, storeBatch)}
	group, gctx := errgroup.WithContext(ctx)
	work := make(chan []record.Operation, 2*a.InFlight)
	group.Go(func() error {
		defer close(work)
		return c.feed(gctx, ops, work)
	})
	var senders sync.WaitGroup
	for range a.InFlight {
		senders.Add(1)
		group.Go(func() error {
			defer senders.Done()
			for chain := range work {
				c.send(gctx, chain)
			}
			return nil
		})
	}
	group.Go(func() error { senders.Wait(); close(c.results); return nil })
	// Outcomes are stored also when the attempt is being cancelled: the calls were made.
	group.Go(func() error { return c.collect(context.WithoutCancel(ctx)) })
	if err = group.Wait(); err != nil {
		return c.finished, err
	}
	return c.finished, c.failure
}

// retryAfter is how long a side wants no call.
func retryAfter(err error) time.Duration {
	var e *record.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}

// chunk is the state of one claimed part, shared by its goroutines.
type chunk struct {
	*applying
	results  chan result
	finished int // sent, and not released; by collect alone

	mu      sync.Mutex
	failure error // the first failure that concerns more than one record
}

// result is what became of one operation: an outcome, or nothing was done (release), or neither, when
// nobody knows.
type result struct {
	op      record.Operation
	outcome *store.Outcome
	release bool
}

// feed stores the intents of a batch and hands its operations on. Those of one customer's contact persons
// form one chain, so that they are made one after the other.
func (c *chunk) feed(ctx context.Context, ops []record.Operation, work chan<- []record.Operation) error {
	chains := chainsOf(ops)
	for len(chains) > 0 && ctx.Err() == nil && c.broken() == nil && !c.over(ctx, 0) {
		batch, ids := nextBatch(chains)
		chains = chains[len(batch):]
		deadline := c.Now().Add(c.Timing.Call)
		granted, err := c.Store.MarkSent(ctx, c.token, ids, deadline)
		if err != nil {
			return err
		}
		held := make(map[string]bool, len(granted))
		for _, id := range granted {
			held[id] = true
		}
		for _, chain := range batch {
			mine := chain[:0]
			for _, op := range chain {
				if held[op.ID] {
					op.Deadline = deadline
					mine = append(mine, op)
				}
			}
			if len(mine) > 0 {
				work <- mine // the senders always drain the channel, so this cannot hang
			}
		}
	}
	return nil
}

// chainsOf keeps the order; operations with one parent become one chain.
func chainsOf(ops []record.Operation) [][]record.Operation {
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

func nextBatch(chains [][]record.Operation) (batch [][]record.Operation, ids []string) {
	for _, chain := range chains {
		if len(ids) > 0 && len(ids)+len(chain) > sendBatch {
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
		if stop || ctx.Err() != nil || c.broken() != nil || !c.Now().Before(op.Deadline) {
			c.results <- result{op: op, release: true}
			continue
		}
		// A call in flight finishes although the attempt is cancelled, but by its own deadline.
		call, cancel := context.WithDeadline(context.WithoutCancel(ctx), op.Deadline)
		outcome, err := c.execute(call, op)
		cancel()
		res := result{op: op}
		switch {
		case err == nil:
			res.outcome = outcome
		case record.IsAmbiguous(err):
			stop = true
			c.unknown(err)
		default:
			res.outcome, res.release = c.refused(op, err)
		}
		c.results <- res
	}
}

// refused sorts a failure: what concerns the record is its outcome; what concerns the side releases the
// operation, and ends the attempt.
func (c *chunk) refused(op record.Operation, err error) (*store.Outcome, bool) {
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return c.failed(op, err), false
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
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

// unknown notes a call whose outcome nobody knows. It does not end the attempt: one bad reply in a
// thousand must not.
func (c *chunk) unknown(err error) {
	c.Log.Warn("outcome unknown, will be settled", "connection", c.in.Connection, "entity", c.in.Entity,
		"run", c.in.RunID, "kind", record.KindOf(err))
}

// collect stores outcomes as they come, many at a time.
func (c *chunk) collect(ctx context.Context) error {
	var outcomes []store.Outcome
	var release []string
	var firstErr error
	flush := func() {
		if err := c.flush(ctx, outcomes, release); err != nil && firstErr == nil {
			firstErr = err
			c.breakOff(err)
		}
		outcomes, release = outcomes[:0], release[:0]
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case r, ok := <-c.results:
			if !ok {
				flush()
				return firstErr
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
const flushAfter = 100 * time.Millisecond

func (c *chunk) flush(ctx context.Context, outcomes []store.Outcome, release []string) error {
	if len(outcomes) > 0 {
		if _, err := c.Store.Finish(ctx, c.token, c.Now(), outcomes); err != nil {
			return err
		}
	}
	if len(release) == 0 {
		return nil
	}
	return c.Store.Release(ctx, c.token, release)
}

func (a *applying) linksOf(ctx context.Context, ops []record.Operation) (map[string]record.Link, error) {
	ids := make([]string, 0, len(ops))
	for _, op := range ops {
		if op.Action == record.ActionUpdate {
			ids = append(ids, op.SourceID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return a.Store.LinksBySource(ctx, a.in.Connection, a.entity, ids)
}
