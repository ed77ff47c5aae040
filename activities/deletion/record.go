package deletion

import (
	"context"
	"errors"
	"sync"
	"time"

	"causeway/activities/apply"
	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// convertBatch brings records of one module to their outcomes, a bounded number at once.
func (c *converting) convertBatch(ctx context.Context, rows []deletions.Record, deadline time.Time) []converted {
	switch {
	case len(rows) > 0 && c.d.GaveUp(rows[0].Side):
		return c.leaveUnknown(rows)
	case len(rows) > 0 && rows[0].Side == record.CRM:
		return c.convertInCRM(ctx, rows, deadline)
	}
	out := make([]converted, len(rows))
	var wait sync.WaitGroup
	free := make(chan struct{}, c.try.InFlight)
	for i, row := range rows {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			out[i] = c.convertOne(ctx, row, deadline)
		})
	}
	wait.Wait()
	return out
}

// leaveUnknown leaves records as they are because their side is gone for good, and says so of each, unless it was to
// be kept anyway.
func (c *converting) leaveUnknown(rows []deletions.Record) []converted {
	out := make([]converted, len(rows))
	for i, row := range rows {
		row.State, row.Outcome, row.Code, row.Reason = deletion.RowDone, deletion.Unknown, deletion.CodeGivenUp, deletion.ReasonGivenUp
		if row.Planned(c.d.Choice) == deletion.Kept && row.Marker == deletion.MarkerNone {
			row.Outcome, row.Code, row.Reason = deletion.Kept, "", ""
		}
		out[i] = converted{row: row}
	}
	return out
}

// convertOne brings one record to its outcome. A call in flight finishes even if the attempt is cancelled. No call
// starts after the deadline.
func (c *converting) convertOne(ctx context.Context, row deletions.Record, deadline time.Time) converted {
	if budget.Halted(ctx) != nil || c.firstFailure() != nil || !c.try.Now().Before(deadline) {
		return converted{row: row, release: true}
	}
	call, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	outcome, code, reason, err := c.convertRecord(call, row)
	if err != nil {
		return c.sortFailure(row, deadline, err)
	}
	row.State, row.Outcome, row.Code, row.Reason = deletion.RowDone, outcome, code, reason
	return converted{row: row}
}

// convertRecord carries out what is planned for a record of billing.
func (c *converting) convertRecord(ctx context.Context, row deletions.Record) (outcome, code, reason string, err error) {
	planned := row.Planned(c.d.Choice)
	switch {
	case row.Part == contract.StepPersons:
		return planned, "", "", nil // they carry no marker, and those that go are deleted with their customers
	case planned == deletion.Deleted:
		return c.delete(ctx, row)
	case planned == deletion.Gone:
		planned = deletion.Kept // it is here because it was found to exist
	}
	err = c.clearMarker(ctx, row)
	if record.IsKind(err, record.NotFound) {
		return deletion.Gone, "", "", nil
	}
	return planned, row.Held, heldBecause(row, c.d.Choice), err
}

// delete deletes a record. If billing finds that transactions use it, it is converted instead. What an earlier call of
// ours may have deleted counts as deleted by us.
func (c *converting) delete(ctx context.Context, row deletions.Record) (outcome, code, reason string, err error) {
	if code, reason, err = c.heldNow(ctx, row); err != nil || code != "" {
		return c.convertInstead(ctx, row, code, reason, err)
	}
	err = c.billing.Delete(ctx, row.Module, row.ID)
	var refused *record.Error
	switch {
	case err == nil:
		return deletion.Deleted, "", "", nil
	case record.IsKind(err, record.NotFound):
		if row.State == deletion.RowSent || row.Code == apply.CodeNoAnswer {
			return deletion.Deleted, "", "", nil
		}
		return deletion.Gone, "", "", nil
	case errors.As(err, &refused) && refused.Kind == record.Conflict && !refused.Ambiguous:
		reason = "billing refused to delete it, so it was converted: " + refused.Message
		if refused.Code == billing.CodeHasTransactions {
			reason = "it has transactions now, so it was converted and not deleted: " + refused.Message
		}
		return c.convertInstead(ctx, row, refused.Code, reason, nil)
	default:
		return "", "", "", err
	}
}

// convertInstead converts a record that was to be deleted.
func (c *converting) convertInstead(ctx context.Context, row deletions.Record, code, why string, err error) (string, string, string, error) {
	if err == nil {
		err = c.clearMarker(ctx, row)
	}
	if record.IsKind(err, record.NotFound) {
		return deletion.Gone, "", "", nil
	}
	return deletion.Converted, code, why, err
}

// clearMarker clears our marker. If it is not known whether the record carries one it is read first: another
// connection's marker is not ours to clear.
func (c *converting) clearMarker(ctx context.Context, row deletions.Record) error {
	again := row.Code == contract.CodeNotAsPlanned // a look has found another state than the store knows
	if row.Marker == deletion.MarkerNone && !again {
		return nil
	}
	if row.Marker != deletion.MarkerOwn || again {
		rec, err := c.billing.Get(ctx, row.Module, row.ID)
		if err != nil || !record.OwnMarker(c.d.Incarnation, rec.Marker) {
			return err
		}
	}
	_, err := c.billing.Update(ctx, row.Module, row.ID, billing.Write{ClearMarker: true})
	return err
}
