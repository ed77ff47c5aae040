package history

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// History reads what runs did, and where each record stands. Its methods are safe for concurrent use.
type History struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *History { return &History{db: d} }

const (
	// A pair that was changed on both sides is updated once. One that was looked at from both sides, or changed
	// from one, is not unchanged besides; nor is what has no place on the other side.
	countOutcomes = `
SELECT entity, outcome, changed, COUNT(*) AS n FROM operations o WHERE run = ? AND state = 'done'
AND NOT (outcome = 'unchanged' AND (target_id = '' AND target_module = 'Contacts' OR EXISTS (
    SELECT 1 FROM operations p WHERE p.source_id = o.target_id AND p.source_module = o.target_module AND p.run = o.run AND p.entity = o.entity
    AND (p.outcome <> 'unchanged' OR p.id < o.id))))
AND NOT (outcome = 'updated' AND EXISTS (
    SELECT 1 FROM operations p WHERE p.source_id = o.target_id AND p.source_module = o.target_module AND p.run = o.run AND p.entity = o.entity
    AND p.outcome = 'updated' AND p.id < o.id))
GROUP BY entity, outcome, changed`
	countToCRM = `
SELECT entity, outcome, changed, COUNT(*) AS n FROM operations
WHERE run = ? AND state = 'done' AND target_module IN ('Accounts', 'Contacts', 'Products') GROUP BY entity, outcome, changed`
	readUnchanged = `SELECT entity, records AS n FROM run_unchanged WHERE run = ?`
	untouched     = `
INSERT INTO run_unchanged (run, entity, records)
SELECT r.id, l.entity, COUNT(*) FROM runs r JOIN links l ON l.connection = r.connection
WHERE r.id = ? AND NOT EXISTS (
    SELECT 1 FROM operations o WHERE o.run = r.id AND o.source_module = l.crm_module AND o.source_id = l.crm_id AND o.entity = l.entity)
AND NOT EXISTS (
    SELECT 1 FROM operations o WHERE o.run = r.id AND o.source_module = l.billing_module AND o.source_id = l.billing_id AND o.entity = l.entity)
AND l.gone = ''
GROUP BY r.id, l.entity
ON CONFLICT (run, entity) DO UPDATE SET records = excluded.records WHERE run_unchanged.records <> excluded.records`
)

// Counts sums the outcomes of a run by entity. A linked record with a changed value counts in both.
func (s *History) Counts(ctx context.Context, run string) (map[record.Entity]record.Counts, error) {
	c := s.db.Reader()
	out, err := countsIn(ctx, c, countOutcomes, run)
	if err != nil {
		return nil, err
	}
	var rest []struct {
		Entity string `db:"entity"`
		N      int    `db:"n"`
	}
	if err := c.All(ctx, &rest, readUnchanged, run); err != nil {
		return nil, fmt.Errorf("count what run %s left unchanged: %w", run, err)
	}
	for _, r := range rest {
		counts := out[record.Entity(r.Entity)]
		counts.Unchanged += r.N
		out[record.Entity(r.Entity)] = counts
	}
	return out, nil
}

// CountsToCRM sums those outcomes of a run, by entity, that belong to the direction of the CRM.
func (s *History) CountsToCRM(ctx context.Context, run string) (map[record.Entity]record.Counts, error) {
	return countsIn(ctx, s.db.Reader(), countToCRM, run)
}

func countsIn(ctx context.Context, c db.Session, query, run string) (map[record.Entity]record.Counts, error) {
	var rows []struct {
		Entity  string `db:"entity"`
		Outcome string `db:"outcome"`
		Changed bool   `db:"changed"`
		N       int    `db:"n"`
	}
	if err := c.All(ctx, &rows, query, run); err != nil {
		return nil, fmt.Errorf("count outcomes of run %s: %w", run, err)
	}
	out := map[record.Entity]record.Counts{}
	for _, r := range rows {
		counts := out[record.Entity(r.Entity)]
		addOutcome(&counts, record.Outcome(r.Outcome), r.Changed, r.N)
		out[record.Entity(r.Entity)] = counts
	}
	return out, nil
}

func addOutcome(c *record.Counts, o record.Outcome, changed bool, n int) {
	switch o {
	case record.Added:
		c.Added += n
	case record.Updated:
		c.Updated += n
	case record.Linked:
		c.Linked += n
		if changed {
			c.Updated += n
		}
	case record.Unchanged:
		c.Unchanged += n
	case record.Skipped:
		c.Skipped += n
	case record.Conflicts:
		c.Conflicts += n
	case record.Deleted:
		c.Deleted += n
	case record.Failed:
		c.Failed += n
	}
}

// SetUnchanged counts, for each entity, the connection's links that no operation of the run touched, and
// keeps the number with the run, for Counts. Idempotent: the number is set, not added.
func (s *History) SetUnchanged(ctx context.Context, run string) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, untouched, run)
		return err
	})
	if err != nil {
		return fmt.Errorf("count what run %s left unchanged: %w", run, err)
	}
	return nil
}

const failures = `
SELECT entity, source_module, source_id, source_name, code, reason FROM operations
WHERE run = ? AND state = 'done' AND outcome IN ('failed', 'conflicts') ORDER BY seq`

// Failures lists the parked records of a run, in its order.
func (s *History) Failures(ctx context.Context, run string) ([]record.Failure, error) {
	var rows []struct {
		Entity string `db:"entity"`
		Module string `db:"source_module"`
		ID     string `db:"source_id"`
		Name   string `db:"source_name"`
		Code   string `db:"code"`
		Reason string `db:"reason"`
	}
	if err := s.db.Reader().All(ctx, &rows, failures, run); err != nil {
		return nil, fmt.Errorf("read failures of run %s: %w", run, err)
	}
	out := make([]record.Failure, len(rows))
	for i, r := range rows {
		out[i] = record.Failure{Entity: record.Entity(r.Entity), Side: record.SideOf(record.Module(r.Module)), RecordID: r.ID, Name: r.Name, Code: r.Code, Reason: r.Reason}
	}
	return out, nil
}
