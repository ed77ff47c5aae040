package connections

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
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
func (s *Connections) RunCompleted(ctx context.Context, connection string) error {
	return s.setRow(ctx, connection, runCompleted, connection)
}

// RunFailed keeps what is wrong with a connection, and since when; its state stays. Idempotent.
func (s *Connections) RunFailed(ctx context.Context, connection string, d record.Degraded) error {
	reason := db.Clean(d.Reason)
	return s.setRow(ctx, connection, runFailed, db.Micros(d.Since), reason, connection, reason)
}

func (s *Connections) setRow(ctx context.Context, connection, query string, args ...any) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		if _, err := Get(ctx, tx, connection); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the state of connection %s: %w", connection, err)
	}
	return nil
}
