package runs

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/store/db"
)

const (
	endRuns  = `UPDATE runs SET status = 'canceled', code = ?, reason = ?, ended_at = ? WHERE connection = ? AND status IN ('running', 'paused')`
	ownLists = `DELETE FROM listings WHERE run IN (SELECT id FROM runs WHERE connection = ?)`
)

// EndAll ends the runs of a connection that have no end yet, paused ones too, as canceled. Idempotent.
func (s *Runs) EndAll(ctx context.Context, connection, code, reason string, at time.Time) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		if _, err := tx.Exec(ctx, endRuns, code, db.Clean(reason), db.Micros(at), connection); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, ownLists, connection)
		return err
	})
	if err != nil {
		return fmt.Errorf("end the runs of %s: %w", connection, err)
	}
	return nil
}
