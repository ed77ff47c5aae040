package activities

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// execute makes the calls of one operation. Repeating it after an unknown outcome is safe where the side
// keeps the marker single, or where Settle has looked first.
func (c *chunk) execute(ctx context.Context, op record.Operation) (*operations.Outcome, error) {
	switch op.Action {
	case record.ActionCreate, record.ActionClone:
		return c.create(ctx, op)
	case record.ActionUpdate, record.ActionLink:
		return c.update(ctx, op)
	case record.ActionMove:
		return c.move(ctx, op)
	case record.ActionGone, record.ActionMerge, record.ActionSkip, record.ActionConflict, record.ActionNone, record.ActionFail:
	}
	return nil, &record.Error{Kind: record.Invalid, Op: "apply", Code: "NOT_A_WRITE",
		Message: "operation " + op.ID + " of action " + string(op.Action) + " has nothing to carry out"}
}

func (c *chunk) create(ctx context.Context, op record.Operation) (*operations.Outcome, error) {
	made, op, err := c.createNamed(ctx, op)
	if err != nil {
		return nil, err
	}
	if existedBefore(op, made, c.Now()) {
		op = adopted(op, made)
	}
	return c.made(ctx, op, made, reconcile.Base(op))
}

// made finishes a creation: the record is there, and may need its status yet. A status that billing refuses
// parks the operation with its link, whose base leaves the status open for the next run. Any other failure
// leaves the operation open: to create again could make a second record.
func (a *applying) made(ctx context.Context, op record.Operation, rec record.Record, base record.Values) (*operations.Outcome, error) {
	active, err := a.setActive(ctx, rec, op.After)
	if err == nil {
		op.Outcome = record.Added
		if op.Code == reconcile.CodeAdopted {
			op.Outcome = record.Linked
		}
		return a.done(op, active, base), nil
	}
	switch record.KindOf(err) {
	case record.Invalid, record.Conflict:
		out, done := a.failed(op, err), a.done(op, rec, withoutStatus(base))
		out.Operation.TargetID, out.Link, out.Mirror = rec.ID, done.Link, done.Mirror
		return out, nil
	case record.NotFound:
		return a.failed(op, err), nil // deleted since: nothing to link
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	return nil, unfinished(err)
}

// unfinished is a failure behind which a record was made.
func unfinished(err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Op: "set active", Ambiguous: true, Err: err}
	}
	out := *e
	out.Ambiguous = true
	return &out
}

// createNamed creates under the plain name, and under clone's suffix where the side refuses that because
// a record of ours has it, or because a clone was asked for. It gives the operation as it was sent.
func (c *chunk) createNamed(ctx context.Context, op record.Operation) (record.Record, record.Operation, error) {
	made, err := c.port.Create(ctx, op.TargetModule, writeOf(op), c.upsert && op.Marker != "")
	if !record.IsKind(err, record.Conflict) {
		return made, op, err
	}
	if !c.upsert && op.Marker != "" {
		// Without an upsert the refusal may come from our own earlier write that took effect late.
		if own, found, findErr := c.ownByName(ctx, op); findErr != nil || found {
			return own, op, findErr
		}
	}
	suffixed, err := c.withSuffix(ctx, op, err)
	if err != nil {
		return record.Record{}, op, err
	}
	made, err = c.port.Create(ctx, op.TargetModule, writeOf(suffixed), c.upsert && op.Marker != "")
	return made, suffixed, err
}

// withSuffix is the operation under clone's suffix, where that is allowed; else the refusal.
func (c *chunk) withSuffix(ctx context.Context, op record.Operation, refusal error) (record.Operation, error) {
	suffixed, ok := reconcile.WithSuffix(op)
	if !ok {
		return op, refusal
	}
	if op.Action == record.ActionClone {
		return suffixed, nil
	}
	ours, err := c.Store.Operations.NameTaken(ctx, c.in.Connection, c.entity, op.NameKey, op.ID)
	if err == nil && !ours && c.entity == record.EntityItems && reconcile.Creates(op) {
		ours, err = c.Store.Operations.SKUTaken(ctx, op, op.After.Text("sku"))
	}
	if err != nil {
		return op, err
	}
	if !ours {
		return op, appeared(refusal)
	}
	return suffixed, nil
}

func writeOf(op record.Operation) billing.Write {
	return billing.Write{Marker: op.Marker, ParentID: op.TargetParentID, Values: withoutStatus(op.After)}
}

// appeared is the refusal of a name or SKU that a record has which is not ours and was not there when the
// plan was made.
func appeared(err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Remedy = "a record of that name or SKU appeared since the plan was made; the next run treats it by the duplicates rule"
	return &out
}

// ownByName looks for a record of that name that carries this operation's marker.
func (c *chunk) ownByName(ctx context.Context, op record.Operation) (record.Record, bool, error) {
	found, err := c.port.FindByName(ctx, op.TargetModule, reconcile.TargetName(op))
	if err != nil {
		return record.Record{}, false, err
	}
	for _, r := range found {
		if !r.Whole {
			if r, err = c.port.Get(ctx, r.Module, r.ID); record.IsKind(err, record.NotFound) {
				continue // deleted since it was listed
			}
			if err != nil {
				return record.Record{}, false, err
			}
		}
		if r.Marker == op.Marker {
			return r, true, nil
		}
	}
	return record.Record{}, false, nil
}

