package activities

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

const (
	// planChunk is how many source rows are decided upon at once: what bounds the memory of a plan.
	planChunk = 500
	// planCalls is how many calls a plan makes before it stores what came of them. A side that grants 100
	// calls a minute answers so many in half a minute, well before the activity's time is over: what one
	// attempt has read, the next one need not read again.
	planCalls = 50
)

// errOver says that the attempt's time ended before a chunk was decided upon.
var errOver = errors.New("the attempt's time is over")

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
	prefs   record.Preferences
}

func (p *part) planPage(ctx context.Context, in contract.EntityInput) (contract.PlanResult, error) {
	var out contract.PlanResult
	conn, err := p.Store.Connection(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return out, err
	}
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	rules := reconcile.Rules{Incarnation: conn.Incarnation, Customers: prefs.Customers, Items: prefs.Items}
	entity := record.Entity(in.Entity)
	pl := &planning{part: p, in: in, entity: entity, port: port, planner: reconcile.NewPlanner(rules, entity), maps: mapping.Of(prefs), prefs: prefs}
	for _, source := range reconcile.SourcesOf(entity, prefs.Customers) {
		for after, more := "", true; more; {
			if p.over(ctx, out.Planned) {
				return out, ctx.Err()
			}
			var n int
			after, n, more, err = pl.chunk(ctx, source, after)
			if errors.Is(err, errOver) {
				return out, ctx.Err()
			}
			if err != nil {
				return out, err
			}
			out.Planned += n
		}
	}
	out.Done = true
	return out, nil
}

// chunk decides on the next rows of one source module, those after an id. It gives the last row's id, the
// number of rows, and whether there may be more.
func (pl *planning) chunk(ctx context.Context, source reconcile.Feed, after string) (last string, n int, more bool, err error) {
	due, err := pl.Store.DuePage(ctx, store.DueQuery{
		Connection: pl.in.Connection, Run: pl.in.RunID, Module: source.Module, Attached: source.Attached,
		RetryOf: pl.in.RetryOf, After: after, Limit: planChunk,
	})
	if err != nil || len(due) == 0 {
		return after, 0, false, err
	}
	sources := make([]reconcile.Source, 0, len(due))
	for _, d := range due {
		sources = append(sources, pl.sourceOf(d))
	}
	more = len(due) == planChunk
	if first := pl.within(sources); first < len(sources) {
		sources, more = sources[:first], true
	}
	candidates, err := pl.candidates(ctx, sources)
	if err != nil {
		return after, 0, false, err
	}
	ops := make([]record.Operation, 0, len(sources))
	for _, src := range sources {
		op, err := pl.decide(src, candidates)
		if err != nil {
			return after, 0, false, err
		}
		ops = append(ops, op)
	}
	if _, err := pl.Store.InsertOperations(ctx, ops); err != nil {
		return after, 0, false, err
	}
	return sources[len(sources)-1].Record.ID, len(sources), more, nil
}

// within is how many of the sources can be decided upon with planCalls lists of contact persons.
func (pl *planning) within(sources []reconcile.Source) int {
	listed := map[string]bool{}
	for i, src := range sources {
		if !pl.planner.NeedsPersons(src) {
			continue
		}
		listed[src.Parent.Link.BillingID] = true
		if len(listed) > planCalls {
			return i
		}
	}
	return len(sources)
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
