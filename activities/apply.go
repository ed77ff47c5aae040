package activities

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
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
	return out, ended(ctx, "apply "+in.Entity, err)
}

// applying is one attempt to carry out operations of one entity.
type applying struct {
	*part
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

func (p *part) applyPage(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	var out contract.ApplyResult
	a, err := p.applying(ctx, in)
	if err != nil {
		return out, err
	}
	a.pace.since = p.Now()
	for !p.over(ctx, out.Applied) {
		ops, err := p.Store.Operations.Claim(ctx, in.RunID, a.entity, p.token, applyChunk, a.direction())
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
	return a.open(ctx, out)
}

func (p *part) applying(ctx context.Context, in contract.EntityInput) (*applying, error) {
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	a := &applying{part: p, in: in, entity: record.Entity(in.Entity), maps: mapping.Of(prefs)}
	a.both = prefs.Extent(a.entity) == record.Both
	if in.Direction == contract.DirectionCRM {
		a.crm, err = p.Sides.CRM(ctx, in.Connection)
		return a, err
	}
	a.port, err = p.Sides.Billing(ctx, in.Connection)
	return a, err
}

// probe learns, before the first creation of an attempt, whether the side has an upsert by the marker, and
// makes sure that the marker field is still there: without it nothing is created exactly once.
func (a *applying) probe(ctx context.Context, ops []record.Operation) error {
	if a.probed || a.toCRM() || a.entity == record.EntityContactPersons || !slices.ContainsFunc(ops, reconcile.Creates) {
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
	open, err := a.Store.Operations.CountOpen(ctx, a.in.RunID, a.entity, a.direction())
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
	work := make(chan []record.Operation, 2*a.InFlight)
	group.Go(func() error {
		defer close(marked)
		return c.mark(gctx, ops, marked)
	})
	group.Go(func() error { defer close(work); handOn(marked, work); return nil })
	var senders sync.WaitGroup
	for range a.InFlight {
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

// retryAfter is how long a side wants no call.
func retryAfter(err error) time.Duration {
	var e *record.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}

// linksOf reads the links of the operations that change a record which has one, by the source's id.
func (a *applying) linksOf(ctx context.Context, ops []record.Operation) (map[string]record.Link, error) {
	var ids []string
	var module record.Module
	for _, op := range ops {
		if !reconcile.Creates(op) || op.Action == record.ActionMove {
			ids, module = append(ids, op.SourceID), op.SourceModule
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if a.toCRM() {
		return a.Store.Links.OfTargets(ctx, a.in.Connection, module, ids)
	}
	return a.Store.Links.OfSources(ctx, a.in.Connection, a.entity, ids)
}

// rowsOf reads the mirror's rows of operations to the CRM: the targets, which the replies do not show, and
// the sources.
func (a *applying) rowsOf(ctx context.Context, ops []record.Operation) error {
	if !a.toCRM() {
		return nil
	}
	var err error
	a.targets, a.sources = map[string]record.Record{}, map[string]record.Record{}
	read := func(into map[string]record.Record, side record.Side, ref func(record.Operation) (record.Module, string)) {
		ids := map[record.Module][]string{}
		for _, op := range ops {
			if module, id := ref(op); id != "" {
				ids[module] = append(ids[module], id)
			}
		}
		for module, list := range ids {
			found, readErr := a.Store.Mirror.Records(ctx, a.in.Connection, side, module, list)
			err = errors.Join(err, readErr)
			maps.Copy(into, found)
		}
	}
	read(a.targets, record.CRM, func(op record.Operation) (record.Module, string) { return op.TargetModule, op.TargetID })
	read(a.sources, record.Billing, func(op record.Operation) (record.Module, string) { return op.SourceModule, op.SourceID })
	return err
}

// decisionsOn reads what somebody decided on the pairs of the operations.
func (a *applying) decisionsOn(ctx context.Context, ops []record.Operation) error {
	if !a.both {
		return nil
	}
	ids := map[record.Module][]string{}
	for _, op := range ops {
		if a.toCRM() {
			ids[op.TargetModule] = append(ids[op.TargetModule], op.TargetID)
		} else {
			ids[op.SourceModule] = append(ids[op.SourceModule], op.SourceID)
		}
	}
	a.decided = map[string][]record.Decision{}
	for module, list := range ids {
		found, err := a.Store.Operations.Decisions(ctx, a.in.Connection, a.entity, module, list)
		if err != nil {
			return err
		}
		maps.Copy(a.decided, found)
	}
	return nil
}

// spend forgets the decisions that outcomes have carried out.
func (a *applying) spend(ctx context.Context, outcomes []operations.Outcome) error {
	for _, o := range outcomes {
		if o.Link == nil || len(a.decided[o.Link.CRMID]) == 0 {
			continue
		}
		left := reconcile.Unspent(a.decided[o.Link.CRMID], o.Link.Base)
		if err := a.Store.Operations.SetDecisions(ctx, o.Link.Connection, o.Link.Entity, o.Link.CRMModule, o.Link.CRMID, left); err != nil {
			return err
		}
	}
	return nil
}
