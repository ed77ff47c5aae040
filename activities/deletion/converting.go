package deletion

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// The sizes of a conversion: how many records one attempt claims at a time, and of how many it stores intents and
// outcomes at once.
const (
	convertChunk = 500
	convertBatch = 64
)

// The codes of a conversion.
const (
	codeRecordsFailed = "RECORDS_FAILED" // some records could not be brought to their outcome
	codeNotExported   = "NOT_EXPORTED"
)

// converting is one attempt to carry out a step.
type converting struct {
	*Step
	step    string
	billing billing.Port
	crm     crm.Port // in the step that clears the CRM's markers
	out     steps.DeletionPartResult
	// done counts the records that were brought to their outcomes.
	done int

	mu      sync.Mutex
	failure error // the first failure that concerns more than one record
}

// converted is what became of one record: its row is done, or failed, or still sent if nobody knows; or no call was
// made (release).
type converted struct {
	row     deletions.Record
	release bool
	unknown error // why nobody knows
}

// placeOf reads what afterOf writes.
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

func (c *converting) stop(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = err
	}
}

func (c *converting) firstFailure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

func firstUnknown(results []converted) error {
	for _, r := range results {
		if r.unknown != nil {
			return r.unknown
		}
	}
	return nil
}

// openSides makes the clients of the sides that the step calls.
func (c *converting) openSides(ctx context.Context) (err error) {
	if c.step == contract.StepPersons {
		return nil // this step calls no side
	}
	if !c.d.GaveUp(record.Billing) {
		if c.billing, err = c.try.Sides.Billing(ctx, c.d.Connection); err != nil {
			return err
		}
	}
	if c.step == contract.StepMarkers && !c.d.GaveUp(record.CRM) {
		c.crm, err = c.try.Sides.CRM(ctx, c.d.Connection)
	}
	return err
}

// sortFailure decides what a failure means. If it concerns the record the record fails. If it concerns the side the
// attempt ends. If nobody knows what a call has done the record is tried again, a number of times.
func (c *converting) sortFailure(row deletions.Record, deadline time.Time, err error) converted {
	if record.IsAmbiguous(err) {
		if row.Attempts+1 < apply.MaxAttempts {
			row.State = deletion.RowSent
			return converted{row: row, unknown: err}
		}
		return converted{row: failedRow(row, apply.CodeNoAnswer, err)}
	}
	switch record.KindOf(err) {
	case record.Invalid, record.NotFound, record.Conflict:
		return converted{row: failedRow(row, attempt.CodeOf(err), err)}
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	switch {
	case errors.Is(err, context.Canceled):
		// The attempt was cancelled before a call started.
	case record.KindOf(err) == record.RateLimited && attempt.RetryAfter(err) == 0:
		// Our own budget had no call for it before the deadline. It gets one in its turn.
	case c.try.Now().Before(deadline), record.KindOf(err) != record.Unavailable:
		c.stop(err)
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
