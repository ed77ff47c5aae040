package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Insert stores a new record, which the caller has checked.
func (s *Store) Insert(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, r *query.Record) error {
	body, err := json.Marshal(r.Values)
	if err != nil {
		return err
	}
	r.Name = set.Module.Label(r.Values)
	stmt, err := s.db.Stmt(tx, insertRecord)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, r.ID, r.Module, r.Name, r.Created, r.Modified, r.Owner, r.CreatedBy, r.ModifiedBy, string(body)); err != nil {
		return fmt.Errorf("insert record %d of %s: %w", r.ID, r.Module, err)
	}
	return s.putKeys(ctx, tx, r.Module, r.ID, keysOf(set, r.Values))
}

// Update stores a changed record. before is the values that it had.
func (s *Store) Update(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, before map[string]any, r *query.Record) error {
	body, err := json.Marshal(r.Values)
	if err != nil {
		return err
	}
	r.Name = set.Module.Label(r.Values)
	stmt, err := s.db.Stmt(tx, updateRecordRow)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, r.Name, r.Modified, r.Owner, r.ModifiedBy, string(body), r.Module, r.ID); err != nil {
		return fmt.Errorf("update record %d of %s: %w", r.ID, r.Module, err)
	}
	if err := s.dropKeys(ctx, tx, r.Module, r.ID, keysOf(set, before)); err != nil {
		return err
	}
	return s.putKeys(ctx, tx, r.Module, r.ID, keysOf(set, r.Values))
}

// NextID returns the id of the next record. It is higher than every id so far, so that a read by key comes to new records.
func (s *Store) NextID(ctx context.Context, tx *sql.Tx) (int64, error) {
	stmt, err := s.db.Stmt(tx, takeID)
	if err != nil {
		return 0, err
	}
	var id int64
	if err := stmt.QueryRowContext(ctx, metadata.IDFirstRecord).Scan(&id); err != nil {
		return 0, fmt.Errorf("next record id: %w", err)
	}
	return id, nil
}

// RaiseID makes all later ids higher than id.
func (s *Store) RaiseID(ctx context.Context, tx *sql.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO counters (name, value) VALUES ('record', max(?, ?))
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`, id, int64(metadata.IDFirstRecord))
	if err != nil {
		return fmt.Errorf("raise record id: %w", err)
	}
	return nil
}
