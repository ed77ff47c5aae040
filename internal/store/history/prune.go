package history

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/store/db"
	"causeway/internal/store/runs"
)

const (
	// The newest sync stays in any case: the next one's number follows from it.
	oldRuns = `
SELECT id FROM runs WHERE connection = ? AND ended_at > 0 AND ended_at < ? AND status IN ('completed', 'failed', 'canceled')
AND (push > 0 OR number < (SELECT MAX(number) FROM runs WHERE connection = ?)) ORDER BY number, push`
	pruneOperations = `
DELETE FROM operations AS o WHERE o.run = ? AND o.state = 'done' AND (o.outcome NOT IN ('failed', 'conflicts', 'skipped', 'deleted')
  OR EXISTS (SELECT 1 FROM operations n WHERE n.source_id = o.source_id AND n.source_module = o.source_module
             AND n.connection = o.connection AND n.entity = o.entity AND n.state = 'done' AND (n.done_at, n.id) > (o.done_at, o.id)))`
	pruneRun       = `DELETE FROM runs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM operations WHERE run = ?)`
	pruneUnchanged = `DELETE FROM run_unchanged WHERE run = ?`
	pruneRecords   = `DELETE FROM run_records WHERE run = ?`
)

// Prune forgets the runs of a connection that ended before the given time, with their operations, and returns how
// many. Links stay. The newest operation of every record that is not in sync stays too, with its run, because it
// tells why. Idempotent. Each run is forgotten in its own transaction, so a prune that is interrupted keeps what it
// has done.
func (s *History) Prune(ctx context.Context, connection string, before time.Time) (forgotten int, err error) {
	var old []string
	if err := s.db.Reader().All(ctx, &old, oldRuns, connection, db.Micros(before), connection); err != nil {
		return 0, fmt.Errorf("look for old runs of %s: %w", connection, err)
	}
	for _, run := range old {
		gone := 0
		err := s.db.Write(ctx, func(tx db.Session) (err error) {
			gone, err = prune(ctx, tx, run)
			return err
		})
		if err != nil {
			return forgotten, fmt.Errorf("forget run %s: %w", run, err)
		}
		forgotten += gone
	}
	return forgotten, runs.ForgetSpent(ctx, s.db, connection, before)
}

func prune(ctx context.Context, tx db.Session, run string) (gone int, err error) {
	if _, err := tx.Exec(ctx, pruneOperations, run); err != nil {
		return 0, err
	}
	if gone, err = tx.Exec(ctx, pruneRun, run, run); err != nil || gone == 0 {
		return gone, err
	}
	for _, query := range []string{pruneUnchanged, pruneRecords} {
		if _, err := tx.Exec(ctx, query, run); err != nil {
			return gone, err
		}
	}
	return gone, runs.DropListings(ctx, tx, run)
}
