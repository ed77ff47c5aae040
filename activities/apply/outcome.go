package apply

import (
	"errors"
	"fmt"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// succeeded is a good outcome, with its link and what the mirror learns from the write's reply.
func (a *applying) succeeded(op record.Operation, target record.Record, base record.Values) *operations.Outcome {
	op.State, op.TargetID = record.OpDone, target.ID
	return &operations.Outcome{
		Operation: op,
		Link: &record.Link{
			Connection: op.Connection, Entity: op.Entity, CRMModule: op.SourceModule, CRMID: op.SourceID,
			BillingModule: op.TargetModule, BillingID: target.ID, BillingParentID: op.TargetParentID,
			Born: a.bornAt(op), Base: base,
		},
		Resent: resent(op),
		Mirror: &target,
		Due:    a.both && a.holdsMore(op, target),
		Unsure: a.both && a.entity == record.EntityCustomers,
	}
}

// holdsMore reports whether the write's reply holds something that the CRM does not have: an edit in billing since the
// record was read. The record stays due, so that the next sync carries the edit over.
func (a *applying) holdsMore(op record.Operation, target record.Record) bool {
	held := a.maps.Held(op.Entity, op.SourceModule, target)
	return reconcile.TargetStaysDue(op, held, a.maps.Directions(op.Entity, op.SourceModule))
}

// bornAt is the side on which the record existed first: the link's, where there is one.
func (a *applying) bornAt(op record.Operation) record.Side {
	if link, ok := a.links[op.SourceID]; ok {
		return link.Born
	}
	return reconcile.Born(op)
}

// refusedByBilling parks a record with the reason, in words that a user understands.
func (a *applying) refusedByBilling(op record.Operation, err error) *operations.Outcome {
	op.State, op.Outcome, op.Reason = record.OpDone, record.Failed, err.Error()
	var e *record.Error
	if errors.As(err, &e) {
		told := *e
		if told.Remedy == "" && told.Kind == record.Invalid {
			told.Remedy = a.maps.Remedy(op.Entity, op.SourceModule, told.Message)
		}
		if told.Remedy == "" && told.Kind == record.NotFound && op.TargetID != "" {
			told.Remedy = fmt.Sprintf("%s %s is no longer in billing. Restore it there, or leave it: nothing else depends on it", op.TargetModule, op.TargetID)
		}
		op.Code, op.Reason = told.Code, told.Reason()
	}
	return &operations.Outcome{Operation: op, Resent: resent(op)}
}

// resent reports whether the operation was sent otherwise than planned: under clone's suffix, say.
func resent(op record.Operation) bool {
	return op.Code == reconcile.CodeSuffixedName || op.Code == reconcile.CodeAdopted
}

// park is the outcome of an operation whose record the side refused.
func (a *applying) park(op record.Operation, err error) *operations.Outcome {
	if link, ok := a.links[op.SourceID]; ok && op.Action == record.ActionUpdate && record.IsKind(err, record.NotFound) {
		return a.targetGone(op, link)
	}
	if a.toCRM() {
		return refusedByCRM(op, err)
	}
	return a.refusedByBilling(op, err)
}

// targetGone is the outcome of an update whose record was deleted. Nothing else happens: no record is made in its
// place.
func (a *applying) targetGone(op record.Operation, link record.Link) *operations.Outcome {
	other := record.CRM
	if a.toCRM() {
		other = record.Billing
	}
	op.State, op.Outcome, op.Code = record.OpDone, record.Deleted, operations.CodeDeleted
	op.Reason = fmt.Sprintf("%s %s was deleted in %s. In %s nothing changes: %s stays.", op.TargetModule, named(op.SourceName, op.TargetID),
		a.side().Name(), other.Name(), string(op.SourceModule)+" "+op.SourceID)
	link.Gone, link.GoneAt = a.side(), a.try.Now()
	return &operations.Outcome{Operation: op, Link: &link}
}

// named is a record's id behind its name, if it has one.
func named(name, id string) string {
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

// refusedByCRM parks a record with the reason.
func refusedByCRM(op record.Operation, err error) *operations.Outcome {
	op.State, op.Outcome, op.Reason = record.OpDone, record.Failed, err.Error()
	var e *record.Error
	if errors.As(err, &e) {
		told := *e
		if told.Remedy == "" && told.Kind == record.NotFound && op.TargetID != "" {
			told.Remedy = fmt.Sprintf("%s %s is no longer in the CRM. Restore it there, or leave it: nothing else depends on it", op.TargetModule, op.TargetID)
		}
		op.Code, op.Reason = told.Code, told.Reason()
	}
	return &operations.Outcome{Operation: op}
}

// replyResolution is twice the resolution of billing's times.
const replyResolution = 2 * time.Second

// existedBefore reports whether the record in a creation's reply is older than the operation's plan: its link was
// lost, and the side's upsert found it by our marker. Both times are by the side's clock, which may differ from ours.
// The record's last change is this write, so by the side's clock the plan was made, at most, as long before it as our
// clock says.
func existedBefore(op record.Operation, rec record.Record, now time.Time) bool {
	if op.PlannedAt.IsZero() || rec.Created.IsZero() || op.Marker == "" {
		return false
	}
	return rec.Created.Before(rec.Modified.Add(-now.Sub(op.PlannedAt) - replyResolution))
}

// adopted is a creation whose record existed already. It counts as linked. Like its own link, those of its contact
// persons may be lost; only a customer that this run itself created can have no such persons.
func adopted(op record.Operation, rec record.Record) record.Operation {
	op.Code = reconcile.CodeAdopted
	if op.Reason != "" {
		op.Reason += "; "
	}
	op.Reason += fmt.Sprintf("Causeway created %s %s for it before, so the link is restored", op.TargetModule, rec.ID)
	return op
}
