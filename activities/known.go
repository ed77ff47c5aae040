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
		if open, err := l.Store.AnyUnlinked(ctx, l.in.Connection, entity, f.Module, f.Attached); err != nil || open {
			return false, err
		}
	}
	known, err := l.Store.CountMirror(ctx, l.in.Connection, record.Billing, l.module)
	if err != nil {
		return false, err
	}
	at := max(known-1, 0) / tailPage
	tail, err := listPage(ctx, l.part, l.port, l.module, billing.ListQuery{Order: billing.OldestFirst, Page: at + 1, Limit: tailPage})
	if err != nil {
		return false, fmt.Errorf("the end of the list: %w", err)
	}
	if tail.More || len(tail.Records) != known-at*tailPage {
		return false, nil
	}
	had, err := l.Store.MirrorRecords(ctx, l.in.Connection, record.Billing, l.module, idsOf(tail.Records))
	return err == nil && len(had) == len(tail.Records), err
}
