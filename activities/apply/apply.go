package apply

import (
	"context"
	"sync"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"

	"golang.org/x/sync/errgroup"
)

// Page carries out the next planned operations of one entity.
//
// What keeps it exactly-once from the outside: an operation's intent, with the deadline of its call, is stored before the
// call, under a claim that only one attempt holds. No call starts after that deadline. Outcomes are stored only while the
// claim is held. An operation whose outcome nobody has learned stays "sent", and Settle decides on it later.
func Page(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (steps.ApplyResult, error) {
	var out steps.ApplyResult
	a, err := newApplying(ctx, try, in)
	if err != nil {
		return out, err
	}
	a.pace.since = try.Now()
	for !try.Over(ctx, out.Applied) {
		ops, err := try.Store.Operations.Claim(ctx, in.RunID, a.entity, try.Token, applyChunk, a.direction())
		if err != nil {
			return out, err
		}
		if len(ops) == 0 {
			break
		}
		if err := a.probe(ctx, ops); err != nil {
			return out, err
		}
		n, err := a.carryOut(ctx, ops)
		out.Applied += n
		if n > 0 && (record.IsKind(err, record.RateLimited) || record.IsKind(err, record.Unavailable)) {
			// This is no failure: the side takes some calls now and the rest later, like a side with a limit, or one
			// that refuses a connection now and then.
			out.RetryAfterMS = max(attempt.RetryAfter(err), time.Second).Milliseconds()
			break
		}
		if err != nil {
			return out, err
		}
		if n == 0 {
			// Nothing of the chunk could be sent in time: the next activity begins after a pause.
			out.RetryAfterMS = try.Timing.Call.Milliseconds()
			break
		}
	}
	return a.remaining(ctx, out)
}

// carryOut carries out claimed operations and waits for all of them. It returns how many of them were sent and not
// released, and the first failure that concerns more than one record.
func (a *applying) carryOut(ctx context.Context, ops []record.Operation) (int, error) {
	var err error
	if a.links, err = a.linksOf(ctx, ops); err != nil {
		return 0, err
	}
	if err := a.rowsOf(ctx, ops); err != nil {
		return 0, err
	}
	if err := a.decisionsOn(ctx, ops); err != nil {
		return 0, err
	}
	// Results wait while earlier ones are being stored, and a few operations are marked ahead, so that no sender waits
	// for the store.
	c := &chunk{applying: a, results: make(chan result, storeBatch)}
	group, gctx := errgroup.WithContext(ctx)
	marked := make(chan [][]record.Operation)
	work := make(chan []record.Operation, 2*a.try.InFlight)
	group.Go(func() error {
		defer close(marked)
		return c.mark(gctx, ops, marked)
	})
	group.Go(func() error { defer close(work); handOn(marked, work); return nil })
	var senders sync.WaitGroup
	for range a.try.InFlight {
		senders.Add(1)
		group.Go(func() error {
			defer senders.Done()
			for chain := range work {
				if a.toCRM() {
					c.sendBatch(gctx, chain)
				} else {
					c.send(gctx, chain)
				}
			}
			return nil
		})
	}
	group.Go(func() error { senders.Wait(); close(c.results); return nil })
	// Outcomes are stored even if the attempt is being cancelled: the calls were made.
	group.Go(func() error { return c.collect(context.WithoutCancel(ctx)) })
	if err = group.Wait(); err != nil {
		return c.finished, err
	}
	if c.failure != nil && !c.heard {
		return 0, c.failure // what was sent and not answered is no progress
	}
	return c.finished, c.failure
}
