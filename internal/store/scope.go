package store

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/record"
)

var putRunRecords = bulk{
	columns: cols("run text, side text, module text, id text"),
	query: `
WITH {rows}
INSERT INTO run_records (run, side, module, id) SELECT run, side, module, id FROM v WHERE true ON CONFLICT DO NOTHING`,
}

const readRunRecords = `SELECT side, module, id FROM run_records WHERE run = ? ORDER BY side, module, id`

// SetRunRecords keeps with a run the records that it is about. Idempotent: each is kept once.
func (s *Store) SetRunRecords(ctx context.Context, run string, refs []record.Ref) error {
	rows := make([][]any, len(refs))
	for i, r := range refs {
		rows[i] = []any{run, string(r.Side), string(r.Module), r.ID}
	}
	err := s.write(ctx, func(tx session) error {
		_, err := tx.bulk(ctx, putRunRecords, rows)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the records of run %s: %w", run, err)
	}
	return nil
}

// RunRecords lists the records that a scoped run is about.
func (s *Store) RunRecords(ctx context.Context, run string) ([]record.Ref, error) {
	var rows []struct {
		Side   string `db:"side"`
		Module string `db:"module"`
		ID     string `db:"id"`
	}
	if err := s.reader().all(ctx, &rows, readRunRecords, run); err != nil {
		return nil, fmt.Errorf("read the records of run %s: %w", run, err)
	}
	out := make([]record.Ref, len(rows))
	for i, r := range rows {
		out[i] = record.Ref{Side: record.Side(r.Side), Module: record.Module(r.Module), ID: r.ID}
	}
	return out, nil
}

const (
	putListing  = `INSERT INTO listings (run, list, page, ids) VALUES (?, ?, ?, ?) ON CONFLICT (run, list, page) DO UPDATE SET ids = excluded.ids`
	countPages  = `SELECT COUNT(*) FROM listings WHERE run = ? AND list = ? AND page BETWEEN 1 AND ?`
	dropListing = `DELETE FROM listings WHERE run = ?`
	notListed   = `
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

// AddListed keeps one page of an id listing with its run, under its number, from 1. Idempotent: a page that
// comes again takes its own place.
func (s *Store) AddListed(ctx context.Context, run, list string, page int, ids []string) error {
	if ids == nil {
		ids = []string{}
	}
	data, err := json.Marshal(ids)
	if err == nil {
		err = s.write(ctx, func(tx session) error {
			_, err := tx.exec(ctx, putListing, run, list, page, string(data))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep page %d of %s: %w", page, list, err)
	}
	return nil
}

// NotListed gives the mirror's records that a listing of so many pages does not have. A listing that the run
// has not made from its first page to its last proves nothing: then it gives none.
func (s *Store) NotListed(ctx context.Context, connection string, side record.Side, module record.Module, run, list string, pages int) ([]string, error) {
	var ids []string
	whole, err := s.listed(ctx, run, list, pages)
	if err == nil && whole {
		err = s.reader().all(ctx, &ids, notListed, connection, side, module, run, list)
	}
	if err != nil {
		return nil, fmt.Errorf("compare %s with its listing: %w", module, err)
	}
	return ids, nil
}

func (s *Store) listed(ctx context.Context, run, list string, pages int) (whole bool, err error) {
	var n int
	_, err = s.reader().get(ctx, &n, countPages, run, list, pages)
	return n == pages, err
}

// FinishView makes the members of a listing of so many pages those of the module's view, and gives how many
// records entered and left it; all of them become due. Idempotent: a second time nobody enters or leaves.
func (s *Store) FinishView(ctx context.Context, connection string, module record.Module, run, list string, pages int) (entered, left int, err error) {
	whole, err := s.listed(ctx, run, list, pages)
	if err == nil && !whole {
		err = &record.Error{Kind: record.Unavailable, Op: "read view", Code: "VIEW_PAGES_MISSING", Message: "the listing of the view is not complete"}
	}
	if err == nil {
		err = s.write(ctx, func(tx session) (err error) {
			if entered, err = tx.exec(ctx, enterView, connection, module, run, list); err != nil {
				return err
			}
			left, err = tx.exec(ctx, leaveView, connection, module, run, list)
			return err
		})
	}
	if err != nil {
		return 0, 0, fmt.Errorf("keep the members of the view of %s: %w", module, err)
	}
	return entered, left, nil
}

// ClearView takes a view away: all records of the module count again. Idempotent.
func (s *Store) ClearView(ctx context.Context, connection string, module record.Module) (int, error) {
	return s.exec(ctx, "clear the view of "+string(module), clearView, connection, module)
}

// DropListings forgets the id listings of a run that has ended. Idempotent.
func (s *Store) DropListings(ctx context.Context, run string) error {
	_, err := s.exec(ctx, "drop the listings of run "+run, dropListing, run)
	return err
}

// exec runs one statement in a transaction of its own.
func (s *Store) exec(ctx context.Context, what, query string, args ...any) (n int, err error) {
	err = s.write(ctx, func(tx session) (err error) {
		n, err = tx.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return n, nil
}

var markDue = bulk{
	columns: cols("due_connection text, due_side text, due_module text, due_id text"),
	query: `
WITH {rows}
UPDATE mirror SET due = TRUE FROM v
WHERE mirror.connection = v.due_connection AND mirror.side = v.due_side AND mirror.module = v.due_module AND mirror.id = v.due_id AND NOT mirror.due`,
}

func dueRow(connection string, r record.Record) []any {
	return []any{connection, string(r.Side), string(r.Module), r.ID}
}

const markAllDue = `UPDATE mirror SET due = TRUE WHERE connection = ? AND side = ? AND module = ? AND NOT due`

// MarkDue makes records due, all of the module where ids is nil, and gives how many were not. Idempotent.
func (s *Store) MarkDue(ctx context.Context, connection string, side record.Side, module record.Module, ids []string) (n int, err error) {
	if ids == nil {
		return s.exec(ctx, "mark all "+string(module)+" due", markAllDue, connection, side, module)
	}
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = dueRow(connection, record.Record{Side: side, Module: module, ID: id})
	}
	err = s.write(ctx, func(tx session) (err error) {
		n, err = tx.bulk(ctx, markDue, rows)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mark %s due: %w", module, err)
	}
	return n, nil
}
