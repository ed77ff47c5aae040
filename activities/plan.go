package activities

import (
	"context"
	"fmt"

	"causeway/internal/billing"
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
	pl := &planning{part: p, in: in, entity: entity, port: port, planner: reconcile.NewPlanner(rules, entity)}
	for _, source := range reconcile.SourcesOf(entity, prefs.Customers) {
		for {
			if p.over(ctx, out.Planned) {
				return out, ctx.Err()
			}
			n, err := pl.chunk(ctx, source)
			if err != nil {
				return out, err
			}
			out.Planned += n
			if n < planChunk {
				break
			}
		}
	}
	out.Done = true
	return out, nil
}

// chunk decides on the next rows of one source module.
func (pl *planning) chunk(ctx context.Context, source reconcile.Feed) (int, error) {
	due, err := pl.Store.DuePage(ctx, store.DueQuery{
		Connection: pl.in.Connection, Run: pl.in.RunID, Module: source.Module, Attached: source.Attached,
		RetryOf: pl.in.RetryOf, Limit: planChunk,
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	candidates, err := pl.candidates(ctx, due)
	if err != nil {
		return 0, err
	}
	now := pl.Now()
	ops := make([]record.Operation, 0, len(due))
	for _, d := range due {
		op := pl.planner.Decide(sourceOf(d), candidates.of(d))
		id, err := uuid.NewV7()
		if err != nil {
			return 0, fmt.Errorf("make an operation's id: %w", err)
		}
		op.ID, op.Connection, op.Run, op.PlannedAt = id.String(), pl.in.Connection, pl.in.RunID, now
		if op.State == record.OpDone {
			op.DoneAt = now
		}
		ops = append(ops, op)
	}
	if _, err := pl.Store.InsertOperations(ctx, ops); err != nil {
		return 0, err
	}
	return len(due), nil
}

func sourceOf(d store.Due) reconcile.Source {
	src := reconcile.Source{Record: d.Record, Hash: d.Hash, Link: d.Link}
	if d.Parent != nil {
		src.Parent = &reconcile.Parent{
			Known: d.Parent.Known, Name: d.Parent.Name, Link: d.Parent.Link,
			Outcome: d.Parent.Outcome, Code: d.Parent.Code, Reason: d.Parent.Reason,
		}
	}
	return src
}

// candidateSet finds the records of the receiving side that a source may be: by name and SKU, or, for
// contact persons, by their customer.
type candidateSet struct {
	byName, bySKU map[string][]record.Record
	byCustomer    map[string][]record.Record
}

func (c candidateSet) of(d store.Due) []record.Record {
	if d.Link != nil {
		return nil
	}
	if d.Parent != nil && d.Parent.Link != nil && c.byCustomer != nil {
		return c.byCustomer[d.Parent.Link.BillingID]
	}
	out := append([]record.Record(nil), c.byName[record.NameKey(d.Record.Name)]...)
	if d.Record.SKU == "" {
		return out
	}
	seen := map[string]bool{}
	for _, r := range out {
		seen[r.ID] = true
	}
	for _, r := range c.bySKU[record.NameKey(d.Record.SKU)] {
		if !seen[r.ID] {
			out = append(out, r)
		}
	}
	return out
}

func (pl *planning) candidates(ctx context.Context, due []store.Due) (candidateSet, error) {
	if pl.entity == record.EntityContactPersons {
		return pl.personCandidates(ctx, due)
	}
	var names, skus []string
	for _, d := range due {
		if d.Link != nil {
			continue
		}
		names = append(names, record.NameKey(d.Record.Name))
		if d.Record.SKU != "" {
			skus = append(skus, record.NameKey(d.Record.SKU))
		}
	}
	out := candidateSet{byName: map[string][]record.Record{}, bySKU: map[string][]record.Record{}}
	if len(names) == 0 {
		return out, nil
	}
	found, err := pl.Store.Candidates(ctx, pl.in.Connection, pl.entity.Module(), names, skus)
	if err != nil {
		return out, err
	}
	if found, err = pl.whole(ctx, found); err != nil {
		return out, err
	}
	for _, r := range found {
		out.byName[record.NameKey(r.Name)] = append(out.byName[record.NameKey(r.Name)], r)
		if r.SKU != "" {
			out.bySKU[record.NameKey(r.SKU)] = append(out.bySKU[record.NameKey(r.SKU)], r)
		}
	}
	return out, nil
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

// personCandidates lists the contact persons of customers that existed before us: only those may have
// some that are not ours.
func (pl *planning) personCandidates(ctx context.Context, due []store.Due) (candidateSet, error) {
	out := candidateSet{byCustomer: map[string][]record.Record{}}
	for _, d := range due {
		if d.Link != nil || d.Parent == nil || d.Parent.Link == nil || d.Parent.Link.Born != record.Billing {
			continue
		}
		id := d.Parent.Link.BillingID
		if _, ok := out.byCustomer[id]; ok {
			continue
		}
		persons, err := listPersons(ctx, pl.part, pl.port, id)
		if err != nil {
			return out, err
		}
		ids := make([]string, 0, len(persons))
		for _, r := range persons {
			ids = append(ids, r.ID)
		}
		linked, err := pl.Store.Linked(ctx, pl.in.Connection, record.ContactPersons, ids)
		if err != nil {
			return out, err
		}
		free := persons[:0]
		for _, r := range persons {
			if !linked[r.ID] {
				free = append(free, r)
			}
		}
		out.byCustomer[id] = free
	}
	return out, nil
}

func listPersons(ctx context.Context, p *part, port billing.Port, customer string) ([]record.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.ContactPersons(ctx, customer)
}
