package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"causeway/internal/billing"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/worklist"
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
// first stopped. Each part begins where the one before ended: to find that place by what has an operation
// would look at all of them again, part after part: the time of a plan would grow with the square of its size.
func (s *Sync) PlanPage(ctx context.Context, in contract.EntityInput) (contract.PlanResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.planPage(ctx, in)
	return out, ended(ctx, "plan "+in.Entity, err)
}

// planning is what the decisions on one entity in one direction in one run need.
type planning struct {
	*part
	in      contract.EntityInput
	entity  record.Entity
	both    bool // the entity goes both ways
	prefs   record.Preferences
	port    billing.Port
	planner *reconcile.Planner
	maps    mapping.Maps
	// decided are the decisions of somebody on the conflicts of the current page, by the CRM record's id.
	decided map[string][]record.Decision
}

func (p *part) planning(ctx context.Context, in contract.EntityInput) (*planning, error) {
	conn, err := p.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	entity := record.Entity(in.Entity)
	return &planning{
		part: p, in: in, entity: entity, both: prefs.Extent(entity) == record.Both, prefs: prefs, port: port,
		planner: reconcile.NewPlanner(reconcile.RulesOf(prefs, conn.Incarnation), entity), maps: mapping.Of(prefs),
	}, nil
}

// feed is one kind of records that become records of the entity.
type feed struct {
	reconcile.Feed
	linked bool // only those that have a link
	chunk  func(ctx context.Context, f feed, after string) (last string, n int, more bool, err error)
}

func (pl *planning) feeds() []feed {
	var out []feed
	add := func(list []reconcile.Feed, linked bool, chunk func(context.Context, feed, string) (string, int, bool, error)) {
		for _, f := range list {
			out = append(out, feed{Feed: f, linked: linked, chunk: chunk})
		}
	}
	if pl.in.Direction == contract.DirectionCRM {
		add(reconcile.BillingFeeds(pl.entity, pl.prefs.Customers), false, pl.crmChunk)
		return out
	}
	add(reconcile.SourcesOf(pl.entity, pl.prefs.Customers), false, pl.chunk)
	add(reconcile.Strays(pl.entity, pl.prefs.Customers), true, pl.chunk)
	return out
}

