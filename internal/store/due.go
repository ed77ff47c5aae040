package store

import (
	"context"
	"fmt"

	"causeway/internal/record"
)

var markDue = bulk{
	columns: cols("due_connection text, due_side text, due_module text, due_id text"),
	query: `
WITH {rows}
UPDATE mirror SET due = TRUE FROM v
WHERE mirror.connection = v.due_connection AND mirror.side = v.due_side AND mirror.module = v.due_module AND mirror.id = v.due_id AND NOT mirror.due`,
}

// markDueIn makes records due, and returns how many were not.
func markDueIn(ctx context.Context, tx session, keys []mirrorKey) (int, error) {
	return tx.bulk(ctx, markDue, keyRows(keys))
}

const markAllDue = `UPDATE mirror SET due = TRUE WHERE connection = ? AND side = ? AND module = ? AND NOT due`

// MarkDue makes records due, all of the module where ids is nil, and gives how many were not. Idempotent.
func (s *Store) MarkDue(ctx context.Context, connection string, side record.Side, module record.Module, ids []string) (n int, err error) {
	if ids == nil {
		return s.db.exec(ctx, "mark all "+string(module)+" due", markAllDue, connection, side, module)
	}
	keys := make([]mirrorKey, len(ids))
	for i, id := range ids {
		keys[i] = mirrorKey{connection, side, module, id}
	}
	err = s.db.write(ctx, func(tx session) (err error) {
		n, err = markDueIn(ctx, tx, keys)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mark %s due: %w", module, err)
	}
	return n, nil
}
