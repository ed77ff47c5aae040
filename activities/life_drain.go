package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// codeDisabled is the code of a run that disabling has ended.
const codeDisabled = "DISABLED"

// Drain brings what is under way in a connection to its end: what was planned is dropped, and of what was sent is
// learned, by looks at the sides alone, whether it took effect. Its counts are those of this call; unless it is done,
// the rest can be drained from SettleAt on. Where a side lets nobody look, since the credential was revoked, say, the
// outcomes stay unknown, in the store too: they are counted, and keep nobody from disabling. So do all that cannot be
// settled now, where it is asked to give up. It is idempotent.
func (l *Life) Drain(ctx context.Context, in contract.DrainInput) (contract.DrainResult, error) {
	ctx, p := l.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.drain(ctx, in)
	return out, ended(ctx, "drain", err)
}

func (p *part) drain(ctx context.Context, in contract.DrainInput) (contract.DrainResult, error) {
	var out contract.DrainResult
	if err := p.dropPlanned(ctx, in, &out); err != nil || p.over(ctx, 0) {
		return out, err
	}
	parts, err := p.Store.Operations.SentParts(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	closed := map[record.Side]bool{} // those that let nobody look
	for _, sent := range parts {
		if p.over(ctx, 0) {
			return out, nil
		}
		if closed[sent.To] {
			continue
		}
		err := p.drainPart(ctx, in, sent, &out)
		switch {
		case err == nil, halted(ctx, err), errors.Is(err, errOver):
		case in.GiveUp, refusesLooks(err):
			closed[sent.To] = true
			p.Log.Warn("outcomes stay unknown", "connection", in.Connection, "side", sent.To, "kind", record.KindOf(err))
		default:
			return out, err
		}
	}
	if parts, err = p.Store.Operations.SentParts(ctx, in.Connection); err != nil {
		return out, err
	}
	out.Done = !p.over(ctx, 0)
	for _, sent := range parts {
		if closed[sent.To] || in.GiveUp && out.Done {
			out.Unknown += sent.Sent
			continue
		}
		out.Done = false
		out.SettleAt = latest(out.SettleAt, sent.Deadline.Add(p.Timing.Margin+time.Millisecond))
	}
	if !out.Done {
		return out, nil
	}
	return out, p.Store.Runs.EndAll(ctx, in.Connection, codeDisabled, disabledBy(in), p.Now())
}

// refusesLooks says that asking again would not help: somebody has to do something first.
func refusesLooks(err error) bool {
	kind := record.KindOf(err)
	return kind != record.Unavailable && kind != record.RateLimited
}

func disabledBy(in contract.DrainInput) string {
	out := "the connection was disabled"
	if in.Who != "" {
		out += " by " + in.Who
	}
	if in.Why != "" {
		out += ": " + in.Why
	}
	return out
}

func (p *part) dropPlanned(ctx context.Context, in contract.DrainInput, out *contract.DrainResult) error {
	for more := true; more && !p.over(ctx, 0); {
		n, err := p.Store.Operations.DropPlanned(ctx, in.Connection, maxRecords)
		if err != nil {
			return err
		}
		out.Dropped += n
		more = n == maxRecords
	}
	return nil
}

// drainPart learns what became of the operations of one run, entity and direction, of those whose time has come.
func (p *part) drainPart(ctx context.Context, in contract.DrainInput, sent operations.SentPart, out *contract.DrainResult) error {
	entity := contract.EntityInput{Connection: in.Connection, RunID: sent.Run, Entity: string(sent.Entity)}
	if sent.To == record.CRM {
		entity.Direction = contract.DirectionCRM
	}
	a, err := p.applying(ctx, entity)
	if err != nil {
		return err
	}
	unsettled, err := p.Store.Operations.Unsettled(ctx, sent.Run, sent.Entity, maxRecords, a.direction())
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(unsettled))
	for _, op := range unsettled {
		ids = append(ids, op.ID)
	}
	mine, err := p.Store.Operations.TakeOver(ctx, p.token, ids, p.Now().Add(-p.Timing.Margin))
	if err != nil {
		return err
	}
	return a.learn(ctx, mine, out)
}