func (c *chunk) update(ctx context.Context, op record.Operation) (*operations.Outcome, error) {
	target := record.Record{Side: record.Billing, Module: op.TargetModule, ID: op.TargetID}
	var whole *record.Record
	if len(withoutStatus(op.After)) > 0 {
		got, sent, err := c.updateNamed(ctx, op)
		if err != nil {
			return nil, err
		}
		target, whole, op = got, &got, sent
	}
	if _, err := c.setActive(ctx, target, op.After); err != nil {
		return nil, err
	}
	op.Outcome, op.Changed = record.Updated, false
	switch {
	case op.Action == record.ActionLink:
		op.Outcome, op.Changed = record.Linked, len(op.After) > 0
	case len(op.After) == 0:
		op.Outcome = record.Unchanged // both sides agree already, and only the link did not know
	}
	out := c.done(op, target, reconcile.Base(op))
	out.Mirror, out.Due, out.Unsure = whole, whole != nil && out.Due, whole != nil && out.Unsure
	return out, nil
}

// move lets a contact person follow its contact to another customer. Billing moves none, so the old one goes
// and a new one is made, or one of that name and e-mail taken that is there already. To delete again what is
// gone does no harm, so the whole may be repeated: whether the new one was made is settled by count.
func (c *chunk) move(ctx context.Context, op record.Operation) (*operations.Outcome, error) {
	customer, person := op.Before.Text(reconcile.MovedCustomer), op.Before.Text(reconcile.MovedPerson)
	err := c.port.DeletePerson(ctx, customer, person)
	if err != nil && !record.IsKind(err, record.NotFound) {
		return nil, err
	}
	if op.TargetID != "" {
		out, err := c.update(ctx, op)
		if err == nil {
			out.Operation.Outcome = record.Updated
		}
		return out, err
	}
	made, err := c.port.Create(ctx, op.TargetModule, writeOf(op), false)
	if err != nil {
		return nil, err
	}
	op.Outcome = record.Updated
	return c.done(op, made, reconcile.Base(op)), nil
}

// updateNamed updates; a new name that a record of ours has gets the suffix.
func (c *chunk) updateNamed(ctx context.Context, op record.Operation) (record.Record, record.Operation, error) {
	write := billing.Write{ParentID: op.TargetParentID, Values: withoutStatus(op.After)}
	got, err := c.port.Update(ctx, op.TargetModule, op.TargetID, write)
	if !record.IsKind(err, record.Conflict) {
		return got, op, err
	}
	suffixed, err := c.withSuffix(ctx, op, err)
	if err != nil {
		return record.Record{}, op, err
	}
	write.Values = withoutStatus(suffixed.After)
	got, err = c.port.Update(ctx, op.TargetModule, op.TargetID, write)
	return got, suffixed, err
}

// setActive carries a changed status over: billing has calls of their own for it.
func (a *applying) setActive(ctx context.Context, rec record.Record, sent record.Values) (record.Record, error) {
	want := sent.Text("status")
	if want == "" || rec.Values.Text("status") == want {
		return rec, nil
	}
	if err := a.port.SetActive(ctx, rec.Module, rec.ID, want == "active"); err != nil {
		return rec, err
	}
	if rec.Values != nil {
		rec.Values = rec.Values.Clone()
		rec.Values["status"] = want
	}
	return rec, nil
}

// done is a good outcome, with its link and what the mirror learns from the write's reply.
func (a *applying) done(op record.Operation, target record.Record, base record.Values) *operations.Outcome {
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
		Due:    a.both && a.owes(op, target),
		Unsure: a.both && a.entity == record.EntityCustomers,
	}
}

// owes says that what the write returned holds something that the CRM does not have: an edit in billing since
// it was read. Its record stays due, so that the next sync carries it over.
func (a *applying) owes(op record.Operation, target record.Record) bool {
	held := a.maps.Held(op.Entity, op.SourceModule, target)
	return reconcile.TargetStaysDue(op, held, a.maps.Directions(op.Entity, op.SourceModule))
}

// bornAt is the side on which the record existed first: what the link says already, where there is one.
func (a *applying) bornAt(op record.Operation) record.Side {
	if link, ok := a.links[op.SourceID]; ok {
		return link.Born
	}
	return reconcile.Born(op)
}

// failed parks a record with the reason, in words that a user understands.
func (a *applying) failed(op record.Operation, err error) *operations.Outcome {
	op.State, op.Outcome, op.Reason = record.OpDone, record.Failed, err.Error()
	var e *record.Error
	if errors.As(err, &e) {
		told := *e
		if told.Remedy == "" && told.Kind == record.Invalid {
			told.Remedy = a.maps.Remedy(op.Entity, op.SourceModule, told.Message)
		}
		if told.Remedy == "" && told.Kind == record.NotFound && op.TargetID != "" {
			told.Remedy = fmt.Sprintf("%s %s is not in billing any more: restore it there, or leave it; nothing else depends on it", op.TargetModule, op.TargetID)
		}
		op.Code, op.Reason = told.Code, told.Reason()
	}
	return &operations.Outcome{Operation: op, Resent: resent(op)}
}

// resent says that the operation was sent otherwise than it was planned: under clone's suffix.
func resent(op record.Operation) bool {
	return op.Code == reconcile.CodeSuffixedName || op.Code == reconcile.CodeAdopted
}

func withoutStatus(v record.Values) record.Values {
	if _, ok := v["status"]; !ok {
		return v
	}
	out := v.Clone()
	delete(out, "status")
	return out
}
