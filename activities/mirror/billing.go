package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

// mostReadAgain is how many customers of the last run are read once more. Billing shows the times of changes in whole seconds, so
// an edit in the same second as our own write looks like that write.
const mostReadAgain = 200

// readBilling reads a list of billing's. It reads all of it in the order of creation, so that pages do not shift while
// records are added. If the side can sort by the last change it reads the newest changes, back to the last pass. Only
// reading the whole list shows what was deleted: billing has no other way to tell.
func readBilling(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	l, err := newListing(ctx, try, in)
	if err != nil {
		return out, err
	}
	out.Done = l.done
	for !out.Done && !try.Over(ctx, out.Read) {
		page, err := try.ListPage(ctx, l.port, l.module, l.q)
		if attempt.Halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("page %d: %w", l.q.Page, err)
		}
		changed, err := l.keep(ctx, page)
		if err != nil {
			return out, err
		}
		out.Read += len(page.Records)
		out.Changed += changed
		out.Done = l.done
	}
	return out, nil
}

func newListing(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (*listing, error) {
	module := record.Module(in.Scan.Module)
	port, err := try.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	state, err := list{record.Billing, module, listRecords}.place(ctx, try, in.Connection)
	if err != nil {
		return nil, err
	}
	sorted := in.SortByModified && module == record.Customers
	l := &listing{
		try: try, in: in, module: module, port: port, state: state,
		q:    billing.ListQuery{Order: billing.OldestFirst, Page: max(state.Cursor.Page, 1)},
		both: prefs.Extent(record.Entity(module)) == record.Both, sorted: sorted, mark: state.Mark,
	}
	if sorted && state.Completed {
		whole, err := l.wholeIsDue(ctx)
		if err == nil && !whole {
			whole, err = l.shrunk(ctx)
		}
		if err != nil {
			return nil, err
		}
		l.incremental = !whole
	}
	if l.incremental {
		l.q.Order = billing.NewestModified
	}
	if l.done, err = l.nothingToLearn(ctx, prefs); l.done || err != nil {
		return l, err
	}
	if sorted && l.q.Page == 1 {
		l.mark, err = newestBilling(ctx, try, port, module)
	}
	return l, err
}

// wholeIsDue reports whether it is time to read the whole list again, which happens once a day to find deletions. A
// pass that has begun continues as it began.
func (l *listing) wholeIsDue(ctx context.Context) (bool, error) {
	if l.state.Cursor.Page > 1 {
		return l.state.Whole, nil
	}
	last, err := l.all().place(ctx, l.try, l.in.Connection)
	since := l.try.Now().Sub(last.Since)
	return since < 0 || since >= sweepEvery, err
}

// wholeWasRead stores when the whole list was read.
func (l *listing) wholeWasRead(ctx context.Context) error {
	if !l.done || l.incremental || !l.sorted {
		return nil
	}
	_, err := l.all().keep(ctx, l.try, l.in.Connection, mirror.Page{Done: true, Mark: l.try.Now()})
	return err
}

// keep stores a page, and returns how many records it changed.
func (l *listing) keep(ctx context.Context, page billing.Page) (changed int, err error) {
	l.done = !page.More
	if n := len(page.Records); n > 0 {
		l.done = l.done || l.incremental && page.Records[n-1].Modified.Before(l.state.Since.Add(-overlap))
	}
	if !l.incremental && l.state.Completed {
		if err := l.missing(ctx, page); err != nil {
			return 0, err
		}
	}
	next, whole := record.Cursor{Page: l.q.Page + 1}, l.sorted && !l.incremental
	changed, err = list{record.Billing, l.module, listRecords}.keep(ctx, l.try, l.in.Connection, mirror.Page{
		Records: page.Records, Due: l.both,
		Next: next, Whole: whole, Done: l.done, Mark: l.mark, From: &l.state,
	})
	if err != nil {
		return 0, err
	}
	l.q.Page++
	// The place is not read back: if another attempt has moved it on, this one must notice.
	l.state.Cursor, l.state.Whole = next, whole
	if err := l.wholeWasRead(ctx); err != nil {
		return 0, err
	}
	if l.done && l.both && l.module == record.Customers {
		_, err = l.try.Store.Mirror.Reread(ctx, l.in.Connection, l.module, l.try.Now(), mostReadAgain)
	}
	return changed, err
}

// missing stores who is in the list. After the last page it looks up who is not. Only a listing that this run has read
// from its first page to its last can show that something is gone.
func (l *listing) missing(ctx context.Context, page billing.Page) error {
	if err := l.try.Store.Runs.AddPage(ctx, l.in.RunID, string(l.module), l.q.Page, attempt.IDs(page.Records)); err != nil {
		return err
	}
	if !l.done {
		return nil
	}
	ids, err := l.try.Store.Mirror.NotListed(ctx, l.in.Connection, record.Billing, l.module, l.in.RunID, string(l.module), l.q.Page)
	if err != nil {
		return err
	}
	return goneFromBilling(ctx, l.try, l.in, l.port, ids)
}

func newestBilling(ctx context.Context, try *attempt.Attempt, port billing.Port, module record.Module) (time.Time, error) {
	page, err := try.ListPage(ctx, port, module, billing.ListQuery{Order: billing.NewestModified, Page: 1, Limit: 1})
	if err != nil || len(page.Records) == 0 {
		return time.Time{}, err
	}
	return page.Records[0].Modified, nil
}

// goneFromBilling looks up each record that the list should have shown and did not, and marks those that are gone.
// Billing has no list of deletions, and its pages have numbers: a deletion while a list is read moves the records
// behind it, so that the list misses one that is still there.
func goneFromBilling(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, port billing.Port, ids []string) error {
	module := record.Module(in.Scan.Module)
	for part := range slices.Chunk(ids, attempt.CallBatch) {
		if try.Over(ctx, 0) {
			return attempt.ErrOver
		}
		gone, err := notThere(ctx, try, port, module, part)
		_, markErr := try.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, module, gone)
		if err := errors.Join(err, markErr); err != nil {
			return err
		}
	}
	return nil
}

// notThere returns which of the records billing does not have. After an error it returns those that it found so far.
func notThere(ctx context.Context, try *attempt.Attempt, port billing.Port, module record.Module, ids []string) (gone []string, err error) {
	for _, id := range ids {
		_, err := try.ReadRecord(ctx, port, module, id)
		if record.IsKind(err, record.NotFound) {
			gone = append(gone, id)
			continue
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
