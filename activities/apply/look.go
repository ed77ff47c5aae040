package apply

import (
	"context"
	"errors"
	"slices"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// look asks the side which of the operations took effect, finishes these, and returns the others.
func (a *applying) look(ctx context.Context, ops []record.Operation) (missing []record.Operation, err error) {
	if len(ops) == 0 {
		return nil, nil
	}
	adopted := map[string]bool{}
	adopt := func(found map[string]record.Record) error {
		for id := range found {
			adopted[id] = true
		}
		return a.adopt(ctx, ops, found)
	}
	if a.entity == record.EntityContactPersons {
		err = a.lookAtPersons(ctx, ops, adopt)
	} else {
		err = a.lookForMarkers(ctx, ops, adopt)
	}
	for _, op := range ops {
		if !adopted[op.ID] {
			missing = append(missing, op)
		}
	}
	return missing, err
}

// lookAtPersons lists the contact persons of the operations' customers, and counts them.
func (a *applying) lookAtPersons(ctx context.Context, ops []record.Operation, adopt func(map[string]record.Record) error) error {
	var persons []record.Record
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op.TargetParentID] {
			continue
		}
		seen[op.TargetParentID] = true
		of, err := a.try.ListPersons(ctx, a.port, op.TargetParentID)
		if record.IsKind(err, record.NotFound) {
			continue // the customer was deleted, with all its persons: a write to it will report that
		}
		if err != nil {
			return err
		}
		persons = append(persons, of...)
	}
	linked, err := a.try.Store.Links.Linked(ctx, a.in.Connection, record.ContactPersons, attempt.IDs(persons))
	if err != nil {
		return err
	}
	return adopt(reconcile.ByCount(ops, persons, linked))
}

// lookForMarkers lists the side's records, and reads those whole that may be the operations': only whole records show
// the marker. It lists customers newest first, and no further than the oldest intent. Items cannot be sorted by time,
// so it lists all of them. What a page shows is finished at once: an attempt whose time is over leaves less to the
// next one.
func (a *applying) lookForMarkers(ctx context.Context, ops []record.Operation, adopt func(map[string]record.Record) error) error {
	since := oldestDeadline(ops).Add(-a.try.Timing.Call - ClockSkew)
	q := billing.ListQuery{Order: billing.NewestFirst}
	if a.entity == record.EntityItems {
		q.Order = billing.OldestFirst
	}
	for more := true; more; {
		if a.try.Over(ctx, 0) {
			return attempt.ErrOver
		}
		q.Page++
		got, err := a.try.ListPage(ctx, a.port, a.entity.Module(), q)
		if err != nil {
			return err
		}
		n := len(got.Records)
		more = got.More && n > 0 && (q.Order == billing.OldestFirst || !got.Records[n-1].Created.Before(since))
		linked, err := a.try.Store.Links.Linked(ctx, a.in.Connection, a.entity.Module(), attempt.IDs(got.Records))
		if err != nil {
			return err
		}
		rows, err := a.wholeOf(ctx, got.Records, reconcile.Suspects(ops, got.Records, linked, since))
		if err != nil {
			return err
		}
		if err := adopt(reconcile.ByMarker(ops, rows)); err != nil {
			return err
		}
	}
	return nil
}

func oldestDeadline(ops []record.Operation) time.Time {
	oldest := ops[0].Deadline
	for _, op := range ops {
		if op.Deadline.Before(oldest) {
			oldest = op.Deadline
		}
	}
	return oldest
}

// wholeOf reads the suspects among the rows that are in short form.
func (a *applying) wholeOf(ctx context.Context, rows []record.Record, suspects []string) ([]record.Record, error) {
	var out []record.Record
	for _, r := range rows {
		if !slices.Contains(suspects, r.ID) {
			continue
		}
		if !r.Whole {
			got, err := a.try.ReadRecord(ctx, a.port, r.Module, r.ID)
			if record.IsKind(err, record.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			r = got
		}
		out = append(out, r)
	}
	return out, nil
}

// adopt finishes the operations whose records were found.
func (a *applying) adopt(ctx context.Context, ops []record.Operation, found map[string]record.Record) error {
	var outcomes []operations.Outcome
	var failure error
	for _, op := range ops {
		rec, ok := found[op.ID]
		if !ok {
			continue
		}
		if rec.Created.Before(op.PlannedAt.Add(-ClockSkew)) && op.Marker != "" {
			op = adopted(op, rec)
		}
		call, cancel := a.try.Calling(ctx)
		outcome, err := a.finishCreation(call, op, rec, reconcile.Base(op))
		cancel()
		if err != nil {
			failure = err
			break
		}
		outcomes = append(outcomes, *outcome)
	}
	_, err := a.try.Store.Operations.Finish(ctx, a.try.Token, a.try.Now(), outcomes)
	return errors.Join(err, failure)
}
