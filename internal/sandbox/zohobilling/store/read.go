package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
)

// Query reads rows outside any write.
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.db.Read().QueryContext(ctx, query, args...)
}

// Find scans one row outside any write. Where there is none, it returns missing.
func (s *Store) Find(ctx context.Context, missing error, query string, args []any, dest ...any) error {
	err := s.db.Read().QueryRowContext(ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return err
}

// Doc reads the JSON of one record. Where there is none, it returns missing.
func (s *Store) Doc(ctx context.Context, missing error, query string, args ...any) (json.RawMessage, error) {
	var doc []byte
	if err := s.Find(ctx, missing, query, args, &doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// Changes returns how often a record of the table came, went or moved in a list. Cursors of lists end with a change.
func (s *Store) Changes(table string) int64 { return s.changes[table].Load() }
