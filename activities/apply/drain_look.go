package apply

import (
	"context"
	"fmt"
	"slices"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// lookInCRM finds the records that creations have made in the CRM, by their markers, among the records that changed
// since.
func (a *applying) lookInCRM(ctx context.Context, ops []record.Operation) (missing []record.Operation, err error) {
	since := map[record.Module]time.Time{}
	for _, op := range ops {
		at := op.Deadline.Add(-a.try.Timing.Call - ClockSkew)
		if was, ok := since[op.TargetModule]; !ok || at.Before(was) {
			since[op.TargetModule] = at
		}
	}
	found := map[string]record.Record{}
	for module, from := range since {
		q := crm.ReadQuery{Since: from, Fields: []string{crm.MarkerField}}
		for more := true; more; {
			if a.try.Over(ctx, 0) {
				return nil, attempt.ErrOver
			}
			page, err := a.try.ReadPage(ctx, a.crm, module, q)
			if err != nil {
				return nil, err
			}
			for id, rec := range reconcile.ByMarker(ops, page.Records) {
				found[id] = rec
			}
			q.After, more = page.Next, page.More
		}
	}
	c := &chunk{applying: a}
	var outcomes []operations.Outcome
	for _, op := range ops {
		if rec, ok := found[op.ID]; ok {
			outcomes = append(outcomes, *c.writtenToCRM(op, crm.Written{ID: rec.ID, Modified: rec.Modified}))
		} else {
			missing = append(missing, op)
		}
	}
	_, err = a.try.Store.Operations.Finish(ctx, a.try.Token, a.try.Now(), outcomes)
	return missing, err
}

// lookAtTargets reads the records that were to be changed, finishes the changes that they show, and returns the
// others.
func (a *applying) lookAtTargets(ctx context.Context, ops []record.Operation) (not []record.Operation, err error) {
	var outcomes []operations.Outcome
	for _, op := range ops {
		rec, err := a.readTarget(ctx, op)
		if err != nil && !record.IsKind(err, record.NotFound) {
			return nil, err
		}
		if err != nil || !a.shows(op, rec) {
			not = append(not, op)
			continue
		}
		outcomes = append(outcomes, *a.changeFound(op, rec))
	}
	_, err = a.try.Store.Operations.Finish(ctx, a.try.Token, a.try.Now(), outcomes)
	return not, err
}

func (a *applying) readTarget(ctx context.Context, op record.Operation) (record.Record, error) {
	if a.toCRM() {
		ctx, cancel := a.try.Reading(ctx)
		defer cancel()
		return a.crm.Get(ctx, op.TargetModule, op.TargetID)
	}
	if op.TargetModule != record.ContactPersons {
		return a.try.ReadRecord(ctx, a.port, op.TargetModule, op.TargetID)
	}
	persons, err := a.try.ListPersons(ctx, a.port, op.TargetParentID)
	if err != nil {
		return record.Record{}, err
	}
	if i := slices.IndexFunc(persons, func(r record.Record) bool { return r.ID == op.TargetID }); i >= 0 {
		return persons[i], nil
	}
	return record.Record{}, &record.Error{Kind: record.NotFound, Side: record.Billing, Op: "look for a contact person",
		Message: fmt.Sprintf("customer %s has no contact person %s", op.TargetParentID, op.TargetID)}
}

// shows reports whether the record has the values that the operation was to write. If it does not the next sync looks
// at it again, and at its source.
func (a *applying) shows(op record.Operation, rec record.Record) bool {
	values := rec.Values
	if !a.toCRM() {
		values = a.maps.Held(op.Entity, op.SourceModule, rec)
	}
	held := record.Values{}
	for name := range op.After {
		if v, ok := values[name]; ok {
			held[name] = v
		}
	}
	return held.Hash() == op.After.Hash()
}

// changeFound is the outcome of a change that took effect.
func (a *applying) changeFound(op record.Operation, rec record.Record) *operations.Outcome {
	if a.toCRM() {
		return (&chunk{applying: a}).writtenToCRM(op, crm.Written{ID: op.TargetID, Modified: rec.Modified})
	}
	op.Outcome = record.Updated
	if op.Action == record.ActionLink {
		op.Outcome, op.Changed = record.Linked, len(op.After) > 0
	}
	return a.succeeded(op, rec, reconcile.Base(op))
}
