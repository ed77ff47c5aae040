package operations

import (
	"context"
	"fmt"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// lockRuns makes Claim, MarkSent and TakeOver of one run come one after the other. Locks on the rows are
// not enough: whether a contact person may be claimed depends on the other persons of its customer, and a
// statement of PostgreSQL sees those as they were when it began.
const (
	lockRun       = `SELECT pg_advisory_xact_lock(hashtextextended(?, 7))`
	lockRunsOfOps = `SELECT pg_advisory_xact_lock(hashtextextended(run, 7)) FROM (SELECT DISTINCT run FROM operations WHERE id {in} ORDER BY run) r`
)

const (
	claim = `
UPDATE operations SET claim = ? WHERE state = 'planned' AND id IN (
    SELECT id FROM operations WHERE run = ? AND entity = ? AND state = 'planned' AND pending AND target_module {in}
    ORDER BY seq LIMIT ? {lock})
RETURNING ` + RowColumns
	claimPersons = `
UPDATE operations SET claim = ? WHERE state = 'planned' AND id IN (
    SELECT id FROM operations o WHERE run = ? AND entity = ? AND state = 'planned' AND pending AND target_module {in}
    AND target_parent_id NOT IN (
        SELECT target_parent_id FROM operations WHERE run = ? AND entity = ? AND state = 'sent' AND pending)
    ORDER BY seq LIMIT ? {lock})
RETURNING ` + RowColumns
)

// targetsOf are the modules that operations of these directions write to; of all, where none is given.
func targetsOf(to []record.Direction) []string {
	var out []string
	if len(to) == 0 || slices.Contains(to, record.ToCRM) {
		out = append(out, string(record.Accounts), string(record.Contacts), string(record.Products))
	}
	if len(to) == 0 || slices.Contains(to, record.ToBilling) {
		out = append(out, string(record.Customers), string(record.ContactPersons), string(record.Items))
	}
	return out
}

// Claim lets token work on the next planned operations of an entity, in the order of the run. A token that had them
// before has them no longer: an attempt that begins ends the claims of the one before it. The directions restrict
// it, since a run may have operations of the other direction that an earlier run had sent. Contact persons of a
// customer that has one of unknown outcome are left out: they are settled by count, which allows one unknown at a
// time. Idempotent.
func (s *Operations) Claim(ctx context.Context, run string, entity record.Entity, token string, limit int, to ...record.Direction) ([]record.Operation, error) {
	query, limits := claim, []any{limit}
	if entity == record.EntityContactPersons {
		query, limits = claimPersons, []any{run, entity, limit}
	}
	var rows []Row
	err := s.db.Write(ctx, func(tx db.Session) error {
		rows = nil
		if err := tx.Lock(ctx, lockRun, run); err != nil {
			return err
		}
		return tx.All(ctx, &rows, query, append([]any{token, run, entity, tx.List(targetsOf(to))}, limits...)...)
	})
	if err != nil {
		return nil, fmt.Errorf("claim operations of run %s: %w", run, err)
	}
	return operationsOf(rows)
}

const markSent = `
UPDATE operations SET state = 'sent', attempts = attempts + 1, deadline = ?
WHERE id {in} AND claim = ? AND state = 'planned' RETURNING id`

// MarkSent stores that the operations' calls may be made until the deadline. It returns those for which token may
// make them: still planned, and still its own. One statement compares and sets, so of two tokens one gets an
// operation. A second delivery grants nothing: an intent is granted once.
func (s *Operations) MarkSent(ctx context.Context, token string, ids []string, deadline time.Time) ([]string, error) {
	var granted []string
	err := s.db.Write(ctx, func(tx db.Session) error {
		granted = nil
		if err := tx.Lock(ctx, lockRunsOfOps, tx.List(ids)); err != nil {
			return err
		}
		return tx.All(ctx, &granted, markSent, db.Micros(deadline), tx.List(ids), token)
	})
	if err != nil {
		return nil, fmt.Errorf("mark %d operations as sent: %w", len(ids), err)
	}
	return db.InOrder(ids, granted), nil
}

const (
	release = `
UPDATE operations SET state = 'planned', claim = '', deadline = 0, attempts = attempts - CASE WHEN state = 'sent' THEN 1 ELSE 0 END
WHERE id {in} AND claim = ? AND pending`
	replan = `UPDATE operations SET state = 'planned', deadline = 0 WHERE id {in} AND claim = ? AND state = 'sent'`
)

// Release returns operations that token has to the plan, because they were surely not carried out: refused for the
// rate, or never sent. That counts as no attempt. Idempotent.
func (s *Operations) Release(ctx context.Context, token string, ids []string) error {
	return s.giveBack(ctx, "release", release, token, ids)
}

// Replan puts operations back that token holds and whose calls were found to have had no effect; the claim
// is kept. Idempotent: only what is sent is planned again.
func (s *Operations) Replan(ctx context.Context, token string, ids []string) error {
	return s.giveBack(ctx, "replan", replan, token, ids)
}

func (s *Operations) giveBack(ctx context.Context, op, query, token string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, query, tx.List(ids), token)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s %d operations: %w", op, len(ids), err)
	}
	return nil
}

