package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// The sizes of a conversion: what one attempt claims at a time, and what it stores intents and outcomes of at once.
const (
	convertChunk = 500
	convertBatch = 64
)

// The codes of a conversion.
const (
	codeRecordsFailed = "RECORDS_FAILED" // some records could not be brought to their outcome
	codeNotExported   = "NOT_EXPORTED"
)

// ConvertPage brings the next records of a step to their outcomes: it converts or deletes in billing, and clears our
// markers on both sides. A record that has transactions is never deleted, whatever the plan said: it is converted.
//
// What keeps it from doing things twice, or late: a record's intent is stored before its call, under a claim that one
// attempt holds, with the instant after which no call about it starts; its outcome is stored under the claim. What a
// call whose answer was lost has done, the next one finds: what is gone stays gone, and a marker is cleared once.
func (c *Conversion) ConvertPage(ctx context.Context, in contract.DeletionPartInput) (contract.DeletionPartResult, error) {
	ctx, p := c.begin(ctx)
	defer p.close()
	out, err := p.convertPage(ctx, in)
	return out, ended(ctx, "convert "+in.Step, err)
}

// converting is one attempt to carry out a step.
type converting struct {
	*deleting
	step    string
	billing billing.Port
	crm     crm.Port // in the step that clears the CRM's markers
	out     contract.DeletionPartResult
	// done counts the records that were brought to their outcomes.
	done int

	mu      sync.Mutex
	failure error // the first failure that concerns more than one record
}

func (c *deleting) convertPage(ctx context.Context, in contract.DeletionPartInput) (contract.DeletionPartResult, error) {
	if err := c.read(ctx, in.Connection, in.Plan); err != nil {
		return contract.DeletionPartResult{}, err
	}
	steps := []string{contract.StepPersons, contract.StepCustomers, contract.StepItems, contract.StepMarkers}
	switch {
	case c.d.State == deletions.Done:
		return contract.DeletionPartResult{Done: true}, nil
	case c.d.Checksum == "":
		return contract.DeletionPartResult{}, &record.Error{Kind: record.Conflict, Op: "delete", Code: codeNotExported,
			Message: "the plan was not exported", Remedy: "resume the deletion"}
	case !slices.Contains(steps, in.Step):
		return contract.DeletionPartResult{}, &record.Error{Kind: record.Invalid, Op: "delete", Message: fmt.Sprintf("there is no step %q", in.Step)}
	}
	conv := &converting{deleting: c, step: in.Step}
	err := conv.page(ctx, placeOf(in.After))
	return conv.out, err
}

// placeOf reads what after writes.
func placeOf(after string) deletions.RowPlace {
	module, id, _ := strings.Cut(after, "/")
	return deletions.RowPlace{ID: id, Module: module}
}

func afterOf(p deletions.RowPlace) string {
	if p == (deletions.RowPlace{}) {
		return ""
	}
	return p.Module + "/" + p.ID
}

// page goes on after the place. A failure that concerns the side ends the attempt; where that attempt has done
// something, it gives that, and the next one meets the failure.
func (c *converting) page(ctx context.Context, after deletions.RowPlace) error {
	if err := c.open(ctx); err != nil {
		return err
	}
	for handled := 0; ; {
		c.out.Next = afterOf(after)
		if c.over(ctx, handled) {
			return nil
		}
		rows, last, err := c.Store.Deletions.Claim(ctx, c.d, c.step, c.token, after, convertChunk)
		if err != nil {
			return err
		}
		if last == nil {
			again, err := c.passed(ctx)
			if err != nil || !again {
				return err
			}
			after = deletions.RowPlace{}
			continue
		}
		n, err := c.chunk(ctx, rows)
		handled += n
		switch {
		case halted(ctx, err), err != nil && c.done > 0:
			return nil
		case err != nil:
			return err
		}
		after = *last
	}
}

// passed says at the end of a pass whether another one is needed, since some outcomes are not known. Records that
// failed fail the step, once all others are done.
func (c *converting) passed(ctx context.Context) (again bool, err error) {
	left, err := c.Store.Deletions.CountOpen(ctx, c.d, c.step)
	switch {
	case err != nil || left.Open > 0:
		return left.Open > 0, err
	case left.Failed == 0:
		c.out.Done, c.out.Next = true, ""
		return false, nil
	case c.done > 0:
		return false, nil // what was done is counted first
	}
	first, err := c.Store.Deletions.FirstFailed(ctx, c.d.ID, c.step)
	if err != nil || first == nil {
		return first == nil, err
	}
	return false, &record.Error{Kind: record.Conflict, Op: "delete", Code: codeRecordsFailed, RecordID: first.ID,
		Message: fmt.Sprintf("%d of %s could not be brought to their outcome; the first with %s", left.Failed, c.step, first.Code),
		Remedy:  "see each reason with `starter export-deletion`, put that right, then resume the deletion"}
}

// chunk brings claimed records to their outcomes, and gives how many.
func (c *converting) chunk(ctx context.Context, rows []deletions.Record) (handled int, err error) {
	for len(rows) > 0 {
		if c.over(ctx, 0) {
			return handled, errOver
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
	deadline := c.Now().Add(c.Timing.Call)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	granted, err := c.Store.Deletions.MarkSent(ctx, c.d.ID, c.step, rows[0].Module, c.token, ids, deadline)
	if err != nil {
		return 0, err
	}
	mine := make([]deletions.Record, 0, len(granted))
	for _, r := range rows {
		if slices.Contains(granted, r.ID) {
			mine = append(mine, r)
		}
	}
	results := c.carry(ctx, mine, deadline)
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
	if err := c.Store.Deletions.Release(ctx, c.d.ID, c.step, rows[0].Module, c.token, back); err != nil {
		return 0, err
	}
	written, persons, err := c.Store.Deletions.Finish(ctx, c.d.ID, c.token, c.Now(), done)
	if err != nil {
		return 0, err
	}
	c.count(done, written, persons)
	if len(done) == 0 && len(back) < len(mine) {
		c.breakOff(firstUnknown(results)) // not one good answer: the side is away
	}
	return len(written), c.broken()
}

// count counts what became of records of billing; a CRM record that lost its marker is none, but one that nobody could
// look at is one.
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

func (c *converting) breakOff(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = err
	}
}

func (c *converting) broken() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}
