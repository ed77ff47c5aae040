package operations

import (
	"context"
	"fmt"

	"causeway/internal/store/db"
)

const (
	dropNotSent = `
DELETE FROM operations WHERE state = 'planned' AND id IN (
    SELECT id FROM operations WHERE connection = ? AND state = 'planned' AND pending LIMIT ? {lock})`
	dropSent = `DELETE FROM operations WHERE id {in} AND claim = ? AND state = 'sent' AND pending`
)

// DropPlanned forgets at most limit operations of a connection that were planned and never sent, and returns how
// many. Their sources stay due. An attempt that has claimed one is granted no call for it.
func (s *Operations) DropPlanned(ctx context.Context, connection string, limit int) (int, error) {
	return s.db.Exec(ctx, "drop planned operations of "+connection, dropNotSent, connection, limit)
}

// DropSent forgets operations that token has, and that need nothing more. Idempotent.
func (s *Operations) DropSent(ctx context.Context, token string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, dropSent, tx.List(ids), token)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop %d operations: %w", len(ids), err)
	}
	return nil
}