const (
	unsettled = `SELECT ` + RowColumns + ` FROM operations WHERE run = ? AND entity = ? AND state = 'sent' AND pending AND target_module {in} ORDER BY deadline, seq LIMIT ?`
	takeOver  = `
UPDATE operations SET claim = ? WHERE id {in} AND state = 'sent' AND deadline < ?
RETURNING ` + RowColumns
)

// Unsettled lists the sent operations of an entity, in the given direction, that have no outcome, the earliest
// deadline first.
func (s *Operations) Unsettled(ctx context.Context, run string, entity record.Entity, limit int, to ...record.Direction) ([]record.Operation, error) {
	var rows []Row
	tx := s.db.Reader()
	if err := tx.All(ctx, &rows, unsettled, run, entity, tx.List(targetsOf(to)), limit); err != nil {
		return nil, fmt.Errorf("read unsettled operations of run %s: %w", run, err)
	}
	out := make([]record.Operation, len(rows))
	for i, r := range rows {
		op, err := r.Operation()
		if err != nil {
			return nil, err
		}
		out[i] = op
	}
	return out, nil
}

// TakeOver lets token settle the sent operations whose deadline is before the given time. The attempt that sent
// them can no longer store their outcome. They stay sent. Idempotent.
func (s *Operations) TakeOver(ctx context.Context, token string, ids []string, before time.Time) ([]record.Operation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Row
	err := s.db.Write(ctx, func(tx db.Session) error {
		rows = nil
		if err := tx.Lock(ctx, lockRunsOfOps, tx.List(ids)); err != nil {
			return err
		}
		return tx.All(ctx, &rows, takeOver, token, tx.List(ids), db.Micros(before))
	})
	if err != nil {
		return nil, fmt.Errorf("take over %d operations: %w", len(ids), err)
	}
	return operationsOf(rows)
}

// OpenCounts are an entity's operations that are not done.
type OpenCounts struct {
	Planned int
	Sent    int
	// NextDeadline is the latest deadline of those that are sent: after it, and a margin, all can be settled.
	NextDeadline time.Time
}

const openCounts = `
SELECT COALESCE(SUM(CASE WHEN state = 'planned' THEN 1 ELSE 0 END), 0) AS planned,
       COALESCE(SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), 0) AS sent,
       COALESCE(MAX(CASE WHEN state = 'sent' THEN deadline ELSE 0 END), 0) AS deadline
FROM operations WHERE run = ? AND entity = ? AND pending AND target_module {in}`

// CountOpen counts an entity's operations, of the given direction, that are not done.
func (s *Operations) CountOpen(ctx context.Context, run string, entity record.Entity, to ...record.Direction) (OpenCounts, error) {
	var row struct {
		Planned  int   `db:"planned"`
		Sent     int   `db:"sent"`
		Deadline int64 `db:"deadline"`
	}
	tx := s.db.Reader()
	if _, err := tx.Get(ctx, &row, openCounts, run, entity, tx.List(targetsOf(to))); err != nil {
		return OpenCounts{}, fmt.Errorf("count open operations of run %s: %w", run, err)
	}
	return OpenCounts{Planned: row.Planned, Sent: row.Sent, NextDeadline: db.FromMicros(row.Deadline)}, nil
}

const answered = `
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM operations WHERE run = ? AND state = 'done' AND deadline > ? AND target_module {in}) THEN 1 ELSE 0 END`

// Answered reports whether a side answered any write of the run, in the given direction, that was sent since then.
func (s *Operations) Answered(ctx context.Context, run string, since time.Time, to ...record.Direction) (bool, error) {
	n := 0
	tx := s.db.Reader()
	if _, err := tx.Get(ctx, &n, answered, run, db.Micros(since), tx.List(targetsOf(to))); err != nil {
		return false, fmt.Errorf("look whether a write of run %s was answered: %w", run, err)
	}
	return n == 1, nil
}
