package mirror

import (
	"context"
	"fmt"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

func readCRM(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	module := record.Module(in.Scan.Module)
	port, err := try.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	records := list{record.CRM, module, listRecords}
	state, err := records.place(ctx, try, in.Connection)
	if err != nil {
		return out, err
	}
	q, mark, err := nextRead(ctx, try, in, port, state)
	if err != nil {
		return out, err
	}
	pages := &reader{read: func(after record.Cursor) (crm.Page, error) {
		at := q
		at.After = after
		return try.ReadPage(ctx, port, module, at)
	}}
	defer pages.close()
	// A page that is being read is stored, even if the attempt is cancelled meanwhile.
	for !out.Done && (pages.reading() || !try.Over(ctx, out.Read)) {
		page, err := pages.nextPage(state.Cursor)
		if attempt.Halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("after %d records: %w", out.Read, err)
		}
		if page.More && !try.Over(ctx, out.Read+len(page.Records)) {
			pages.readAhead(page.Next)
		}
		if !q.Since.IsZero() && page.Next.Time.After(mark) {
			mark = page.Next.Time
		}
		changed, err := records.keep(ctx, try, in.Connection, mirror.Page{
			Records: page.Records,
			Next:    page.Next, Done: !page.More, Mark: mark, From: &state,
		})
		if err != nil {
			return out, err
		}
		// The place is not read back: if another attempt has moved it on, this one must notice.
		state.Cursor = page.Next
		out.Read += len(page.Records)
		out.Changed += changed
		out.Done = !page.More
	}
	return out, nil
}

// nextRead returns what to read: what has changed since the last pass, or everything. mark is the newest change that is
// known so far, and where the first incremental read begins: it reads again what changes while the first scan runs.
func nextRead(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, port crm.Port, state mirror.State) (q crm.ReadQuery, mark time.Time, err error) {
	module := record.Module(in.Scan.Module)
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return q, mark, err
	}
	q, mark = crm.ReadQuery{Fields: attempt.CRMFields(prefs, module)}, state.Mark
	switch {
	case state.Completed && !state.Since.IsZero():
		q.Since = state.Since.Add(-overlap)
	case state.Cursor.IsZero():
		if mark, err = newest(ctx, try, port, module); err == nil {
			err = deletionsBegin(ctx, try, in, mark)
		}
	}
	return q, mark, err
}

func newest(ctx context.Context, try *attempt.Attempt, port crm.Port, module record.Module) (time.Time, error) {
	ctx, cancel := try.Reading(ctx)
	defer cancel()
	return port.Newest(ctx, module)
}
