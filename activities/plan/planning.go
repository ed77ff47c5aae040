package plan

import (
	"context"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/worklist"
)

// planChunk is how many source rows are decided upon at once. It bounds the memory of a plan.
const planChunk = 500

// JustPlanned is how long what another run has planned is left to that run.
const JustPlanned = time.Minute

// planning is what the decisions on one entity in one direction in one run need.
type planning struct {
	try     *attempt.Attempt
	in      steps.EntityInput
	entity  record.Entity
	both    bool // the entity goes both ways
	prefs   record.Preferences
	port    billing.Port
	planner *reconcile.Planner
	maps    mapping.Maps
	// decided are users' decisions on the conflicts of the current page, by the CRM record's id.
	decided map[string][]record.Decision
}

func newPlanning(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (*planning, error) {
	conn, err := try.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	port, err := try.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	entity := record.Entity(in.Entity)
	return &planning{
		try: try, in: in, entity: entity, both: prefs.Extent(entity) == record.Both, prefs: prefs, port: port,
		planner: reconcile.NewPlanner(reconcile.RulesOf(prefs, conn.Incarnation), entity), maps: mapping.Of(prefs),
	}, nil
}

func parentOf(p *worklist.Parent) *reconcile.Parent {
	return &reconcile.Parent{
		Known: p.Known, Name: p.Name, Link: p.Link, Fresh: p.Fresh, Outcome: p.Outcome, Code: p.Code, Reason: p.Reason,
	}
}
