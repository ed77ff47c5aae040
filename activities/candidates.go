package activities

import (
	"context"
	"maps"
	"slices"
	"sync"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"

	"golang.org/x/sync/errgroup"
)

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
	var out, short []record.Record
	for _, r := range found {
		if need[r.ID] {
			short = append(short, r)
		} else {
			out = append(out, r)
		}
	}
	for part := range slices.Chunk(short, planCalls) {
		if pl.over(ctx, 0) {
			return nil, errOver
		}
		fetched, err := pl.details(ctx, part)
		if err != nil {
			return nil, err
		}
		if err := pl.Store.PutDetails(ctx, pl.in.Connection, fetched, false); err != nil {
			return nil, err
		}
		out = append(out, fetched...)
	}
	return out, nil
}

// details reads records whole. One that was deleted since it was listed is no candidate any more.
func (pl *planning) details(ctx context.Context, short []record.Record) ([]record.Record, error) {
	got := make([]*record.Record, len(short))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(pl.InFlight)
	for i, r := range short {
		group.Go(func() error {
			whole, err := getDetail(gctx, pl.part, pl.port, r)
			if record.IsKind(err, record.NotFound) {
				return nil
			}
			got[i] = &whole
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var out []record.Record
	for _, r := range got {
		if r != nil {
			out = append(out, *r)
		}
	}
	return out, nil
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
