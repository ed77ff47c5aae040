package operations

import (
	"context"
	"fmt"

	"causeway/internal/store/db"
	"causeway/internal/store/runs"
)

const (
	dropPlanned = `
DELETE FROM operations WHERE connection = ? AND state = 'planned' AND attempts = 0 AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)`
	sentElsewhere = `
SELECT id FROM operations o WHERE connection = ? AND pending AND (state = 'sent' OR attempts > 0) AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)
AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.run = ? AND n.source_module = o.source_module AND n.source_id = o.source_id AND n.entity = o.entity)
ORDER BY seq {lock}`
)

var moveOperations = db.Bulk{
	Columns: db.Columns("op_id text, new_seq bigint"),
	Query: `
WITH {rows}
UPDATE operations SET run = ?, seq = v.new_seq FROM v WHERE operations.id = v.op_id AND operations.pending
RETURNING id`,
}

// TakeElsewhere clears up behind earlier runs of the connection that were cut off, and returns how many operations
// moved. Operations that were planned but not sent are dropped; their sources are still due. Operations that were
// sent, if only once, move to this run, which settles or repeats them. Their claims stay, so that a late outcome is
// still stored. Idempotent.
func (s *Operations) TakeElsewhere(ctx context.Context, connection, run string) (moved int, err error) {
	this, err := runs.Get(ctx, s.db.Reader(), run)
	if err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(tx db.Session) error {
		moved = 0
		if _, err := tx.Exec(ctx, dropPlanned, connection, connection, this.Number); err != nil {
			return err
		}
		var ids []string
		if err := tx.All(ctx, &ids, sentElsewhere, connection, connection, this.Number, run); err != nil {
			return err
		}
		moved, err = moveTo(ctx, tx, run, ids)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("clear up behind earlier runs of %s: %w", connection, err)
	}
	return moved, nil
}

// moveTo makes open operations those of another run, behind its own.
func moveTo(ctx context.Context, c db.Session, run string, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	var last int64
	if _, err := c.Get(ctx, &last, takeSeqs, len(ids), run); err != nil {
		return 0, err
	}
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{id, last - int64(len(ids)-1-i)}
	}
	done, err := c.BulkIDs(ctx, moveOperations, rows, run)
	return len(done), err
}
