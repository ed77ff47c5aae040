package apply

import (
	"context"
	"slices"
	"sync"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
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
	// storesAtOnce is how many batches of outcomes are being stored at a time.
	storesAtOnce = 2
)

// applying is one attempt to carry out operations of one entity.
type applying struct {
	try    *attempt.Attempt
	in     contract.EntityInput
	entity record.Entity
	port   billing.Port
	crm    crm.Port     // of operations that write to the CRM; nil of those to billing
	maps   mapping.Maps // name the CRM field behind a value that billing refuses
	// both says that what a write returns is compared with what both sides agreed on.
	both bool
	// upsert says that the side creates by its own upsert on the marker; known once probed.
	upsert, probed bool
	pace           pace
	// links are the links of the current operations' sources that have one.
	links map[string]record.Link
	// decided is what somebody decided on the current operations' pairs, by CRM id.
	decided map[string][]record.Decision
	// targets and sources are the mirror's rows of the current operations to the CRM.
	targets, sources map[string]record.Record
}

func (a *applying) toCRM() bool { return a.crm != nil }

func (a *applying) direction() record.Direction {
	if a.toCRM() {
		return record.ToCRM
	}
	return record.ToBilling
}

// side is the one that is written to.
func (a *applying) side() record.Side {
	if a.toCRM() {
		return record.CRM
	}
	return record.Billing
}

// Page carries out the next planned operations of one entity.
//
// What keeps it exactly-once from the outside: an operation's intent, with the deadline of its call, is stored before the
// call, under a claim that only one attempt holds. No call starts after that deadline. Outcomes are stored only while the
// claim is held. An operation whose outcome nobody has learned stays "sent", and Settle decides on it later.
func Page(ctx context.Context, try *attempt.Attempt, in contract.EntityInput) (contract.ApplyResult, error) {
	var out contract.ApplyResult
	a, err := newApplying(ctx, try, in)
	if err != nil {
		return out, err
	}
	a.pace.since = try.Now()
	for !try.Over(ctx, out.Applied) {
		ops, err := try.Store.Claim(ctx, in.RunID, a.entity, try.Token, applyChunk, a.direction())
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
			// No failure: the side takes some calls now and the rest later, as one with a limit does, or one
			// that refuses a connection now and then.
			out.RetryAfterMS = max(attempt.RetryAfter(err), time.Second).Milliseconds()
			break
		}
		if err != nil {
			return out, err
		}
		if n == 0 {
			// Nothing of the chunk could be sent in time: the next activity begins afresh, not at once.
			out.RetryAfterMS = try.Timing.Call.Milliseconds()
			break
		}
	}
	return a.remaining(ctx, out)
}

func newApplying(ctx context.Context, try *attempt.Attempt, in contract.EntityInput) (*applying, error) {
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	a := &applying{try: try, in: in, entity: record.Entity(in.Entity), maps: mapping.Of(prefs)}
	a.both = prefs.Extent(a.entity) == record.Both
	if in.Direction == contract.DirectionCRM {
		a.crm, err = try.Sides.CRM(ctx, in.Connection)
		return a, err
	}
	a.port, err = try.Sides.Billing(ctx, in.Connection)
	return a, err
}

// probe learns, before the first creation of an attempt, whether the side has an upsert by the marker, and
// makes sure that the marker field is still there: without it nothing is created exactly once.
func (a *applying) probe(ctx context.Context, ops []record.Operation) error {
	if a.probed || a.toCRM() || a.entity == record.EntityContactPersons || !slices.ContainsFunc(ops, reconcile.Creates) {
		return nil
	}
	ctx, cancel := a.try.Calling(ctx)
	defer cancel()
	caps, err := a.port.Probe(ctx, []record.Module{a.entity.Module()})
	if err != nil {
		return err
	}
	a.upsert, a.probed = caps.UpsertByMarker, true
	return nil
}

// remaining says what the entity still has to do.
func (a *applying) remaining(ctx context.Context, out contract.ApplyResult) (contract.ApplyResult, error) {
	open, err := a.try.Store.Open(ctx, a.in.RunID, a.entity, a.direction())
	if err != nil {
		return out, err
	}
	out.Planned, out.Sent = open.Planned, open.Sent
	if open.Sent > 0 {
		out.SettleAt = open.NextDeadline.Add(a.try.Timing.Margin)
	}
	return out, nil
}

// carryOut carries out claimed operations and waits for all of them. It gives the number of those that were sent
// and not released, and the first failure that concerns more than one record.
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
	// Results wait while earlier ones are being stored, and a few operations are marked ahead, so that no
	// sender waits for the store.
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
	// Outcomes are stored also when the attempt is being cancelled: the calls were made.
	group.Go(func() error { return c.collect(context.WithoutCancel(ctx)) })
	if err = group.Wait(); err != nil {
		return c.finished, err
	}
	if c.failure != nil && !c.heard {
		return 0, c.failure // what was sent without any answer is no progress
	}
	return c.finished, c.failure
}
