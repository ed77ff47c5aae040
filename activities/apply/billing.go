package apply

import (
	"context"
	"errors"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// execute makes the calls of one operation. Repeating it after an unknown outcome is safe where the side keeps the
// marker single, or where Settle has looked first.
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
		Message: "operation " + op.ID + " (" + string(op.Action) + ") writes nothing"}
}

func (c *chunk) create(ctx context.Context, op record.Operation) (*operations.Outcome, error) {
	made, op, err := c.createNamed(ctx, op)
	if err != nil {
		return nil, err
	}
	if existedBefore(op, made, c.try.Now()) {
		op = adopted(op, made)
	}
	return c.finishCreation(ctx, op, made, reconcile.Base(op))
}

// finishCreation finishes a creation: the record exists, and may still need its status. If billing refuses the status
// the operation is parked with its link, whose base leaves the status open for the next run. Any other failure leaves
// the operation open: to create again could make a second record.
func (a *applying) finishCreation(ctx context.Context, op record.Operation, rec record.Record, base record.Values) (*operations.Outcome, error) {
	active, err := a.setActive(ctx, rec, op.After)
	if err == nil {
		op.Outcome = record.Added
		if op.Code == reconcile.CodeAdopted {
			op.Outcome = record.Linked
		}
		return a.succeeded(op, active, base), nil
	}
	switch record.KindOf(err) {
	case record.Invalid, record.Conflict:
		out, done := a.refusedByBilling(op, err), a.succeeded(op, rec, withoutStatus(base))
		out.Operation.TargetID, out.Link, out.Mirror = rec.ID, done.Link, done.Mirror
		return out, nil
	case record.NotFound:
		return a.refusedByBilling(op, err), nil // deleted meanwhile: there is nothing to link
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	return nil, unfinished(err)
}

// unfinished marks a failure as one after which a record exists.
func unfinished(err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Op: "set active", Ambiguous: true, Err: err}
	}
	out := *e
	out.Ambiguous = true
	return &out
}

// createNamed creates under the plain name. It uses clone's suffix if a clone was asked for, or if the side refuses
// the name because a record of ours has it. It returns the operation as it was sent.
func (c *chunk) createNamed(ctx context.Context, op record.Operation) (record.Record, record.Operation, error) {
	made, err := c.port.Create(ctx, op.TargetModule, writeOf(op), c.upsert && op.Marker != "")
	if !record.IsKind(err, record.Conflict) {
		return made, op, err
	}
	if !c.upsert && op.Marker != "" {
		// Without an upsert the refusal may come from our own earlier write, which took effect late.
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

// withSuffix returns the operation under clone's suffix where that is allowed, else the refusal.
func (c *chunk) withSuffix(ctx context.Context, op record.Operation, refusal error) (record.Operation, error) {
	suffixed, ok := reconcile.WithSuffix(op)
	if !ok {
		return op, refusal
	}
	if op.Action == record.ActionClone {
		return suffixed, nil
	}
	ours, err := c.try.Store.Operations.NameTaken(ctx, c.in.Connection, c.entity, op.NameKey, op.ID)
	if err == nil && !ours && c.entity == record.EntityItems && reconcile.Creates(op) {
		ours, err = c.try.Store.Operations.SKUTaken(ctx, op, op.After.Text("sku"))
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

// appeared is the refusal of a name or SKU that belongs to a record which is not ours and did not exist when the plan
// was made.
func appeared(err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Remedy = "a record with that name or SKU appeared since the plan was made; the next run applies the duplicates rule to it"
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
		op.Outcome = record.Unchanged // both sides already agree, and only the link did not know
	}
	out := c.succeeded(op, target, reconcile.Base(op))
	out.Mirror, out.Due, out.Unsure = whole, whole != nil && out.Due, whole != nil && out.Unsure
	return out, nil
}

// move lets a contact person follow its contact to another customer. Billing moves none, so the old person is deleted,
// and a new one is made or an existing one of that name and e-mail is taken. All of it may be repeated: deleting twice
// does no harm, and counting shows whether the new person was made.
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
	return c.succeeded(op, made, reconcile.Base(op)), nil
}

// updateNamed updates a record. A new name that a record of ours has gets the suffix.
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

// setActive carries over a changed status. Billing has separate calls for it.
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

func withoutStatus(v record.Values) record.Values {
	if _, ok := v["status"]; !ok {
		return v
	}
	out := v.Clone()
	delete(out, "status")
	return out
}
