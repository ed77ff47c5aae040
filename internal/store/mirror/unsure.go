package mirror

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Billing shows the times of changes in whole seconds, and its list of customers is a short form. What somebody edits in
// the second in which we wrote or read a customer therefore looks in the list as if nothing had happened.
// Such customers are unsure, and read once more when that second is surely over.

// overSecond is how long after a read its second is surely over, whatever the clocks.
const overSecond = 2 * time.Second

// markUnsure leaves alone what is marked with this time already.
var markUnsure = db.Bulk{
	Columns: db.Columns("due_connection text, due_side text, due_module text, due_id text"),
	Query: `
WITH {rows}
UPDATE mirror SET unsure = ? FROM v
WHERE mirror.connection = v.due_connection AND mirror.side = v.due_side AND mirror.module = v.due_module AND mirror.id = v.due_id
  AND mirror.unsure <> ?`,
}

// MarkUnsure marks customers that were edited about when they were read.
func (s *Mirror) MarkUnsure(ctx context.Context, connection string, records []record.Record, now time.Time) error {
	keys := make([]Key, len(records))
	for i, r := range records {
		keys[i] = KeyOf(connection, r)
	}
	if len(keys) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx db.Session) error { return MarkUnsure(ctx, tx, keys, now) })
	if err != nil {
		return fmt.Errorf("mark %d records as unsure: %w", len(keys), err)
	}
	return nil
}

// MarkUnsure marks rows within a session; rows that were marked at this time stay as they are.
func MarkUnsure(ctx context.Context, tx db.Session, keys []Key, now time.Time) error {
	_, err := tx.Bulk(ctx, markUnsure, keyRows(keys), db.Micros(now), db.Micros(now))
	return err
}

const (
	// The last edits that the list shows may not be over: no later one proves that their second is.
	newestUnsure = `
UPDATE mirror SET unsure = ? WHERE connection = ? AND module = ? AND side = 'billing' AND due AND NOT whole
AND modified_at >= (SELECT COALESCE(MAX(n.modified_at), 0) FROM mirror n WHERE n.connection = ? AND n.side = 'billing' AND n.module = ?) - 1000000`
	countUnsure = `SELECT COUNT(*) FROM mirror WHERE connection = ? AND module = ? AND unsure > 0`
	readAgain   = `
UPDATE mirror SET due = TRUE, whole = FALSE, unsure = CASE WHEN unsure < ? THEN 0 ELSE unsure END
WHERE connection = ? AND module = ? AND unsure > 0`
	clearUnsure = `UPDATE mirror SET unsure = 0 WHERE connection = ? AND module = ? AND unsure > 0`
)

// Reread is called after a complete list. It makes unsure customers due, and has them read whole, and returns how
// many. Where they are more than limit it forgets them instead: after a large sync, reading each record once more
// would cost more than it brings.
func (s *Mirror) Reread(ctx context.Context, connection string, module record.Module, now time.Time, limit int) (n int, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		if _, err := tx.Exec(ctx, newestUnsure, db.Micros(now), connection, module, connection, module); err != nil {
			return err
		}
		n = 0
		if _, err := tx.Get(ctx, &n, countUnsure, connection, module); err != nil || n == 0 {
			return err
		}
		if n > limit {
			n = 0
			_, err := tx.Exec(ctx, clearUnsure, connection, module)
			return err
		}
		_, err := tx.Exec(ctx, readAgain, db.Micros(now.Add(-overSecond)), connection, module)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read %s again: %w", module, err)
	}
	return n, nil
}
