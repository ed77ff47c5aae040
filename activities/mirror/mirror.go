package mirror

import (
	"context"
	"errors"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

// Pages brings the next pages of one list into the mirror. Each page and the cursor behind it are stored in one
// transaction, so another attempt continues where this one stopped; a page that is stored twice changes nothing.
func Pages(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	out, err := pages(ctx, try, in)
	if movedOn(err) || errors.Is(err, attempt.ErrOver) {
		err = nil // the run has not failed: the next activity continues where that attempt stands
	}
	return out, err
}

func pages(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	switch in.Scan.Kind {
	case steps.ScanDeleted:
		return readDeleted(ctx, try, in)
	case steps.ScanView:
		return readView(ctx, try, in)
	case steps.ScanPersons:
		return readPersons(ctx, try, in)
	case steps.ScanScope:
		return Scope(ctx, try, in)
	case steps.ScanTransactions:
		return readTransactions(ctx, try, in)
	}
	if record.Side(in.Scan.Side) == record.CRM {
		return readCRM(ctx, try, in)
	}
	return readBilling(ctx, try, in)
}

// movedOn reports whether another attempt, which was frozen for a while, has stored a page meanwhile.
func movedOn(err error) bool {
	var e *record.Error
	return errors.As(err, &e) && e.Code == mirror.CodeMovedOn
}
