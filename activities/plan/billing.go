package plan

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/worklist"
)

// chunk decides on the next rows of one source module, those after an id. It returns the last row's id, the number of
// rows, and whether there may be more.
func (pl *planning) chunk(ctx context.Context, f feed, after string) (last string, n int, more bool, err error) {
	due, err := pl.try.Store.Worklist.Due(ctx, worklist.Query{
		Connection: pl.in.Connection, Run: pl.in.RunID, Entity: pl.entity, Module: f.Module, Attached: f.Attached, Linked: f.linked, NoTargets: !pl.both,
		RetryOf: pl.in.RetryOf, Scoped: pl.in.Scoped, After: after, Limit: planChunk,
	})
	if err != nil || len(due) == 0 {
		return after, 0, false, err
	}
	if err := pl.prepare(ctx, due); err != nil {
		return after, 0, false, err
	}
	if err := pl.watchCustom(ctx, halvesOf(due)); err != nil {
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
		op, err := pl.stamp(pl.planner.Decide(src, candidates.forSource(pl.planner, src)))
		if err != nil {
			return after, 0, false, err
		}
		ops = append(ops, op)
	}
	if err := pl.keep(ctx, ops); err != nil {
		return after, 0, false, err
	}
	return sources[len(sources)-1].Record.ID, len(sources), more, nil
}

// within returns how many of the sources can be decided upon with attempt.CallBatch lists of contact persons.
func (pl *planning) within(sources []reconcile.Source) int {
	listed := map[string]bool{}
	for i, src := range sources {
		if !pl.planner.NeedsPersons(src) {
			continue
		}
		listed[src.Parent.Link.BillingID] = true
		if len(listed) > attempt.CallBatch {
			return i
		}
	}
	return len(sources)
}

func (pl *planning) sourceOf(d worklist.Due) reconcile.Source {
	mapped := pl.maps.Map(pl.entity, d.Record)
	src := reconcile.Source{
		Record: d.Record, Hash: d.Hash, Link: d.Link, OutOfView: d.OutOfView && !pl.in.Scoped,
		Values: mapped.Values, Defaults: mapped.Defaults, Problems: mapping.Reasons(mapped.Problems),
	}
	if d.Parent != nil {
		src.Parent = parentOf(d.Parent)
	}
	if !pl.both {
		return src
	}
	src.Directions = pl.maps.Directions(pl.entity, d.Record.Module)
	src.Decided = pl.decided[d.Record.ID]
	if d.Target != nil {
		src.Target, src.Held = d.Target, pl.maps.Held(pl.entity, d.Record.Module, *d.Target)
		src.Newer = newer(d.Record, *d.Target)
	}
	return src
}
