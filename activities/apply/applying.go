package apply

import (
	"context"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// applying is one attempt to carry out operations of one entity.
type applying struct {
	try    *attempt.Attempt
	in     steps.EntityInput
	entity record.Entity
	port   billing.Port
	crm    crm.Port     // for operations that write to the CRM; nil for those to billing
	maps   mapping.Maps // name the CRM field of a value that billing refuses
	// both reports whether the entity goes both ways. If so, a write's result is compared with what both sides agreed on.
	both bool
	// upsert reports whether the side creates by its own upsert on the marker. It is known once probed is true.
	upsert, probed bool
	pace           pace
	// links are the links of the current operations' sources, where they have one.
	links map[string]record.Link
	// decided is what users decided on the current operations' pairs, by CRM id.
	decided map[string][]record.Decision
	// targets and sources are the mirror's rows of the current operations to the CRM.
	targets, sources map[string]record.Record
}

func (a *applying) toCRM() bool { return a.crm != nil }

func (a *applying) direction() record.Direction {
	if a.toCRM() {
		return record.ToCRM
	}
	return record.ToBilling
}

// side is the side that is written to.
func (a *applying) side() record.Side {
	if a.toCRM() {
		return record.CRM
	}
	return record.Billing
}

func newApplying(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (*applying, error) {
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	a := &applying{try: try, in: in, entity: record.Entity(in.Entity), maps: mapping.Of(prefs)}
	a.both = prefs.Extent(a.entity) == record.Both
	if in.Direction == steps.DirectionCRM {
		a.crm, err = try.Sides.CRM(ctx, in.Connection)
		return a, err
	}
	a.port, err = try.Sides.Billing(ctx, in.Connection)
	return a, err
}

// probe learns, before the first creation of an attempt, whether the side has an upsert by the marker, and checks that
// the marker field still exists: without it nothing can be created exactly once.
func (a *applying) probe(ctx context.Context, ops []record.Operation) error {
	if a.probed || a.toCRM() || a.entity == record.EntityContactPersons || !slices.ContainsFunc(ops, reconcile.Creates) {
		return nil
	}
	ctx, cancel := a.try.Calling(ctx)
	defer cancel()
	caps, err := a.port.Probe(ctx, []record.Module{a.entity.Module()})
	if err != nil {
		return err
	}
	a.upsert, a.probed = caps.UpsertByMarker, true
	return nil
}

// remaining adds what the entity still has to do.
func (a *applying) remaining(ctx context.Context, out steps.ApplyResult) (steps.ApplyResult, error) {
	open, err := a.try.Store.Operations.CountOpen(ctx, a.in.RunID, a.entity, a.direction())
	if err != nil {
		return out, err
	}
	out.Planned, out.Sent = open.Planned, open.Sent
	if open.Sent > 0 {
		out.SettleAt = open.NextDeadline.Add(a.try.Timing.Margin)
	}
	return out, nil
}
