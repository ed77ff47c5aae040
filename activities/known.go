package activities

import (
	"context"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// tailPage is how many records the look at a list's end asks for.
const tailPage = 200

// nothingToLearn says, by one call, that billing's list need not be read where the sync only fetches: no record of the
// CRM is on its way that may be one of the list's, and the list holds the records that it held. By creation, what was
// added stands at its end, and what was deleted shortens it. What else changed in billing is nobody's concern then.
func (l *listing) nothingToLearn(ctx context.Context, prefs record.Preferences) (bool, error) {
	if l.both || !l.state.Completed || !l.state.Cursor.IsZero() {
		return false, nil
	}
	entity := record.Entity(l.module)
	for _, f := range reconcile.SourcesOf(entity, prefs.Customers) {
		if open, err := l.Store.Worklist.AnyUnlinked(ctx, l.in.Connection, entity, f.Module, f.Attached); err != nil || open {
			return false, err
		}
	}
	end, err := l.listEnd(ctx)
	if err != nil || end.More || len(end.Records) != end.known {
		return false, err
	}
	had, err := l.Store.Mirror.Records(ctx, l.in.Connection, record.Billing, l.module, idsOf(end.Records))
	return err == nil && len(had) == len(end.Records), err
}

// shrunk says that the list holds fewer records than it held: some were deleted, and the whole of it shows which. As
// many that were added meanwhile hide that, until the day's look at the whole list.
func (l *listing) shrunk(ctx context.Context) (bool, error) {
	if !l.state.Cursor.IsZero() {
		return false, nil // a pass goes on as it was begun
	}
	end, err := l.listEnd(ctx)
	return err == nil && !end.More && len(end.Records) < end.known, err
}

// listEnd is the last page of a list, as it was known, and how many records were known on it.
type listEnd struct {
	billing.Page
	known int
}

// listEnd asks for it once.
func (l *listing) listEnd(ctx context.Context) (listEnd, error) {
	if l.end != nil {
		return *l.end, nil
	}
	known, err := l.Store.Mirror.Count(ctx, l.in.Connection, record.Billing, l.module)
	if err != nil {
		return listEnd{}, err
	}
	at := max(known-1, 0) / tailPage
	page, err := listPage(ctx, l.part, l.port, l.module, billing.ListQuery{Order: billing.OldestFirst, Page: at + 1, Limit: tailPage})
	if err != nil {
		return listEnd{}, fmt.Errorf("the end of the list: %w", err)
	}
	l.end = &listEnd{Page: page, known: known - at*tailPage}
	return *l.end, nil
}
