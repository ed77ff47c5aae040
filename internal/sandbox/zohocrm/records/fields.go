package records

import (
	"context"
	"database/sql"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// ConvertValues fits the records to a new definition of a field. It keeps the values that next accepts and removes the
// others; it removes all of them if next is nil. No record counts as modified.
func (s *Store) ConvertValues(ctx context.Context, tx *sql.Tx, m *metadata.Module, old, next *metadata.Field) error {
	const withValue = "SELECT id FROM records WHERE module = ? AND json_extract(body, ?) IS NOT NULL"
	ids, err := readIDs(ctx, tx, withValue, m.API, `$."`+old.API+`"`)
	if err != nil {
		return err
	}
	before := &metadata.FieldSet{Module: m, ByAPI: map[string]*metadata.Field{old.API: old}}
	after := &metadata.FieldSet{Module: m, ByAPI: map[string]*metadata.Field{}}
	if next != nil {
		after.ByAPI[next.API] = next
	}
	for _, id := range ids {
		rec, err := s.Find(ctx, s.Prepared(tx), m.API, id)
		if err != nil || rec == nil {
			return err
		}
		value := rec.Values[old.API]
		if err := s.dropKeys(ctx, tx, m.API, id, keysOf(before, rec.Values)); err != nil {
			return err
		}
		delete(rec.Values, old.API)
		if next != nil {
			if kept, wrong := next.Normalise(value); wrong == nil && kept != nil {
				rec.Values[next.API] = kept
			}
		}
		if err := s.Update(ctx, tx, after, nil, rec); err != nil {
			return err
		}
	}
	return nil
}

// Autonumber sets the autonumber fields of a new record to their next numbers.
func (s *Store) Autonumber(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, r *query.Record) error {
	for _, f := range set.List {
		if f.Type != metadata.TypeAuto || r.Values[f.API] != nil {
			continue
		}
		var n int64
		err := tx.QueryRowContext(ctx, `INSERT INTO counters (name, value) VALUES (?, 1)
			ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`, "autonumber "+set.Module.API+"."+f.API).Scan(&n)
		if err != nil {
			return fmt.Errorf("next number of %s: %w", f.API, err)
		}
		r.Values[f.API] = metadata.FormatID(n)
	}
	return nil
}
