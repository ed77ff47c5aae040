package mirror

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/runs"
)

const (
	notListed = `
SELECT id FROM mirror m WHERE connection = ? AND side = ? AND module = ?
AND id NOT IN (SELECT member.value FROM listings, {ids} WHERE run = ? AND list = ?) ORDER BY id`
	enterView = `
UPDATE mirror SET in_view = TRUE, due = TRUE WHERE connection = ? AND side = 'crm' AND module = ? AND NOT in_view
AND id IN (SELECT member.value FROM listings, {ids} WHERE run = ? AND list = ?)`
	leaveView = `
UPDATE mirror SET in_view = FALSE, due = TRUE WHERE connection = ? AND side = 'crm' AND module = ? AND in_view
AND id NOT IN (SELECT member.value FROM listings, {ids} WHERE run = ? AND list = ?)`
	clearView = `UPDATE mirror SET in_view = TRUE, due = TRUE WHERE connection = ? AND side = 'crm' AND module = ? AND NOT in_view`
)

// NotListed returns the records of the mirror that a listing of so many pages does not have. It returns none where
// the run has not kept each of these pages: such a listing proves nothing.
func (s *Mirror) NotListed(ctx context.Context, connection string, side record.Side, module record.Module, run, list string, pages int) ([]string, error) {
	var ids []string
	whole, err := runs.Complete(ctx, s.db.Reader(), run, list, pages)
	if err == nil && whole {
		err = s.db.Reader().All(ctx, &ids, notListed, connection, side, module, run, list)
	}
	if err != nil {
		return nil, fmt.Errorf("compare %s with its listing: %w", module, err)
	}
	return ids, nil
}

// FinishView makes the records of a listing of so many pages the members of the module's view. It returns how many
// entered and how many left; all of them become due. Idempotent.
func (s *Mirror) FinishView(ctx context.Context, connection string, module record.Module, run, list string, pages int) (entered, left int, err error) {
	whole, err := runs.Complete(ctx, s.db.Reader(), run, list, pages)
	if err == nil && !whole {
		err = &record.Error{Kind: record.Unavailable, Op: "read view", Code: "VIEW_PAGES_MISSING", Message: "the listing of the view is not complete"}
	}
	if err == nil {
		err = s.db.Write(ctx, func(tx db.Session) (err error) {
			if entered, err = tx.Exec(ctx, enterView, connection, module, run, list); err != nil {
				return err
			}
			left, err = tx.Exec(ctx, leaveView, connection, module, run, list)
			return err
		})
	}
	if err != nil {
		return 0, 0, fmt.Errorf("keep the members of the view of %s: %w", module, err)
	}
	return entered, left, nil
}

// ClearView takes a view away: all records of the module count again. Idempotent.
func (s *Mirror) ClearView(ctx context.Context, connection string, module record.Module) (int, error) {
	return s.db.Exec(ctx, "clear the view of "+string(module), clearView, connection, module)
}