// learn looks which of the operations took effect. Those are finished; the others have not, and will not: they go.
func (a *applying) learn(ctx context.Context, ops []record.Operation, out *contract.DrainResult) (err error) {
	if a.links, err = a.linksOf(ctx, ops); err != nil {
		return err
	}
	if err := a.rowsOf(ctx, ops); err != nil {
		return err
	}
	var creations, changes []record.Operation
	for _, op := range ops {
		if reconcile.Creates(op) {
			creations = append(creations, op)
		} else {
			changes = append(changes, op)
		}
	}
	look, atOnce := a.look, maxRecords // one list shows them all
	switch {
	case a.toCRM():
		look = a.lookInCRM
	case a.entity == record.EntityContactPersons:
		atOnce = planCalls // each may take a list call
	}
	if err := a.sortOut(ctx, creations, atOnce, look, out); err != nil {
		return err
	}
	return a.sortOut(ctx, changes, planCalls, a.lookAtTargets, out)
}

// sortOut has operations looked for, some at a time, and drops those that were not found.
func (a *applying) sortOut(ctx context.Context, ops []record.Operation, atOnce int,
	look func(context.Context, []record.Operation) ([]record.Operation, error), out *contract.DrainResult,
) error {
	for some := range slices.Chunk(ops, atOnce) {
		if a.over(ctx, 0) {
			return errOver
		}
		not, err := look(ctx, some)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(not))
		for _, op := range not {
			ids = append(ids, op.ID)
		}
		if err := a.Store.Operations.DropSent(ctx, a.token, ids); err != nil {
			return err
		}
		out.Dropped += len(ids)
		out.Settled += len(some) - len(ids)
	}
	return nil
}

// lookInCRM finds the records that creations have made in the CRM by their markers, among those that changed since.
func (a *applying) lookInCRM(ctx context.Context, ops []record.Operation) (missing []record.Operation, err error) {
	since := map[record.Module]time.Time{}
	for _, op := range ops {
		at := op.Deadline.Add(-a.Timing.Call - clockSkew)
		if was, ok := since[op.TargetModule]; !ok || at.Before(was) {
			since[op.TargetModule] = at
		}
	}
	found := map[string]record.Record{}
	for module, from := range since {
		q := crm.ReadQuery{Since: from, Fields: []string{markerField}}
		for more := true; more; {
			if a.over(ctx, 0) {
				return nil, errOver
			}
			page, err := readPage(ctx, a.part, a.crm, module, q)
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
	_, err = a.Store.Operations.Finish(ctx, a.token, a.Now(), outcomes)
	return missing, err
}

// lookAtTargets reads the records that changes were for, finishes the changes that they show, and gives the others.
func (a *applying) lookAtTargets(ctx context.Context, ops []record.Operation) (not []record.Operation, err error) {
	var outcomes []operations.Outcome
	for _, op := range ops {
		rec, err := a.target(ctx, op)
		if err != nil && !record.IsKind(err, record.NotFound) {
			return nil, err
		}
		if err != nil || !a.shows(op, rec) {
			not = append(not, op)
			continue
		}
		outcomes = append(outcomes, *a.changed(op, rec))
	}
	_, err = a.Store.Operations.Finish(ctx, a.token, a.Now(), outcomes)
	return not, err
}

func (a *applying) target(ctx context.Context, op record.Operation) (record.Record, error) {
	if a.toCRM() {
		ctx, cancel := context.WithTimeout(ctx, 4*a.Timing.Call)
		defer cancel()
		return a.crm.Get(ctx, op.TargetModule, op.TargetID)
	}
	if op.TargetModule != record.ContactPersons {
		return getDetail(ctx, a.part, a.port, record.Record{Side: record.Billing, Module: op.TargetModule, ID: op.TargetID})
	}
	persons, err := listPersons(ctx, a.part, a.port, op.TargetParentID)
	if err != nil {
		return record.Record{}, err
	}
	if i := slices.IndexFunc(persons, func(r record.Record) bool { return r.ID == op.TargetID }); i >= 0 {
		return persons[i], nil
	}
	return record.Record{}, &record.Error{Kind: record.NotFound, Side: record.Billing, Op: "look for a contact person",
		Message: fmt.Sprintf("customer %s has no contact person %s", op.TargetParentID, op.TargetID)}
}

// shows says whether the record has the values that the operation was to write. One that it does not show is looked
// at again by the next sync, as its source is.
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

// changed is the outcome of a change that took effect.
func (a *applying) changed(op record.Operation, rec record.Record) *operations.Outcome {
	if a.toCRM() {
		return (&chunk{applying: a}).writtenToCRM(op, crm.Written{ID: op.TargetID, Modified: rec.Modified})
	}
	op.Outcome = record.Updated
	if op.Action == record.ActionLink {
		op.Outcome, op.Changed = record.Linked, len(op.After) > 0
	}
	return a.done(op, rec, reconcile.Base(op))
}
