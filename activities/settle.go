package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// clockSkew is how far a side's clock may be from ours when its creation times are compared with the
// times of our intents.
const clockSkew = 10 * time.Minute

// maxAttempts is how often an operation is sent whose outcome nobody learns.
const (
	maxAttempts  = 10
	codeNoAnswer = "NO_ANSWER"
)

// Settle decides on the operations whose outcome nobody learned, once their calls can no longer take
// effect: those that did are finished, the others go back to be carried out again. Where the side keeps
// our marker single, carrying out again is the way to learn; elsewhere one look at the side tells.
func (s *Sync) Settle(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.settle(ctx, in)
	return out, ended(ctx, "settle "+in.Entity, err)
}

func (p *part) settle(ctx context.Context, in contract.EntityInput) (contract.ApplyResult, error) {
	a, err := p.applying(ctx, in)
	if err != nil {
		return contract.ApplyResult{}, err
	}
	limit := maxRecords
	if a.entity == record.EntityContactPersons && !a.toCRM() {
		limit = 2 * planCalls // each may take a list call
	}
	unsettled, err := p.Store.Operations.Unsettled(ctx, in.RunID, a.entity, limit, a.direction())
	if err != nil {
		return contract.ApplyResult{}, err
	}
	ids := make([]string, 0, len(unsettled))
	for _, op := range unsettled {
		ids = append(ids, op.ID)
	}
	mine, err := p.Store.Operations.TakeOver(ctx, p.token, ids, p.Now().Add(-p.Timing.Margin))
	if err != nil {
		return contract.ApplyResult{}, err
	}
	if len(mine) > 0 {
		if err := a.decide(ctx, mine); err != nil && !errors.Is(err, errOver) && !halted(ctx, err) {
			return contract.ApplyResult{}, err
		}
	}
	out, err := a.open(ctx, contract.ApplyResult{})
	if wait := out.SettleAt.Sub(p.Now()); out.Sent > 0 && wait > 0 {
		// The workflow waited by another clock than the one that the deadlines are of.
		out.RetryAfterMS = (wait + time.Millisecond).Milliseconds()
	}
	return out, err
}

// decide sorts the operations into those that are carried out again and those that are looked for.
func (a *applying) decide(ctx context.Context, ops []record.Operation) error {
	if err := a.probe(ctx, ops); err != nil {
		return err
	}
	var again, look []record.Operation
	for _, op := range ops {
		// The CRM creates by its own upsert: there, carrying out again is the way to learn.
		if !a.toCRM() && reconcile.Creates(op) && (a.entity == record.EntityContactPersons || !a.upsert) {
			look = append(look, op)
		} else {
			again = append(again, op)
		}
	}
	missing, err := a.look(ctx, look)
	if err != nil {
		return err
	}
	return a.again(ctx, append(again, missing...))
}

// again sends operations back to be carried out again, and parks those that were tried enough: one record at
// which a side breaks each time must not keep the run from its end. Nothing of them is on its way any more.
func (a *applying) again(ctx context.Context, ops []record.Operation) error {
	if err := a.silent(ctx, ops); err != nil {
		return err
	}
	var ids []string
	var parked []operations.Outcome
	for _, op := range ops {
		if op.Attempts < maxAttempts {
			ids = append(ids, op.ID)
			continue
		}
		parked = append(parked, *a.parked(op, &record.Error{Kind: record.Unavailable, Side: a.side(), Code: codeNoAnswer,
			Message: fmt.Sprintf("%s gave no answer of use to this write, %d times", a.side().Name(), op.Attempts),
			Remedy:  "the next run tries it again; if it stays so, look at this record in both systems"}))
	}
	if _, err := a.Store.Operations.Finish(ctx, a.token, a.Now(), parked); err != nil {
		return err
	}
	return a.Store.Operations.Replan(ctx, a.token, ids)
}

// silent says that the side takes writes and answers none: many operations were tried enough, and no write of the run
// was answered. That is no fault of their records: the run fails, and the next one sends them again. A few tries say
// nothing: a worker that is killed again and again hears no answers either.
func (a *applying) silent(ctx context.Context, ops []record.Operation) error {
	run, err := a.Store.Runs.Get(ctx, a.in.RunID)
	if err != nil {
		return err
	}
	tried := 0
	for _, op := range ops {
		if op.Attempts >= maxAttempts && op.Deadline.After(run.StartedAt) {
			tried++
		}
	}
	if tried < mostSilent {
		return nil
	}
	answered, err := a.Store.Operations.Answered(ctx, run.ID, run.StartedAt, a.direction())
	if err != nil || answered {
		return err
	}
	return noAnswer(a.side(), tried, nil)
}

