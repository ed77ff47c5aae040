package activities

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"causeway/internal/billing"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// planChunk is how many source rows are decided upon at once: what bounds the memory of a plan.
const planChunk = 500

// PlanPage decides on the next source records of one entity, and stores an operation for each. A record
// that has an operation of this run is never decided upon again, so a second attempt goes on where the
// first stopped.
func (s *Sync) PlanPage(ctx context.Context, in contract.EntityInput) (contract.PlanResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.planPage(ctx, in)
	return out, fail("plan "+in.Entity, err)
}

// planning is what the decisions on one entity in one run need.
type planning struct {
	*part
	in      contract.EntityInput
	entity  record.Entity
	port    billing.Port
	planner *reconcile.Planner
	maps    mapping.Maps
}

func (p *part) planPage(ctx context.Context, in contract.EntityInput) (contract.PlanResult, error) {
	var out contract.PlanResult
	conn, err := p.Store.Connection(ctx, in.Connection)
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
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	rules := reconcile.Rules{Incarnation: conn.Incarnation, Customers: prefs.Customers, Items: prefs.Items}
	entity := record.Entity(in.Entity)
	pl := &planning{part: p, in: in, entity: entity, port: port, planner: reconcile.NewPlanner(rules, entity), maps: mapping.Of(prefs)}
	for _, source := range reconcile.SourcesOf(entity, prefs.Customers) {
		for after, n := "", planChunk; n == planChunk; out.Planned += n {
			if p.over(ctx, out.Planned) {
				return out, ctx.Err()
			}
			if after, n, err = pl.chunk(ctx, source, after); err != nil {
				return out, err
			}
		}
	}
	out.Done = true
	return out, nil
}

// chunk decides on the next rows of one source module, those after an id. It gives the last row's id and
// the number of rows.
func (pl *planning) chunk(ctx context.Context, source reconcile.Feed, after string) (string, int, error) {
	due, err := pl.Store.DuePage(ctx, store.DueQuery{
		Connection: pl.in.Connection, Run: pl.in.RunID, Module: source.Module, Attached: source.Attached,
		RetryOf: pl.in.RetryOf, After: after, Limit: planChunk,
	})
	if err != nil || len(due) == 0 {
		return after, 0, err
	}
	sources := make([]reconcile.Source, 0, len(due))
	for _, d := range due {
		sources = append(sources, pl.sourceOf(d))
	}
	candidates, err := pl.candidates(ctx, sources)
	if err != nil {
		return after, 0, err
	}
	ops := make([]record.Operation, 0, len(due))
	for _, src := range sources {
		op, err := pl.decide(src, candidates)
		if err != nil {
			return after, 0, err
		}
		ops = append(ops, op)
	}
	if _, err := pl.Store.InsertOperations(ctx, ops); err != nil {
		return after, 0, err
	}
	return due[len(due)-1].Record.ID, len(due), nil
}

func (pl *planning) decide(src reconcile.Source, candidates candidates) (record.Operation, error) {
	op := pl.planner.Decide(src, candidates.of(pl.planner, src))
	id, err := uuid.NewV7()
	if err != nil {
		return op, fmt.Errorf("make an operation's id: %w", err)
	}
	op.ID, op.Connection, op.Run, op.PlannedAt = id.String(), pl.in.Connection, pl.in.RunID, pl.Now()
	if op.State == record.OpDone {
		op.DoneAt = op.PlannedAt
	}
	return op, nil
}

func (pl *planning) sourceOf(d store.Due) reconcile.Source {
	mapped := pl.maps.Map(pl.entity, d.Record)
	src := reconcile.Source{
		Record: d.Record, Hash: d.Hash, Link: d.Link,
		Values: mapped.Values, Defaults: mapped.Defaults, Problems: mapping.Reasons(mapped.Problems),
	}
	if d.Parent != nil {
		src.Parent = &reconcile.Parent{
			Known: d.Parent.Known, Name: d.Parent.Name, Link: d.Parent.Link, Fresh: d.Parent.Fresh,
			Outcome: d.Parent.Outcome, Code: d.Parent.Code, Reason: d.Parent.Reason,
		}
	}
	return src
}

