package mirror

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

var markDue = db.Bulk{
	Columns: db.Columns("due_connection text, due_side text, due_module text, due_id text"),
	Query: `
WITH {rows}
UPDATE mirror SET due = TRUE FROM v
WHERE mirror.connection = v.due_connection AND mirror.side = v.due_side AND mirror.module = v.due_module AND mirror.id = v.due_id AND NOT mirror.due`,
}

// MarkDue makes records due, and returns how many were not.
func MarkDue(ctx context.Context, tx db.Session, keys []Key) (int, error) {
	return tx.Bulk(ctx, markDue, keyRows(keys))
}

const markAllDue = `UPDATE mirror SET due = TRUE WHERE connection = ? AND side = ? AND module = ? AND NOT due`

// MarkDue makes records due, all of the module where ids is nil, and returns how many were not. Idempotent.
func (s *Mirror) MarkDue(ctx context.Context, connection string, side record.Side, module record.Module, ids []string) (n int, err error) {
	if ids == nil {
		return s.db.Exec(ctx, "mark all "+string(module)+" due", markAllDue, connection, side, module)
	}
	keys := make([]Key, len(ids))
	for i, id := range ids {
		keys[i] = Key{connection, side, module, id}
	}
	err = s.db.Write(ctx, func(tx db.Session) (err error) {
		n, err = MarkDue(ctx, tx, keys)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mark %s due: %w", module, err)
	}
	return n, nil
}
