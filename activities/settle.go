package activities

import (
	"context"
	"slices"
	"time"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// clockSkew is how far a side's clock may be from ours when its creation times are compared with the
// times of our intents.
const clockSkew = 10 * time.Minute

// Settle decides on the operations whose outcome nobody learned, once their calls can no longer take
// effect: those that did are finished, the others go back to be carried out again. Where the side keeps
// our marker single, carrying out again is the way to learn; elsewhere one look at the side tells.
func (s *Sync) Settle(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.settle(ctx, in)
	return out, fail("settle "+in.Entity, err)
}

func (p *part) settle(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return contract.ApplyResult{}, err
	}
	a := &applying{part: p, in: in, entity: record.Entity(in.Entity), port: port}
	unsettled, err := p.Store.Unsettled(ctx, in.RunID, a.entity, maxRecords)
	if err != nil {
		return contract.ApplyResult{}, err
	}
	ids := make([]string, 0, len(unsettled))
	for _, op := range unsettled {
		ids = append(ids, op.ID)
	}
	mine, err := p.Store.TakeOver(ctx, p.token, ids, p.Now().Add(-p.Timing.Margin))
	if err != nil {
		return contract.ApplyResult{}, err
	}
	if len(mine) > 0 {
		if err := a.decide(ctx, mine); err != nil {
			return contract.ApplyResult{}, err
		}
	}
	return a.open(ctx, contract.ApplyResult{})
}

// decide sorts the operations into those that are carried out again and those that are looked for.
func (a *applying) decide(ctx context.Context, ops []record.Operation) error {
	if err := a.probe(ctx, ops); err != nil {
		return err
	}
	var again []string
	var look []record.Operation
	for _, op := range ops {
		if reconcile.Creates(op) && (a.entity == record.EntityContactPersons || !a.upsert) {
			look = append(look, op)
		} else {
			again = append(again, op.ID)
		}
	}
	if len(look) > 0 {
		found, missing, err := a.look(ctx, look)
		if err != nil {
			return err
		}
		if err := a.adopt(ctx, found); err != nil {
			return err
		}
		again = append(again, missing...)
	}
	if len(again) == 0 {
		return nil
	}
	return a.Store.Replan(ctx, a.token, again)
}

// look asks the side which of the operations took effect.
func (a *applying) look(ctx context.Context, ops []record.Operation) (map[string]record.Record, []string, error) {
	var found map[string]record.Record
	var err error
	if a.entity == record.EntityContactPersons {
		found, err = a.lookAtPersons(ctx, ops)
	} else {
		found, err = a.lookForMarkers(ctx, ops)
	}
	if err != nil {
		return nil, nil, err
	}
	var missing []string
	for _, op := range ops {
		if _, ok := found[op.ID]; !ok {
			missing = append(missing, op.ID)
		}
	}
	return found, missing, nil
}

// lookAtPersons lists the contact persons of the operations' customers, and counts.
func (a *applying) lookAtPersons(ctx context.Context, ops []record.Operation) (map[string]record.Record, error) {
	var persons []record.Record
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op.TargetParentID] {
			continue
		}
		seen[op.TargetParentID] = true
		of, err := listPersons(ctx, a.part, a.port, op.TargetParentID)
		if err != nil {
			return nil, err
		}
		persons = append(persons, of...)
	}
	linked, err := a.Store.Linked(ctx, a.in.Connection, record.ContactPersons, idsOf(persons))
	if err != nil {
		return nil, err
	}
	return reconcile.ByCount(ops, persons, linked), nil
}

// lookForMarkers lists the side's records, and reads those whole that may be the operations': only whole
// records show the marker. Customers are listed newest first and no further than the oldest intent; items
// cannot be sorted by time, so all of them are.
func (a *applying) lookForMarkers(ctx context.Context, ops []record.Operation) (map[string]record.Record, error) {
	since := oldestDeadline(ops).Add(-a.Timing.Call - clockSkew)
	q := billing.ListQuery{Order: billing.NewestFirst}
	if a.entity == record.EntityItems {
		q.Order = billing.OldestFirst
	}
	var whole []record.Record
	for more := true; more; {
		q.Page++
		got, err := listPage(ctx, a.part, a.port, a.entity.Module(), q)
		if err != nil {
			return nil, err
		}
		n := len(got.Records)
		more = got.More && n > 0 && (q.Order == billing.OldestFirst || !got.Records[n-1].Created.Before(since))
		linked, err := a.Store.Linked(ctx, a.in.Connection, a.entity.Module(), idsOf(got.Records))
		if err != nil {
			return nil, err
		}
		rows, err := a.wholeOf(ctx, got.Records, reconcile.Suspects(ops, got.Records, linked, since))
		if err != nil {
			return nil, err
		}
		whole = append(whole, rows...)
	}
	return reconcile.ByMarker(ops, whole), nil
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

// wholeOf reads the suspects among the rows that are short forms.
func (a *applying) wholeOf(ctx context.Context, rows []record.Record, suspects []string) ([]record.Record, error) {
	var out []record.Record
	for _, r := range rows {
		if !slices.Contains(suspects, r.ID) {
			continue
		}
		if !r.Whole {
			got, err := getDetail(ctx, a.part, a.port, r)
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
func (a *applying) adopt(ctx context.Context, found map[string]record.Record) error {
	if len(found) == 0 {
		return nil
	}
	unsettled, err := a.Store.Unsettled(ctx, a.in.RunID, a.entity, maxRecords)
	if err != nil {
		return err
	}
	var outcomes []store.Outcome
	for _, op := range unsettled {
		rec, ok := found[op.ID]
		if !ok {
			continue
		}
		call, cancel := context.WithTimeout(ctx, a.Timing.Call)
		rec, err := a.setActive(call, rec, op.After)
		cancel()
		if err != nil {
			return err
		}
		base := reconcile.Base(op)
		op.Outcome = record.Added
		outcomes = append(outcomes, *a.done(op, rec, base))
	}
	_, err = a.Store.Finish(ctx, a.token, a.Now(), outcomes)
	return err
}
