package deletion

import (
	"context"
	"fmt"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Convert brings the next records of a step to their outcomes: it converts or deletes in billing, and clears our markers
// on both sides. A record that has transactions is never deleted, whatever the plan said: it is converted.
//
// What keeps it from doing things twice, or late: a record's intent is stored before its call, under a claim that only
// one attempt holds, with the instant after which no call about it starts. Its outcome is stored under the claim. If a
// call's answer was lost, the next call finds what it has done: what is gone stays gone, and a marker is cleared once.
func (s *Step) Convert(ctx context.Context, in steps.DeletionPartInput) (steps.DeletionPartResult, error) {
	if err := s.load(ctx, in.Connection, in.Plan); err != nil {
		return steps.DeletionPartResult{}, err
	}
	recordSteps := []string{contract.StepPersons, contract.StepCustomers, contract.StepItems, contract.StepMarkers}
	switch {
	case s.d.State == deletions.Done:
		return steps.DeletionPartResult{Done: true}, nil
	case s.d.Checksum == "":
		return steps.DeletionPartResult{}, &record.Error{Kind: record.Conflict, Op: "delete", Code: codeNotExported,
			Message: "the plan was not exported", Remedy: "resume the deletion"}
	case !slices.Contains(recordSteps, in.Step):
		return steps.DeletionPartResult{}, &record.Error{Kind: record.Invalid, Op: "delete", Message: fmt.Sprintf("the step %q is not known", in.Step)}
	}
	conv := &converting{Step: s, step: in.Step}
	err := conv.run(ctx, placeOf(in.After))
	return conv.out, err
}

// run continues after the place. A failure that concerns the side ends the attempt. If the attempt has done something
// it returns that, and the next one meets the failure.
func (c *converting) run(ctx context.Context, after deletions.RowPlace) error {
	if err := c.openSides(ctx); err != nil {
		return err
	}
	for handled := 0; ; {
		c.out.Next = afterOf(after)
		if c.try.Over(ctx, handled) {
			return nil
		}
		rows, last, err := c.try.Store.Deletions.Claim(ctx, c.d, c.step, c.try.Token, after, convertChunk)
		if err != nil {
			return err
		}
		if last == nil {
			again, err := c.endPass(ctx)
			if err != nil || !again {
				return err
			}
			after = deletions.RowPlace{}
			continue
		}
		n, err := c.chunk(ctx, rows)
		handled += n
		switch {
		case attempt.Halted(ctx, err), err != nil && c.done > 0:
			return nil
		case err != nil:
			return err
		}
		after = *last
	}
}

// endPass reports at the end of a pass whether another one is needed, since some outcomes are not known. Records that
// failed fail the step, once all others are done.
func (c *converting) endPass(ctx context.Context) (again bool, err error) {
	left, err := c.try.Store.Deletions.CountOpen(ctx, c.d, c.step)
	switch {
	case err != nil || left.Open > 0:
		return left.Open > 0, err
	case left.Failed == 0:
		c.out.Done, c.out.Next = true, ""
		return false, nil
	case c.done > 0:
		return false, nil // what was done is counted first
	}
	first, err := c.try.Store.Deletions.FirstFailed(ctx, c.d.ID, c.step)
	if err != nil || first == nil {
		return first == nil, err
	}
	return false, &record.Error{Kind: record.Conflict, Op: "delete", Code: codeRecordsFailed, RecordID: first.ID,
		Message: fmt.Sprintf("%d records of the step %s failed, the first with %s", left.Failed, c.step, first.Code),
		Remedy:  "see each reason with `starter export-deletion`, correct it, then resume the deletion"}
}

// chunk brings claimed records to their outcomes, and returns how many.
func (c *converting) chunk(ctx context.Context, rows []deletions.Record) (handled int, err error) {
	for len(rows) > 0 {
		if c.try.Over(ctx, 0) {
			return handled, attempt.ErrOver
		}
		batch := sameModule(rows)
		rows = rows[len(batch):]
		n, err := c.batch(ctx, batch)
		handled += n
		if err != nil {
			return handled, err
		}
	}
	return handled, nil
}

func sameModule(rows []deletions.Record) []deletions.Record {
	n := 1
	for n < len(rows) && n < convertBatch && rows[n].Module == rows[0].Module && rows[n].Side == rows[0].Side {
		n++
	}
	return rows[:n]
}

// batch stores the intents of records of one module, carries them out, and stores what became of them.
func (c *converting) batch(ctx context.Context, rows []deletions.Record) (int, error) {
	deadline := c.try.Now().Add(c.try.Timing.Call)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	granted, err := c.try.Store.Deletions.MarkSent(ctx, c.d.ID, c.step, rows[0].Module, c.try.Token, ids, deadline)
	if err != nil {
		return 0, err
	}
	mine := make([]deletions.Record, 0, len(granted))
	for _, r := range rows {
		if slices.Contains(granted, r.ID) {
			mine = append(mine, r)
		}
	}
	results := c.convertBatch(ctx, mine, deadline)
	var done []deletions.Record
	var back []string
	for _, r := range results {
		switch {
		case r.release:
			back = append(back, r.row.ID)
		case r.row.State != deletion.RowSent:
			done = append(done, r.row)
		}
	}
	if err := c.try.Store.Deletions.Release(ctx, c.d.ID, c.step, rows[0].Module, c.try.Token, back); err != nil {
		return 0, err
	}
	written, persons, err := c.try.Store.Deletions.Finish(ctx, c.d.ID, c.try.Token, c.try.Now(), done)
	if err != nil {
		return 0, err
	}
	c.count(done, written, persons)
	if len(done) == 0 && len(back) < len(mine) {
		c.stop(firstUnknown(results)) // not one useful answer: the side is away
	}
	return len(written), c.firstFailure()
}

// count counts what became of records of billing. A CRM record that lost its marker does not count; one that nobody
// could look at does.
func (c *converting) count(done []deletions.Record, written, persons []string) {
	outcomes := persons
	for _, r := range done {
		if r.State == deletion.RowDone && slices.Contains(written, r.ID) {
			outcomes = append(outcomes, r.Outcome)
		}
	}
	c.done += len(outcomes)
	for _, outcome := range outcomes {
		if c.step == contract.StepMarkers && outcome != deletion.Unknown {
			continue
		}
		switch outcome {
		case deletion.Converted:
			c.out.Converted++
		case deletion.Deleted:
			c.out.Deleted++
		case deletion.Kept:
			c.out.Kept++
		case deletion.Gone:
			c.out.Gone++
		case deletion.Unknown:
			c.out.Unknown++
		}
	}
}
