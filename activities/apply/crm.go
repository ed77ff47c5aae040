package apply

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// hasFields reports whether an operation has something to write. One that has nothing only moves the link's base.
func hasFields(op record.Operation) bool { return len(op.After) > 0 || op.Marker != "" }

// nothingToWrite is the answer for operations that need no call.
func nothingToWrite(ops []record.Operation) []crm.Written {
	out := make([]crm.Written, len(ops))
	for i, op := range ops {
		out[i] = crm.Written{ID: op.TargetID}
	}
	return out
}

// sendBatch carries out operations of one deadline with one call to the CRM. A creation is the CRM's own upsert by the
// marker, and an update names the values to set: either may be sent again.
func (c *chunk) sendBatch(ctx context.Context, ops []record.Operation) {
	if budget.Halted(ctx) != nil || c.firstFailure() != nil || !c.try.Now().Before(ops[0].Deadline) {
		for _, op := range ops {
			c.results <- result{op: op, release: true}
		}
		return
	}
	call, cancel := context.WithDeadline(context.WithoutCancel(ctx), ops[0].Deadline)
	written, err := c.writeCRM(call, ops)
	cancel()
	c.pace.calls.Add(int64(len(ops)))
	if hasFields(ops[0]) {
		c.listen(err)
	}
	var names map[string]string
	if err == nil {
		names = c.fullNames(ctx, ops, written)
	}
	for i, op := range ops {
		res := result{op: op}
		switch {
		case err != nil && record.IsAmbiguous(err):
		case err != nil:
			res.outcome, res.release = c.sortFailure(op, err)
		case written[i].Err != nil:
			res.outcome, res.release = c.sortFailure(op, written[i].Err)
		default:
			res.outcome = c.writtenAs(op, written[i], names[written[i].ID])
		}
		c.results <- res
	}
}

func (c *chunk) writeCRM(ctx context.Context, ops []record.Operation) ([]crm.Written, error) {
	writes := make([]crm.Write, len(ops))
	for i, op := range ops {
		writes[i] = crm.Write{ID: op.TargetID, Marker: op.Marker, Values: op.After}
	}
	call := c.crm.Update
	if reconcile.Creates(ops[0]) {
		call = c.crm.Upsert
	}
	if !hasFields(ops[0]) {
		return nothingToWrite(ops), nil
	}
	done, err := call(ctx, ops[0].TargetModule, writes)
	if err == nil && len(done) != len(ops) {
		err = &record.Error{Kind: record.Unavailable, Side: record.CRM, Op: "write " + string(ops[0].TargetModule), Code: "RESULTS_MISSING",
			Message: fmt.Sprintf("the CRM answered for %d of %d records only", len(done), len(ops)), Ambiguous: true}
	}
	return done, err
}

// writtenToCRM is the outcome of a successful write. The reply holds no fields, so the mirror learns what was written.
// Read back as a change it then has a hash that we know, and nothing is planned.
func (c *chunk) writtenToCRM(op record.Operation, w crm.Written) *operations.Outcome {
	return c.writtenAs(op, w, "")
}

// writtenAs is writtenToCRM with the name that the CRM made for a renamed contact; empty if it is not known.
func (c *chunk) writtenAs(op record.Operation, w crm.Written, name string) *operations.Outcome {
	op.State, op.TargetID = record.OpDone, w.ID
	switch {
	case reconcile.Creates(op):
		op.Outcome = record.Added
	case op.Action == record.ActionLink:
		op.Outcome, op.Changed = record.Linked, len(op.After) > 0
	case len(op.After) == 0:
		op.Outcome = record.Unchanged // both sides already agree, and only the link did not know
	default:
		op.Outcome = record.Updated
	}
	rec := record.Record{Side: record.CRM, Module: op.TargetModule, ID: w.ID, Whole: true, Values: record.Values{}}
	if had, ok := c.targets[w.ID]; ok {
		rec = had
		rec.Values = had.Values.Clone()
	}
	for name, v := range op.After {
		rec.Values[name] = v
	}
	if name != "" {
		rec.Name = name
		if _, read := rec.Values[fullName]; read {
			rec.Values[fullName] = name
		}
	}
	if !w.Modified.IsZero() {
		rec.Modified = w.Modified
	}
	if rec.Created.IsZero() {
		rec.Created = w.Modified
	}
	if op.Marker != "" {
		rec.Marker = op.Marker
	}
	rec.ParentID = parentInCRM(op, rec)
	if rec.Name == "" {
		rec.Name = op.SourceName
	}
	stays := reconcile.TargetStaysDue(op, c.maps.Map(op.Entity, rec).Values, c.maps.Directions(op.Entity, op.TargetModule))
	return &operations.Outcome{Operation: op, Link: c.linkToCRM(op, w.ID), Mirror: &rec, Due: stays}
}

// parentInCRM is the account of a contact as it was written, or as it was.
func parentInCRM(op record.Operation, rec record.Record) string {
	if op.TargetParentID != "" {
		return op.TargetParentID
	}
	return rec.ParentID
}

func (c *chunk) linkToCRM(op record.Operation, id string) *record.Link {
	if link, ok := c.links[op.SourceID]; ok {
		link.Base, link.Gone, link.GoneAt = op.Base, "", time.Time{}
		return &link
	}
	born := record.Billing
	if op.Action == record.ActionLink && op.Code != reconcile.CodeAdopted {
		born = record.CRM
	}
	return &record.Link{
		Connection: op.Connection, Entity: op.Entity, CRMModule: op.TargetModule, CRMID: id,
		BillingModule: op.SourceModule, BillingID: op.SourceID, BillingParentID: c.sources[op.SourceID].ParentID,
		Born: born, Base: op.Base,
	}
}
