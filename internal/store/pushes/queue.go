package pushes

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Release opens queued pushes of an active connection, and returns them in their sequence. The caller tells their
// workflows and then calls MarkTold. Until it does, Release returns them again.
func (s *Pushes) Release(ctx context.Context, connection string, limit int) ([]Push, error) {
	return s.movePushes(ctx, connection, StateOpen, Go, limit)
}

// Refuse ends queued pushes of a connection that is being disabled, and returns them as Release does.
func (s *Pushes) Refuse(ctx context.Context, connection string, limit int) ([]Push, error) {
	return s.movePushes(ctx, connection, StateRefused, Refuse, limit)
}

func (s *Pushes) movePushes(ctx context.Context, connection, to, decision string, limit int) ([]Push, error) {
	var rows []pushRow
	err := s.db.Write(ctx, func(tx db.Session) error {
		rows = nil
		var now string
		if _, err := tx.Get(ctx, &now, lockPushes, connection); err != nil {
			return err
		}
		if decidePush(record.State(now)) != decision {
			return nil // a later state decides
		}
		if err := tx.All(ctx, &rows, queuedPushes, connection, to, limit); err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := tx.Exec(ctx, movePushes, to, true, connection, r.Seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tell queued pushes of %s: %w", connection, err)
	}
	out := make([]Push, len(rows))
	for i, r := range rows {
		r.State = to
		if out[i], err = s.push(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const pushesOf = `SELECT * FROM pushes WHERE connection = ? AND type = ? AND transaction_id = ? ORDER BY seq`

// Of lists what was asked of one transaction, in its sequence.
func (s *Pushes) Of(ctx context.Context, connection, kind, id string) ([]Push, error) {
	var rows []pushRow
	if err := s.db.Reader().All(ctx, &rows, pushesOf, connection, kind, id); err != nil {
		return nil, fmt.Errorf("list the pushes of %s %s: %w", kind, id, err)
	}
	out := make([]Push, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = s.push(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const toldPush = `UPDATE pushes SET untold = FALSE WHERE connection = ? AND seq = ?`

// MarkTold notes that the workflows of these pushes were told what became of them. Idempotent.
func (s *Pushes) MarkTold(ctx context.Context, connection string, seqs []int64) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		for _, seq := range seqs {
			if _, err := tx.Exec(ctx, toldPush, connection, seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note that pushes of %s were told: %w", connection, err)
	}
	return nil
}

// CountOpen counts the pushes that were admitted and have no end yet.
func (s *Pushes) CountOpen(ctx context.Context, connection string) (n int, err error) {
	if _, err = s.db.Reader().Get(ctx, &n, openPushes, connection); err != nil {
		return 0, fmt.Errorf("count open pushes of %s: %w", connection, err)
	}
	return n, nil
}
