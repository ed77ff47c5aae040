package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

const recordColumns = "id, module, name, created, modified, owner, created_by, modified_by, body"

// The statements that writes repeat.
const (
	insertRecord    = "INSERT INTO records (" + recordColumns + ") VALUES (?,?,?,?,?,?,?,?,?)"
	updateRecordRow = "UPDATE records SET name = ?, modified = ?, owner = ?, modified_by = ?, body = ? WHERE module = ? AND id = ?"
	insertKey       = "INSERT OR IGNORE INTO keys (module, field, value, id) VALUES (?,?,?,?)"
	deleteKey       = "DELETE FROM keys WHERE module = ? AND field = ? AND value = ? AND id = ?"
	takeID          = "INSERT INTO counters (name, value) VALUES ('record', ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
)

// warm has the statements prepared before the first write: a load of many records is one write, which would else
// parse them anew for each record.
func (s *Store) warm(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		for _, q := range []string{insertRecord, updateRecordRow, insertKey, deleteKey, takeID} {
			s, err := s.db.Stmt(tx, q)
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

type scanner interface{ Scan(dest ...any) error }

func scanRecord(s scanner) (*query.Record, error) {
	r := &query.Record{}
	var body []byte
	if err := s.Scan(&r.ID, &r.Module, &r.Name, &r.Created, &r.Modified, &r.Owner, &r.CreatedBy, &r.ModifiedBy, &body); err != nil {
		return nil, err
	}
	values, err := metadata.DecodeObject(body)
	if err != nil {
		return nil, fmt.Errorf("record %d of %s: stored form: %w", r.ID, r.Module, err)
	}
	r.Values = values
	return r, nil
}

// KeyValue is the form in which equal values are found: Zoho's duplicate checks do not look at case.
func KeyValue(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// keysOf gives field and value of all that is kept for look-ups of a record.
func keysOf(set *metadata.FieldSet, values map[string]any) map[string]string {
	keys := map[string]string{}
	for api, v := range values {
		f := set.ByAPI[api]
		s, isText := v.(string)
		if f == nil || !isText || s == "" || !set.Module.Keyed(f) {
			continue
		}
		keys[api] = KeyValue(s)
	}
	return keys
}

// Insert stores a new record. The caller has checked it.
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

func (s *Store) putKeys(ctx context.Context, tx *sql.Tx, module string, id int64, keys map[string]string) error {
	for api, value := range keys {
		stmt, err := s.db.Stmt(tx, insertKey)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, module, api, value, id); err != nil {
			return fmt.Errorf("keep %s of record %d: %w", api, id, err)
		}
	}
	return nil
}

func (s *Store) dropKeys(ctx context.Context, tx *sql.Tx, module string, id int64, keys map[string]string) error {
	for api, value := range keys {
		stmt, err := s.db.Stmt(tx, deleteKey)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, module, api, value, id); err != nil {
			return fmt.Errorf("drop %s of record %d: %w", api, id, err)
		}
	}
	return nil
}

// Update stores a changed record; before are the values that it had.
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

// NextID gives the next record's id: always higher than every id so far, so that a read by key meets new records.
func (s *Store) NextID(ctx context.Context, tx *sql.Tx) (int64, error) {
	stmt, err := s.db.Stmt(tx, takeID)
	if err != nil {
		return 0, err
	}
	var id int64
	if err := stmt.QueryRowContext(ctx, metadata.IdFirstRecord).Scan(&id); err != nil {
		return 0, fmt.Errorf("next record id: %w", err)
	}
	return id, nil
}

// RaiseID makes later ids higher than id.
func (s *Store) RaiseID(ctx context.Context, tx *sql.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO counters (name, value) VALUES ('record', max(?, ?))
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`, id, int64(metadata.IdFirstRecord))
	if err != nil {
		return fmt.Errorf("raise record id: %w", err)
	}
	return nil
}