// noAnswer is the failure of a side that answers no write.
func noAnswer(side record.Side, writes int, cause error) *record.Error {
	return &record.Error{Kind: record.Unavailable, Side: side, Op: "write", Code: codeNoAnswer, Err: cause,
		Message: fmt.Sprintf("no answer of use to any of %d writes", writes),
		Remedy:  "look whether it is being maintained; what was sent is looked up when it answers again, and nothing is made twice"}
}

// look asks the side which of the operations took effect, finishes these, and gives the others.
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

// lookAtPersons lists the contact persons of the operations' customers, and counts.
func (a *applying) lookAtPersons(ctx context.Context, ops []record.Operation, adopt func(map[string]record.Record) error) error {
	var persons []record.Record
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op.TargetParentID] {
			continue
		}
		seen[op.TargetParentID] = true
		of, err := listPersons(ctx, a.part, a.port, op.TargetParentID)
		if record.IsKind(err, record.NotFound) {
			continue // the customer was deleted, with all its persons: what is written to it will say so
		}
		if err != nil {
			return err
		}
		persons = append(persons, of...)
	}
	linked, err := a.Store.Links.Linked(ctx, a.in.Connection, record.ContactPersons, idsOf(persons))
	if err != nil {
		return err
	}
	return adopt(reconcile.ByCount(ops, persons, linked))
}

// lookForMarkers lists the side's records, and reads those whole that may be the operations': only whole
// records show the marker. Customers are listed newest first and no further than the oldest intent; items
// cannot be sorted by time, so all of them are. What a page shows is finished at once, so that an attempt whose
// time is over leaves less to the next one.
func (a *applying) lookForMarkers(ctx context.Context, ops []record.Operation, adopt func(map[string]record.Record) error) error {
	since := oldestDeadline(ops).Add(-a.Timing.Call - clockSkew)
	q := billing.ListQuery{Order: billing.NewestFirst}
	if a.entity == record.EntityItems {
		q.Order = billing.OldestFirst
	}
	for more := true; more; {
		if a.over(ctx, 0) {
			return errOver
		}
		q.Page++
		got, err := listPage(ctx, a.part, a.port, a.entity.Module(), q)
		if err != nil {
			return err
		}
		n := len(got.Records)
		more = got.More && n > 0 && (q.Order == billing.OldestFirst || !got.Records[n-1].Created.Before(since))
		linked, err := a.Store.Links.Linked(ctx, a.in.Connection, a.entity.Module(), idsOf(got.Records))
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
func (a *applying) adopt(ctx context.Context, ops []record.Operation, found map[string]record.Record) error {
	var outcomes []operations.Outcome
	var failure error
	for _, op := range ops {
		rec, ok := found[op.ID]
		if !ok {
			continue
		}
		if rec.Created.Before(op.PlannedAt.Add(-clockSkew)) && op.Marker != "" {
			op = adopted(op, rec)
		}
		call, cancel := context.WithTimeout(ctx, a.Timing.Call)
		outcome, err := a.made(call, op, rec, reconcile.Base(op))
		cancel()
		if err != nil {
			failure = err
			break
		}
		outcomes = append(outcomes, *outcome)
	}
	_, err := a.Store.Operations.Finish(ctx, a.token, a.Now(), outcomes)
	return errors.Join(err, failure)
}

// replyResolution is that of billing's times, twice.
const replyResolution = 2 * time.Second

// existedBefore says whether the record that a creation's reply shows is older than the operation's plan: the side's
// upsert found it by our marker, since its link was lost. Both times are by the side's clock, which may be off from
// ours: the reply's change is this write's own, so the plan was made as long before it as our clock says, at most.
func existedBefore(op record.Operation, rec record.Record, now time.Time) bool {
	if op.PlannedAt.IsZero() || rec.Created.IsZero() || op.Marker == "" {
		return false
	}
	return rec.Created.Before(rec.Modified.Add(-now.Sub(op.PlannedAt) - replyResolution))
}

// adopted is a creation whose record was there already. It counts as linked: the record may have contact persons that
// are ours, their links lost like its own, which only the customer that a run itself created cannot have.
func adopted(op record.Operation, rec record.Record) record.Operation {
	op.Code = reconcile.CodeAdopted
	if op.Reason != "" {
		op.Reason += "; "
	}
	op.Reason += fmt.Sprintf("%s %s was created for it before: its link is restored", op.TargetModule, rec.ID)
	return op
}