func (p *part) planPage(ctx context.Context, in contract.EntityInput) (contract.PlanResult, error) {
	var out contract.PlanResult
	if err := p.learnGone(ctx, in); err != nil {
		return out, err
	}
	pl, err := p.planning(ctx, in)
	if err != nil {
		return out, err
	}
	if in.Ahead && in.From == nil {
		side := record.CRM
		if in.Direction == contract.DirectionCRM {
			side = record.Billing
		}
		if _, err := p.Store.Operations.TakeBeside(ctx, in.Connection, in.RunID, side, p.Now().Add(-justPlanned)); err != nil {
			return out, err
		}
	}
	at := contract.PlanPlace{}
	if in.From != nil {
		at = *in.From
	}
	out.Next = &at
	for feeds := pl.feeds(); at.Feed < len(feeds); at.Feed, at.After = at.Feed+1, "" {
		for f, more := feeds[at.Feed], true; more; {
			if p.over(ctx, out.Planned) {
				return out, nil
			}
			var n int
			at.After, n, more, err = f.chunk(ctx, f, at.After)
			if errors.Is(err, errOver) || halted(ctx, err) {
				return out, nil
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
func (pl *planning) chunk(ctx context.Context, f feed, after string) (last string, n int, more bool, err error) {
	due, err := pl.Store.Worklist.Due(ctx, worklist.Query{
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
		op, err := pl.stamp(pl.planner.Decide(src, candidates.of(pl.planner, src)))
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

// keep stores what was decided. The records that owe the other side a change are marked first: an attempt
// that ends in between decides anew, and marks them again.
func (pl *planning) keep(ctx context.Context, ops []record.Operation) error {
	ids := map[record.Ref][]string{}
	for _, ref := range pl.planner.Owed() {
		of := record.Ref{Side: ref.Side, Module: ref.Module}
		ids[of] = append(ids[of], ref.ID)
	}
	for of, list := range ids {
		if _, err := pl.Store.Mirror.MarkDue(ctx, pl.in.Connection, of.Side, of.Module, list); err != nil {
			return err
		}
	}
	ops, err := pl.withoutKnownConflicts(ctx, ops)
	if err != nil {
		return err
	}
	_, err = pl.Store.Operations.Insert(ctx, ops)
	return err
}

// withoutKnownConflicts leaves out the conflicts of pairs that the other direction has parked in this run
// already: one pair is one conflict.
func (pl *planning) withoutKnownConflicts(ctx context.Context, ops []record.Operation) ([]record.Operation, error) {
	ids := map[record.Module][]string{}
	for _, op := range ops {
		if op.Code == reconcile.CodeFieldConflict {
			ids[op.TargetModule] = append(ids[op.TargetModule], op.TargetID)
		}
	}
	known := map[record.Ref]bool{}
	for module, list := range ids {
		found, err := pl.Store.Operations.WithCode(ctx, pl.in.RunID, module, reconcile.CodeFieldConflict, list)
		if err != nil {
			return nil, err
		}
		for id := range found {
			known[record.Ref{Module: module, ID: id}] = true
		}
	}
	if len(known) == 0 {
		return ops, nil
	}
	return slices.DeleteFunc(ops, func(op record.Operation) bool {
		return op.Code == reconcile.CodeFieldConflict && known[record.Ref{Module: op.TargetModule, ID: op.TargetID}]
	}), nil
}

// prepare reads what the decisions on a page need besides its rows: the other half of pairs that go both
// ways, whole, and what somebody decided on their conflicts.
func (pl *planning) prepare(ctx context.Context, due []worklist.Due) error {
	if !pl.both {
		return nil
	}
	ids := map[record.Module][]string{}
	var short []record.Record
	for _, d := range due {
		if d.Link == nil {
			continue
		}
		ids[d.Link.CRMModule] = append(ids[d.Link.CRMModule], d.Link.CRMID)
		if d.Target != nil && !d.Target.Whole && d.Target.Side == record.Billing {
			short = append(short, *d.Target)
		}
	}
	pl.decided = map[string][]record.Decision{}
	for module, list := range ids {
		decided, err := pl.Store.Operations.Decisions(ctx, pl.in.Connection, pl.entity, module, list)
		if err != nil {
			return err
		}
		maps.Copy(pl.decided, decided)
	}
	whole, err := pl.readWhole(ctx, short)
	if err != nil {
		return err
	}
	byID := make(map[string]record.Record, len(whole))
	for _, r := range whole {
		byID[r.ID] = r
	}
	var gone []string
	for i, d := range due {
		if d.Target == nil || d.Target.Whole || d.Target.Side != record.Billing {
			continue
		}
		if r, ok := byID[d.Target.ID]; ok {
			due[i].Target = &r
			continue
		}
		link := *d.Link
		link.Gone = record.Billing
		due[i].Target, due[i].Link = nil, &link
		gone = append(gone, d.Target.ID)
	}
	return pl.noteGone(ctx, gone)
}

// noteGone notes records of billing that were deleted since they were listed, as a look at each has shown.
func (pl *planning) noteGone(ctx context.Context, ids []string) error {
	_, err := pl.Store.Operations.MarkGone(ctx, pl.in.RunID, record.Billing, pl.entity.Module(), ids)
	return err
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

// stamp gives a decision what makes it an operation of this run.
func (pl *planning) stamp(op record.Operation) (record.Operation, error) {
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

func parentOf(p *worklist.Parent) *reconcile.Parent {
	return &reconcile.Parent{
		Known: p.Known, Name: p.Name, Link: p.Link, Fresh: p.Fresh, Outcome: p.Outcome, Code: p.Code, Reason: p.Reason,
	}
}
