package activities

import (
	"context"
	"errors"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// converted is what became of one record: its row is done, or failed, or still sent, where nobody knows; or no call
// was made (release).
type converted struct {
	row     deletions.Record
	release bool
	unknown error // why nobody knows
}

func firstUnknown(results []converted) error {
	for _, r := range results {
		if r.unknown != nil {
			return r.unknown
		}
	}
	return nil
}

// open gets the clients of the sides that the step calls.
func (c *converting) open(ctx context.Context) (err error) {
	if c.step == contract.StepPersons {
		return nil // nothing is called
	}
	if !c.d.GaveUp(record.Billing) {
		if c.billing, err = c.Sides.Billing(ctx, c.d.Connection); err != nil {
			return err
		}
	}
	if c.step == contract.StepMarkers && !c.d.GaveUp(record.CRM) {
		c.crm, err = c.Sides.CRM(ctx, c.d.Connection)
	}
	return err
}

// carry brings records of one module to their outcomes, a bounded number at once.
func (c *converting) carry(ctx context.Context, rows []deletions.Record, deadline time.Time) []converted {
	switch {
	case len(rows) > 0 && c.d.GaveUp(rows[0].Side):
		return c.leave(rows)
	case len(rows) > 0 && rows[0].Side == record.CRM:
		return c.carryCRM(ctx, rows, deadline)
	}
	out := make([]converted, len(rows))
	var wait sync.WaitGroup
	free := make(chan struct{}, c.InFlight)
	for i, row := range rows {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			out[i] = c.carryOne(ctx, row, deadline)
		})
	}
	wait.Wait()
	return out
}

// leave leaves records as they are whose side is gone for good, and says so of each, unless it was only to be kept.
func (c *converting) leave(rows []deletions.Record) []converted {
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

// carryOne brings one record to its outcome. A call in flight finishes although the attempt is cancelled, but by the
// deadline, after which none starts.
func (c *converting) carryOne(ctx context.Context, row deletions.Record, deadline time.Time) converted {
	if budget.Halted(ctx) != nil || c.broken() != nil || !c.Now().Before(deadline) {
		return converted{row: row, release: true}
	}
	call, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	outcome, code, reason, err := c.outcome(call, row)
	if err != nil {
		return c.refused(row, deadline, err)
	}
	row.State, row.Outcome, row.Code, row.Reason = deletion.RowDone, outcome, code, reason
	return converted{row: row}
}

// outcome carries out what is planned for a record of billing.
func (c *converting) outcome(ctx context.Context, row deletions.Record) (outcome, code, reason string, err error) {
	planned := row.Planned(c.d.Choice)
	switch {
	case row.Part == contract.StepPersons:
		return planned, "", "", nil // they carry no marker, and those that go are their customers' to take along
	case planned == deletion.Deleted:
		return c.delete(ctx, row)
	case planned == deletion.Gone:
		planned = deletion.Kept // it is asked for since it was found to live
	}
	err = c.unmark(ctx, row)
	if record.IsKind(err, record.NotFound) {
		return deletion.Gone, "", "", nil
	}
	return planned, row.Held, heldBecause(row, c.d.Choice), err
}

// heldBecause says why a record that Causeway created is converted, where another reason than transactions holds it.
func heldBecause(row deletions.Record, choice string) string {
	switch {
	case choice != contract.ChoiceConvertWithTransactions || row.Transactions:
		return ""
	case row.Held == deletion.HeldPersons:
		return "contact persons that were born in billing would go with it"
	case row.Held == deletion.HeldElsewhere:
		return "another connection of the billing organisation has it linked"
	}
	return ""
}

// delete deletes a record, unless billing finds that transactions use it: then it is converted. What an earlier call
// may have deleted counts as deleted by us.
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
		if row.State == deletion.RowSent || row.Code == codeNoAnswer {
			return deletion.Deleted, "", "", nil
		}
		return deletion.Gone, "", "", nil
	case errors.As(err, &refused) && refused.Kind == record.Conflict && !refused.Ambiguous:
		reason = "billing does not delete it, and so it was converted: " + refused.Message
		if refused.Code == billing.CodeHasTransactions {
			reason = "it has transactions now, and so was converted rather than deleted: " + refused.Message
		}
		return c.convertInstead(ctx, row, refused.Code, reason, nil)
	default:
		return "", "", "", err
	}
}

// convertInstead has a record live that was to be deleted.
func (c *converting) convertInstead(ctx context.Context, row deletions.Record, code, why string, err error) (string, string, string, error) {
	if err == nil {
		err = c.unmark(ctx, row)
	}
	if record.IsKind(err, record.NotFound) {
		return deletion.Gone, "", "", nil
	}
	return deletion.Converted, code, why, err
}

// heldNow says what has come to hang on a record since the plan was made: contact persons that Causeway did not make,
// which would go with their customer, or another connection's link.
func (c *converting) heldNow(ctx context.Context, row deletions.Record) (code, reason string, err error) {
	elsewhere, err := c.Store.Deletions.LinkedElsewhere(ctx, c.d, row)
	if err != nil {
		return "", "", err
	}
	if elsewhere {
		return deletion.HeldElsewhere, "another connection of the billing organisation has it linked, and so it was converted rather than deleted", nil
	}
	if row.Module != record.Customers {
		return "", "", nil
	}
	persons, err := c.billing.ContactPersons(ctx, row.ID)
	if record.IsKind(err, record.NotFound) {
		return "", "", nil // the deletion finds it gone, and says by whom
	}
	if err != nil {
		return "", "", err
	}
	ours, err := c.Store.Deletions.Persons(ctx, c.d.ID, row.ID)
	if err != nil {
		return "", "", err
	}
	strange := 0
	for _, p := range persons {
		if !ours[p.ID] {
			strange++
		}
	}
	if row.CRMModule == record.Contacts {
		strange-- // an individual is a contact person of its own, which billing makes
	}
	if strange > 0 {
		return deletion.HeldPersons, "contact persons that were entered in billing would go with it, and so it was converted rather than deleted", nil
	}
	return "", "", nil
}

// unmark clears our marker. Where it is not known whether the record carries one, it is looked at first: another
// connection's marker is not ours to clear.
func (c *converting) unmark(ctx context.Context, row deletions.Record) error {
	again := row.Code == contract.CodeNotAsPlanned // a look at it has found otherwise than is known
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

// refused sorts a failure: what concerns the record fails it; what concerns the side ends the attempt; and where
// nobody knows what a call has done, the record is tried again, a number of times.
func (c *converting) refused(row deletions.Record, deadline time.Time, err error) converted {
	if record.IsAmbiguous(err) {
		if row.Attempts+1 < maxAttempts {
			row.State = deletion.RowSent
			return converted{row: row, unknown: err}
		}
		return converted{row: failedRow(row, codeNoAnswer, err)}
	}
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return converted{row: failedRow(row, codeOf(err), err)}
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
	case errors.Is(err, context.Canceled):
		// The attempt was cancelled before a call started.
	case record.KindOf(err) == record.RateLimited && retryAfter(err) == 0:
		// Our own budget had no call for it before the deadline: it gets one in its turn.
	case c.Now().Before(deadline), record.KindOf(err) != record.Unavailable:
		c.breakOff(err)
	}
	return converted{row: row, release: true}
}

func failedRow(row deletions.Record, code string, err error) deletions.Record {
	row.State, row.Outcome, row.Code, row.Reason = deletion.RowFailed, "", code, err.Error()
	var e *record.Error
	if errors.As(err, &e) {
		row.Reason = e.Reason()
	}
	return row
}

func codeOf(err error) string {
	var e *record.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