// candidates are the records of the receiving side that a page's sources may be: by name and SKU, or, for
// contact persons, by their customer.
type candidates struct {
	pool       *reconcile.Pool
	byCustomer map[string][]record.Record
}

func (c candidates) of(p *reconcile.Planner, src reconcile.Source) []record.Record {
	if c.pool == nil {
		if src.Parent == nil || src.Parent.Link == nil {
			return nil
		}
		return c.byCustomer[src.Parent.Link.BillingID]
	}
	return c.pool.For(p.Keys(src))
}

func (pl *planning) candidates(ctx context.Context, sources []reconcile.Source) (candidates, error) {
	if pl.entity == record.EntityContactPersons {
		return pl.persons(ctx, sources)
	}
	var names, units []string
	for _, src := range sources {
		name, unit := pl.planner.Keys(src)
		if name != "" {
			names = append(names, name)
		}
		if unit != "" {
			units = append(units, unit)
		}
	}
	var found []record.Record
	if len(names)+len(units) > 0 {
		var err error
		if found, err = pl.Store.Candidates(ctx, pl.in.Connection, pl.entity.Module(), names, units); err != nil {
			return candidates{}, err
		}
		if found, err = pl.whole(ctx, found); err != nil {
			return candidates{}, err
		}
	}
	return candidates{pool: reconcile.NewPool(found)}, nil
}

// whole fetches the details of the candidates that the mirror has in short form only: whether one carries
// our marker is seen nowhere else.
func (pl *planning) whole(ctx context.Context, found []record.Record) ([]record.Record, error) {
	need := map[string]bool{}
	for _, id := range pl.planner.NeedsDetails(found) {
		need[id] = true
	}
	if len(need) == 0 {
		return found, nil
	}
	details := make([]*record.Record, len(found))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(pl.InFlight)
	for i, r := range found {
		if !need[r.ID] {
			continue
		}
		group.Go(func() error {
			got, err := getDetail(gctx, pl.part, pl.port, r)
			if record.IsKind(err, record.NotFound) {
				return nil // deleted since it was listed: no candidate any more
			}
			details[i] = &got
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var out, fetched []record.Record
	for i, r := range found {
		switch {
		case !need[r.ID]:
			out = append(out, r)
		case details[i] != nil:
			out = append(out, *details[i])
			fetched = append(fetched, *details[i])
		}
	}
	return out, pl.Store.PutDetails(ctx, pl.in.Connection, fetched)
}

func getDetail(ctx context.Context, p *part, port billing.Port, r record.Record) (record.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.Get(ctx, r.Module, r.ID)
}

// persons lists the contact persons of customers that may have some without a link.
func (pl *planning) persons(ctx context.Context, sources []reconcile.Source) (candidates, error) {
	out := candidates{byCustomer: map[string][]record.Record{}}
	for _, src := range sources {
		if pl.planner.NeedsPersons(src) {
			out.byCustomer[src.Parent.Link.BillingID] = nil
		}
	}
	var mu sync.Mutex
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(pl.InFlight)
	for _, id := range slices.Sorted(maps.Keys(out.byCustomer)) {
		group.Go(func() error {
			persons, err := pl.unlinkedPersons(gctx, id)
			mu.Lock()
			defer mu.Unlock()
			out.byCustomer[id] = persons
			return err
		})
	}
	return out, group.Wait()
}

func (pl *planning) unlinkedPersons(ctx context.Context, customer string) ([]record.Record, error) {
	persons, err := listPersons(ctx, pl.part, pl.port, customer)
	if record.IsKind(err, record.NotFound) {
		return nil, nil // the customer was deleted: what is written to it will say so
	}
	if err != nil {
		return nil, err
	}
	linked, err := pl.Store.Linked(ctx, pl.in.Connection, record.ContactPersons, idsOf(persons))
	return slices.DeleteFunc(persons, func(r record.Record) bool { return linked[r.ID] }), err
}

func idsOf(records []record.Record) []string {
	ids := make([]string, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}

func listPersons(ctx context.Context, p *part, port billing.Port, customer string) ([]record.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.ContactPersons(ctx, customer)
}
