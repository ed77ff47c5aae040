package plan

import (
	"context"
	"maps"
	"slices"
	"sync"

	"causeway/activities/attempt"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// candidates are the records of the receiving side that a page's sources may be already: found by name and SKU or, for
// contact persons, by their customer.
type candidates struct {
	pool       *reconcile.Pool
	byCustomer map[string][]record.Record
}

func (c candidates) forSource(p *reconcile.Planner, src reconcile.Source) []record.Record {
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
		if found, err = pl.try.Store.Worklist.Candidates(ctx, pl.in.Connection, pl.entity.Module(), names, units); err != nil {
			return candidates{}, err
		}
		if found, err = pl.whole(ctx, found); err != nil {
			return candidates{}, err
		}
	}
	return candidates{pool: reconcile.NewPool(found)}, nil
}

// whole reads the details of the candidates that the mirror has in short form: only the details show whether one
// carries our marker. A candidate whose details cannot be read stays short. The planner parks the records that need
// it, and the others go on.
func (pl *planning) whole(ctx context.Context, found []record.Record) ([]record.Record, error) {
	need := map[string]bool{}
	for _, id := range pl.planner.NeedsDetails(found) {
		need[id] = true
	}
	var out, short []record.Record
	for _, r := range found {
		if need[r.ID] {
			short = append(short, r)
		} else {
			out = append(out, r)
		}
	}
	fetched, err := pl.readWhole(ctx, short)
	return append(out, fetched...), err
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
	ids := slices.Sorted(maps.Keys(out.byCustomer))
	return out, attempt.Each(ctx, pl.try.InFlight, len(ids), func(ctx context.Context, i int) error {
		persons, err := pl.unlinkedPersons(ctx, ids[i])
		mu.Lock()
		defer mu.Unlock()
		out.byCustomer[ids[i]] = persons
		return err
	})
}

func (pl *planning) unlinkedPersons(ctx context.Context, customer string) ([]record.Record, error) {
	persons, err := pl.try.ListPersons(ctx, pl.port, customer)
	if record.IsKind(err, record.NotFound) {
		return nil, nil // the customer was deleted: a write to it will report that
	}
	if err != nil {
		return nil, err
	}
	linked, err := pl.try.Store.Links.Linked(ctx, pl.in.Connection, record.ContactPersons, attempt.IDs(persons))
	return slices.DeleteFunc(persons, func(r record.Record) bool { return linked[r.ID] }), err
}
