package records

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// FindKeyed returns the ids of the records that have the value in a keyed field, the lowest first. A negative limit is no
// limit.
func FindKeyed(ctx context.Context, q Querier, module, fieldAPI, value string, limit int) ([]int64, error) {
	return readIDs(ctx, q, "SELECT id FROM keys WHERE module = ? AND field = ? AND value = ? ORDER BY id LIMIT ?",
		module, fieldAPI, KeyValue(value), limit)
}

// KeyValue returns the form of a value that is the same for equal values. Zoho's duplicate checks ignore case.
func KeyValue(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// keysOf returns the values by which the record can be found, by field.
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

func (s *Store) putKeys(ctx context.Context, tx *sql.Tx, module string, id int64, keys map[string]string) error {
	for api, value := range keys {
		stmt, err := s.db.Stmt(tx, insertKey)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, module, api, value, id); err != nil {
			return fmt.Errorf("store key %s of record %d: %w", api, id, err)
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
			return fmt.Errorf("delete key %s of record %d: %w", api, id, err)
		}
	}
	return nil
}
