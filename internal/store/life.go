package store

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
)

// A degradation that lasts keeps the time since when it does.
const (
	runCompleted = `
UPDATE connections SET state = CASE WHEN state = 'connected' THEN 'active' ELSE state END, degraded_reason = NULL, degraded_since = 0
WHERE id = ? AND (state = 'connected' OR degraded_reason IS NOT NULL)`
	runFailed = `
UPDATE connections SET degraded_since = CASE WHEN degraded_reason IS NULL THEN ? ELSE degraded_since END, degraded_reason = ?
WHERE id = ? AND (degraded_reason IS NULL OR degraded_reason <> ?)`
)

// RunCompleted keeps that a run of the connection was completed: nothing is wrong with it, and one that was only
// connected is active. Any other state stays: who pauses or disables a connection owns it. Idempotent.
func (s *Store) RunCompleted(ctx context.Context, connection string) error {
	return s.setRow(ctx, connection, runCompleted, connection)
}

// RunFailed keeps what is wrong with a connection, and since when; its state stays. Idempotent.
func (s *Store) RunFailed(ctx context.Context, connection string, d record.Degraded) error {
	reason := clean(d.Reason)
	return s.setRow(ctx, connection, runFailed, micros(d.Since), reason, connection, reason)
}

func (s *Store) setRow(ctx context.Context, connection, query string, args ...any) error {
	err := s.write(ctx, func(tx session) error {
		if _, err := connectionIn(ctx, tx, connection); err != nil {
			return err
		}
		_, err := tx.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the state of connection %s: %w", connection, err)
	}
	return nil
}

// SentPart are the operations of one run, entity and direction whose outcome nobody has stored.
type SentPart struct {
	Run    string
	Entity record.Entity
	To     record.Side
	Sent   int
	// Deadline is the latest of theirs: after it, and a margin, all can be settled.
	Deadline time.Time
}

const sentParts = `
SELECT run, entity, CASE WHEN target_module IN ('Accounts', 'Contacts', 'Products') THEN 'crm' ELSE 'billing' END AS side,
       COUNT(*) AS sent, MAX(deadline) AS deadline
FROM operations WHERE connection = ? AND state = 'sent' AND pending GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

// SentParts lists what is of unknown outcome in a connection, of all its runs.
func (s *Store) SentParts(ctx context.Context, connection string) ([]SentPart, error) {
	var rows []struct {
		Run      string `db:"run"`
		Entity   string `db:"entity"`
		Side     string `db:"side"`
		Sent     int    `db:"sent"`
		Deadline int64  `db:"deadline"`
	}
	if err := s.reader().all(ctx, &rows, sentParts, connection); err != nil {
		return nil, fmt.Errorf("look for operations of unknown outcome of %s: %w", connection, err)
	}
	out := make([]SentPart, len(rows))
	for i, r := range rows {
		out[i] = SentPart{Run: r.Run, Entity: record.Entity(r.Entity), To: record.Side(r.Side), Sent: r.Sent, Deadline: fromMicros(r.Deadline)}
	}
	return out, nil
}

const (
	dropNotSent = `
DELETE FROM operations WHERE state = 'planned' AND id IN (
    SELECT id FROM operations WHERE connection = ? AND state = 'planned' AND pending LIMIT ? {lock})`
	dropSent = `DELETE FROM operations WHERE id {in} AND claim = ? AND state = 'sent' AND pending`
	endRuns  = `UPDATE runs SET status = 'canceled', code = ?, reason = ?, ended_at = ? WHERE connection = ? AND status IN ('running', 'paused')`
	ownLists = `DELETE FROM listings WHERE run IN (SELECT id FROM runs WHERE connection = ?)`
)

// DropPlanned forgets operations of a connection that were planned and never sent, as many as limit, and gives how
// many. Their sources stay due; whoever has claimed one is granted no call for it any more.
func (s *Store) DropPlanned(ctx context.Context, connection string, limit int) (int, error) {
	return s.exec(ctx, "drop planned operations of "+connection, dropNotSent, connection, limit)
}

// DropSent forgets operations that token holds and of which was learned that nothing more is to be done. Idempotent.
func (s *Store) DropSent(ctx context.Context, token string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write(ctx, func(tx session) error {
		_, err := tx.exec(ctx, dropSent, tx.list(ids), token)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop %d operations: %w", len(ids), err)
	}
	return nil
}

// EndRuns ends the runs of a connection that have no end yet, paused ones too, as canceled. Idempotent.
func (s *Store) EndRuns(ctx context.Context, connection, code, reason string, at time.Time) error {
	err := s.write(ctx, func(tx session) error {
		if _, err := tx.exec(ctx, endRuns, code, clean(reason), micros(at), connection); err != nil {
			return err
		}
		_, err := tx.exec(ctx, ownLists, connection)
		return err
	})
	if err != nil {
		return fmt.Errorf("end the runs of %s: %w", connection, err)
	}
	return nil
}
