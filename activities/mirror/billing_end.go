package mirror

import (
	"context"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// tailPage is how many records the look at a list's end reads.
const tailPage = 200

// nothingToLearn reports whether billing's list need not be read, at the cost of one call. That can be so where the
// sync only fetches: no new record of the CRM may be one of the list's, and the list holds the records that it held.
// In the order of creation a new record stands at the end, and a deletion makes the list shorter. No other change in
// billing matters then.
func (l *listing) nothingToLearn(ctx context.Context, prefs record.Preferences) (bool, error) {
	if l.both || !l.state.Completed || !l.state.Cursor.IsZero() {
		return false, nil
	}
	entity := record.Entity(l.module)
	for _, f := range reconcile.SourcesOf(entity, prefs.Customers) {
		if open, err := l.try.Store.Worklist.AnyUnlinked(ctx, l.in.Connection, entity, f.Module, f.Attached); err != nil || open {
			return false, err
		}
	}
	end, err := l.listEnd(ctx)
	if err != nil || end.More || len(end.Records) != end.known {
		return false, err
	}
	had, err := l.try.Store.Mirror.Records(ctx, l.in.Connection, record.Billing, l.module, attempt.IDs(end.Records))
	return err == nil && len(had) == len(end.Records), err
}

// shrunk reports whether the list holds fewer records than it did: some were deleted, and reading the whole list shows
// which. If as many were added, that stays hidden until the whole list is read that day.
func (l *listing) shrunk(ctx context.Context) (bool, error) {
	if !l.state.Cursor.IsZero() {
		return false, nil // a pass that has begun continues as it began
	}
	end, err := l.listEnd(ctx)
	return err == nil && !end.More && len(end.Records) < end.known, err
}

// listEnd reads the end of the list, once.
func (l *listing) listEnd(ctx context.Context) (listEnd, error) {
	if l.end != nil {
		return *l.end, nil
	}
	known, err := l.try.Store.Mirror.Count(ctx, l.in.Connection, record.Billing, l.module)
	if err != nil {
		return listEnd{}, err
	}
	at := max(known-1, 0) / tailPage
	page, err := l.try.ListPage(ctx, l.port, l.module, billing.ListQuery{Order: billing.OldestFirst, Page: at + 1, Limit: tailPage})
	if err != nil {
		return listEnd{}, fmt.Errorf("the end of the list: %w", err)
	}
	l.end = &listEnd{Page: page, known: known - at*tailPage}
	return *l.end, nil
}
