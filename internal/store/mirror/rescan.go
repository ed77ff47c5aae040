package mirror

import (
	"context"

	"causeway/internal/record"
)

// The pass is another one then, so that a worker that was frozen in the one before stores nothing into it.
const rescan = `UPDATE mirror_state SET completed = FALSE, position = '', whole = FALSE, mark = 0, pass = pass + 1 WHERE connection = ? AND side = ? AND module = ? AND reading = 'records'`

// Rescan has the next pass over a module read all of it again, rather than what changed: the fields to read
// are others now. The mirror's rows stay. Idempotent, as long as no pass has begun since.
func (s *Mirror) Rescan(ctx context.Context, connection string, side record.Side, module record.Module) error {
	_, err := s.db.Exec(ctx, "read all "+string(module)+" again", rescan, connection, side, module)
	return err
}
