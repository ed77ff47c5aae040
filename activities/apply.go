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
	"causeway/workflows/contract"

	"golang.org/x/sync/errgroup"
)

// The sizes of an apply. Intents are stored a batch at a time, just before the batch is sent; outcomes
// likewise, so that the store costs a few statements for many calls.
const (
	applyChunk = 2500
	minBatch   = 16
	maxBatch   = 256
	batchTime  = 250 * time.Millisecond
	storeBatch = 256
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
	pace           pace
	// links are the links of the current operations' sources that have one.
	links map[string]record.Link
}

func (p *part) applyPage(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	var out contract.ApplyResult
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return out, err
	}
	a := &applying{part: p, in: in, entity: record.Entity(in.Entity), port: port, maps: mapping.Of(prefs)}
	a.pace.since = p.Now()
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
		if n > 0 && (record.IsKind(err, record.RateLimited) || record.IsKind(err, record.Unavailable)) {
			// No failure: the side takes some calls now and the rest later, as one with a limit does, or one
			// that refuses a connection now and then.
			out.RetryAfterMS = max(retryAfter(err), time.Second).Milliseconds()
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
