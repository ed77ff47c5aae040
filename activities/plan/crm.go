package plan

import (
	"context"

	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/worklist"
)

// crmChunk decides on the next billing records that go to the CRM, those after an id. It returns the last record's id,
// the number of records, and whether there may be more.
func (pl *planning) crmChunk(ctx context.Context, _ feed, after string) (last string, n int, more bool, err error) {
	due, err := pl.try.Store.Worklist.Due(ctx, worklist.Query{
		Connection: pl.in.Connection, Run: pl.in.RunID, Entity: pl.entity, Side: record.Billing, Module: pl.entity.Module(),
		Scoped: pl.in.Scoped, After: after, Limit: planChunk,
	})
	if err != nil || len(due) == 0 {
		return after, 0, false, err
	}
	more = len(due) == planChunk
	last = due[len(due)-1].Record.ID
	if err := pl.prepare(ctx, due); err != nil {
		return after, 0, false, err
	}
	if due, err = pl.wholeDue(ctx, due); err != nil {
		return after, 0, false, err
	}
	if err := pl.watchCustom(ctx, halvesOf(due)); err != nil {
		return after, 0, false, err
	}
	sources := make([]reconcile.BillingSource, len(due))
	for i, d := range due {
		sources[i] = pl.billingSourceOf(d)
	}
	pool, err := pl.crmCandidates(ctx, sources)
	if err != nil {
		return after, 0, false, err
	}
	rivals, err := pl.rivals(ctx, sources, pool)
	if err != nil {
		return after, 0, false, err
	}
	ops := make([]record.Operation, 0, len(due))
	for _, src := range sources {
		src.Rivals = rivals.For(pl.planner.KeysCRM(src))
		op := pl.planner.DecideCRM(src, pool.For(pl.planner.KeysCRM(src)))
		if op, err = pl.stamp(op); err != nil {
			return after, 0, false, err
		}
		ops = append(ops, op)
	}
	if err := pl.keep(ctx, ops); err != nil {
		return after, 0, false, err
	}
	return last, len(sources), more, nil
}

// wholeDue reads the records whole that a list has shown in short form. It leaves out a record that was deleted since
// it was listed, and marks it as gone.
func (pl *planning) wholeDue(ctx context.Context, due []worklist.Due) ([]worklist.Due, error) {
	var short []record.Record
	for _, d := range due {
		if !d.Record.Whole {
			short = append(short, d.Record)
		}
	}
	fetched, err := pl.readWhole(ctx, short)
	if err != nil {
		return nil, err
	}
	whole := make(map[string]record.Record, len(fetched))
	for _, r := range fetched {
		whole[r.ID] = r
	}
	out := due[:0]
	var gone []string
	for _, d := range due {
		if !d.Record.Whole {
			r, ok := whole[d.Record.ID]
			if !ok {
				gone = append(gone, d.Record.ID)
				continue
			}
			d.Record, d.Hash = r, r.Values.Hash()
		}
		out = append(out, d)
	}
	return out, pl.noteGone(ctx, gone)
}

func (pl *planning) crmCandidates(ctx context.Context, sources []reconcile.BillingSource) (*reconcile.Pool, error) {
	names, units := map[record.Module][]string{}, map[record.Module][]string{}
	modules := map[record.Module]bool{}
	for _, src := range sources {
		module := pl.moduleOf(src.Record, src.Link)
		name, unit := pl.planner.KeysCRM(src)
		if name != "" {
			names[module], modules[module] = append(names[module], name), true
		}
		if unit != "" {
			units[module], modules[module] = append(units[module], unit), true
		}
	}
	var out []record.Record
	for module := range modules {
		found, err := pl.try.Store.Worklist.CRMCandidates(ctx, pl.in.Connection, module, names[module], units[module])
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return reconcile.NewPool(out), nil
}

// rivals returns billing's own records with the names and SKUs by which a CRM record was found, if they matter for the
// decision.
func (pl *planning) rivals(ctx context.Context, sources []reconcile.BillingSource, pool *reconcile.Pool) (*reconcile.Pool, error) {
	if !pl.planner.RivalsCount() {
		return reconcile.NewPool(nil), nil
	}
	var names, units []string
	for _, src := range sources {
		if name, unit := pl.planner.KeysCRM(src); len(pool.For(name, unit)) > 0 {
			names, units = append(names, name), append(units, unit)
		}
	}
	found, err := pl.try.Store.Worklist.Candidates(ctx, pl.in.Connection, pl.entity.Module(), names, units)
	if err != nil {
		return nil, err
	}
	found, err = pl.whole(ctx, found)
	return reconcile.NewPool(found), err
}

// moduleOf returns the module of the CRM in which a billing record has its counterpart, or would have it.
func (pl *planning) moduleOf(r record.Record, link *record.Link) record.Module {
	if link != nil {
		return link.CRMModule
	}
	return reconcile.CRMModule(pl.entity, pl.prefs.Customers.Mode, r)
}

func (pl *planning) billingSourceOf(d worklist.Due) reconcile.BillingSource {
	module := pl.moduleOf(d.Record, d.Link)
	src := reconcile.BillingSource{
		Record: d.Record, Hash: d.Hash, Link: d.Link, CRM: d.Target,
		Held:       pl.maps.Held(pl.entity, module, d.Record),
		Directions: pl.maps.Directions(pl.entity, module),
		Mapped: func(crm record.Values) record.Values {
			return pl.maps.Map(pl.entity, record.Record{Side: record.CRM, Module: module, Values: crm}).Values
		},
	}
	var problems []mapping.Problem
	src.Back, problems = pl.maps.Back(pl.entity, module, d.Record, nil)
	src.Problems = mapping.Reasons(problems)
	src.BackOf = func(units []string) record.Values {
		back, _ := pl.maps.Back(pl.entity, module, d.Record, units)
		return back
	}
	if d.Target != nil {
		src.CRMValues = pl.maps.Map(pl.entity, *d.Target).Values
		src.Newer, src.Decided, src.OutOfView = newer(*d.Target, d.Record), pl.decided[d.Target.ID], d.OutOfView && !pl.in.Scoped
	}
	if d.Parent != nil {
		src.Parent = parentOf(d.Parent)
	}
	return src
}
