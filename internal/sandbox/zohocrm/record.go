package zohocrm

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/sandbox/platform"
)

// record is one record as it is stored. Values holds what value.go's normalise makes; the system's own columns
// stand beside it.
type record struct {
	ID         int64
	Module     string
	Name       string
	Created    int64 // ms
	Modified   int64 // ms
	Owner      string
	CreatedBy  string
	ModifiedBy string
	Values     map[string]any
}

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

func scanRecord(s scanner) (*record, error) {
	r := &record{}
	var body []byte
	if err := s.Scan(&r.ID, &r.Module, &r.Name, &r.Created, &r.Modified, &r.Owner, &r.CreatedBy, &r.ModifiedBy, &body); err != nil {
		return nil, err
	}
	values, err := decodeObject(body)
	if err != nil {
		return nil, fmt.Errorf("record %d of %s: stored form: %w", r.ID, r.Module, err)
	}
	r.Values = values
	return r, nil
}

// decodeObject keeps numbers as they were written: 21.3500004 must not become 21.350000399999999.
func decodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	values := map[string]any{}
	err := d.Decode(&values)
	return values, err
}

// get gives a field's value in its stored form: the system's columns too, times as milliseconds (int64).
func (r *record) get(f *field) any {
	switch f.API {
	case "id":
		return r.ID
	case "Created_Time":
		return r.Created
	case "Modified_Time":
		return r.Modified
	case "Last_Activity_Time":
		return r.Modified
	case "Owner":
		return r.Owner
	case "Created_By":
		return r.CreatedBy
	case "Modified_By":
		return r.ModifiedBy
	case "Full_Name":
		return r.Name
	}
	if f.Type == typeFormula {
		return r.Values[f.Formula]
	}
	return r.Values[f.API]
}

// querier is a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// preparedTx asks with statements that are kept between writes.
type preparedTx struct {
	db *platform.DB
	tx *sql.Tx
}

func (s *Store) prepared(tx *sql.Tx) querier { return preparedTx{s.db, tx} }

func (p preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.db.Stmt(p.tx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.db.Stmt(p.tx, query)
	if err != nil {
		return p.tx.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// find gives one record, or nil where there is none.
func (s *Store) find(ctx context.Context, q querier, module string, id int64) (*record, error) {
	row := q.QueryRowContext(ctx, "SELECT "+recordColumns+" FROM records WHERE module = ? AND id = ?", module, id)
	r, err := scanRecord(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// findKeyed gives the ids of the records whose keyed field has the value, lowest first.
func findKeyed(ctx context.Context, q querier, module, fieldAPI, value string, limit int) ([]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT id FROM keys WHERE module = ? AND field = ? AND value = ? ORDER BY id LIMIT ?",
		module, fieldAPI, keyValue(value), limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// keyValue is the form in which equal values are found: Zoho's duplicate checks do not look at case.
func keyValue(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// keyed says whether the field's values are kept for look-ups: duplicate checks, unique fields, lookups.
func (m *module) keyed(f *field) bool {
	return f.API == m.CheckField || f.Unique || f.API == markerField || f.Type == typeLookup
}

// keysOf gives field and value of all that is kept for look-ups of a record.
func keysOf(set *fieldSet, values map[string]any) map[string]string {
	keys := map[string]string{}
	for api, v := range values {
		f := set.byAPI[api]
		s, isText := v.(string)
		if f == nil || !isText || s == "" || !set.module.keyed(f) {
			continue
		}
		keys[api] = keyValue(s)
	}
	return keys
}

// insert stores a new record. The caller has checked it.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, set *fieldSet, r *record) error {
	body, err := json.Marshal(r.Values)
	if err != nil {
		return err
	}
	r.Name = set.module.Label(r.Values)
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

// update stores a changed record; before are the values that it had.
func (s *Store) update(ctx context.Context, tx *sql.Tx, set *fieldSet, before map[string]any, r *record) error {
	body, err := json.Marshal(r.Values)
	if err != nil {
		return err
	}
	r.Name = set.module.Label(r.Values)
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

// nextID gives the next record's id: always higher than every id so far, so that a read by key meets new records.
func (s *Store) nextID(ctx context.Context, tx *sql.Tx) (int64, error) {
	stmt, err := s.db.Stmt(tx, takeID)
	if err != nil {
		return 0, err
	}
	var id int64
	if err := stmt.QueryRowContext(ctx, idFirstRecord).Scan(&id); err != nil {
		return 0, fmt.Errorf("next record id: %w", err)
	}
	return id, nil
}

// raiseID makes later ids higher than id.
func (s *Store) raiseID(ctx context.Context, tx *sql.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO counters (name, value) VALUES ('record', max(?, ?))
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`, id, int64(idFirstRecord))
	if err != nil {
		return fmt.Errorf("raise record id: %w", err)
	}
	return nil
}

// wire gives a stored time in the organisation's time zone.
func wire(ms int64) string { return time.UnixMilli(ms).UTC().Format(wireTime) }
