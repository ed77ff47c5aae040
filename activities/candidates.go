package activities

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/reconcile"
	"causeway/internal/record"
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
		if found, err = pl.Store.Worklist.Candidates(ctx, pl.in.Connection, pl.entity.Module(), names, units); err != nil {
			return candidates{}, err
		}
		if found, err = pl.whole(ctx, found); err != nil {
			return candidates{}, err
		}
	}
	return candidates{pool: reconcile.NewPool(found)}, nil
}

// whole fetches the details of the candidates that the mirror has in short form only: whether one carries
// our marker is seen nowhere else. One that billing does not give whole stays short: the planner parks the records
// that would need it, and the rest goes on.
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

// readWhole reads records whole, and keeps them as it goes: what one attempt has read, the next one need not
// read again.
func (pl *planning) readWhole(ctx context.Context, short []record.Record) ([]record.Record, error) {
	var out []record.Record
	for part := range slices.Chunk(short, planCalls) {
		if pl.over(ctx, 0) {
			return nil, errOver
		}
		fetched, unread, over := pl.details(ctx, part)
		if over != nil && !errors.Is(over, errOver) {
			return nil, over
		}
		if err := pl.Store.Mirror.PutDetails(ctx, pl.in.Connection, fetched, pl.both); err != nil {
			return nil, err
		}
		if err := pl.editedMeanwhile(ctx, part, fetched); err != nil {
			return nil, err
		}
		if over != nil {
			return nil, over
		}
		out = append(append(out, fetched...), unread...)
	}
	return out, nil
}

// editedMeanwhile marks the records that were edited between the list and the look at each: who edits may
// edit on, within the same second.
func (pl *planning) editedMeanwhile(ctx context.Context, listed, fetched []record.Record) error {
	if !pl.both {
		return nil
	}
	at := make(map[string]time.Time, len(listed))
	for _, r := range listed {
		at[r.ID] = r.Modified
	}
	var edited []record.Record
	for _, r := range fetched {
		if !r.Modified.Equal(at[r.ID]) {
			edited = append(edited, r)
		}
	}
	return pl.Store.Mirror.MarkUnsure(ctx, pl.in.Connection, edited, pl.Now())
}

// detailTries is how often a plan reads a record that gets no good answer, each with the client's own repetitions,
// before it goes on without its details: one record at which billing breaks must not keep a run from its end.
const detailTries = 3

// details reads records whole, and gives those that it could not read in spite of some tries. One that was deleted
// since it was listed is among neither. That one record cannot be read is said only of a side that answers
// otherwise; else the failure is the plan's, as is one of the credential, or of too many calls. errOver says that the
// attempt was cancelled: what was read by then is whole.
func (pl *planning) details(ctx context.Context, short []record.Record) (whole, unread []record.Record, err error) {
	answers := 0
	unread = short
	for try := 1; try <= detailTries && len(unread) > 0 && (try == 1 || !pl.over(ctx, 0)); try++ {
		round, err := pl.readEach(ctx, unread)
		if err != nil && !errors.Is(err, errOver) {
			return nil, nil, err
		}
		whole, unread = append(whole, round.whole...), round.unread
		if err != nil || len(unread) > 0 && budget.Halted(ctx) != nil {
			return whole, nil, errOver
		}
		answers += round.answers
		if len(unread) > 0 && answers == 0 {
			if !pl.answersLists(ctx, unread[0].Module) {
				return nil, nil, round.failure
			}
			answers++
		}
		for _, r := range unread {
			pl.Log.Warn("no details of a record", "connection", pl.in.Connection, "entity", pl.in.Entity, "run", pl.in.RunID,
				"record", r.ID, "try", try, "kind", record.KindOf(round.failure))
		}
	}
	return whole, unread, nil
}

// reading is what came of reading records whole, once each.
type reading struct {
	whole, unread []record.Record
	answers       int   // records that were read, or are not there
	failure       error // of one of the unread
}

// readEach reads each record once. Its error is a failure that is no single record's.
func (pl *planning) readEach(ctx context.Context, short []record.Record) (reading, error) {
	var out reading
	var mu sync.Mutex
	err := each(ctx, pl.InFlight, len(short), func(ctx context.Context, i int) error {
		got, err := getDetail(ctx, pl.part, pl.port, short[i])
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			out.whole = append(out.whole, got)
			out.answers++
		case record.IsKind(err, record.NotFound):
			out.answers++
		case halted(ctx, err), ctx.Err() != nil, record.IsKind(err, record.Unauthorized), record.IsKind(err, record.RateLimited):
			return err
		default:
			out.unread = append(out.unread, short[i])
			out.failure = err
		}
		return nil
	})
	return out, err
}

// answersLists says whether the side as a whole is there.
func (pl *planning) answersLists(ctx context.Context, module record.Module) bool {
	_, err := listPage(ctx, pl.part, pl.port, module, billing.ListQuery{Order: billing.OldestFirst, Page: 1, Limit: 1})
	return err == nil
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
	ids := slices.Sorted(maps.Keys(out.byCustomer))
	return out, each(ctx, pl.InFlight, len(ids), func(ctx context.Context, i int) error {
		persons, err := pl.unlinkedPersons(ctx, ids[i])
		mu.Lock()
		defer mu.Unlock()
		out.byCustomer[ids[i]] = persons
		return err
	})
}

func (pl *planning) unlinkedPersons(ctx context.Context, customer string) ([]record.Record, error) {
	persons, err := listPersons(ctx, pl.part, pl.port, customer)
	if record.IsKind(err, record.NotFound) {
		return nil, nil // the customer was deleted: what is written to it will say so
	}
	if err != nil {
		return nil, err
	}
	linked, err := pl.Store.Links.Linked(ctx, pl.in.Connection, record.ContactPersons, idsOf(persons))
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
