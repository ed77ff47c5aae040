package store

import (
	"context"
	"fmt"
	"time"
)

const (
	endRuns  = `UPDATE runs SET status = 'canceled', code = ?, reason = ?, ended_at = ? WHERE connection = ? AND status IN ('running', 'paused')`
	ownLists = `DELETE FROM listings WHERE run IN (SELECT id FROM runs WHERE connection = ?)`
)

// EndRuns ends the runs of a connection that have no end yet, paused ones too, as canceled. Idempotent.
func (s *Store) EndRuns(ctx context.Context, connection, code, reason string, at time.Time) error {
	err := s.db.write(ctx, func(tx session) error {
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
