package store

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/record"
)

const (
	fieldShown = `
SELECT COUNT(*) FROM (SELECT 1 FROM mirror WHERE connection = ? AND side = 'billing' AND module = ? AND fields LIKE ? ESCAPE '!' LIMIT 1) f`
	fieldShownBy = `
SELECT id FROM mirror WHERE connection = ? AND side = 'billing' AND module = ? AND fields LIKE ? ESCAPE '!' ORDER BY id LIMIT ?`
	fieldAgreed = `
SELECT COUNT(*) FROM (SELECT 1 FROM links WHERE connection = ? AND entity = ? AND gone = '' AND base LIKE ? ESCAPE '!'
  AND base NOT LIKE ? ESCAPE '!' AND base NOT LIKE ? ESCAPE '!' LIMIT 2) f`
)

// Showing gives a few records of billing's that show a field in the mirror, by their ids alone.
func (s *Store) Showing(ctx context.Context, connection string, entity record.Entity, field string, limit int) ([]record.Record, error) {
	var ids []string
	if err := s.reader().all(ctx, &ids, fieldShownBy, connection, entity.Module(), keyOf(field)+"%", limit); err != nil {
		return nil, fmt.Errorf("look for %s of %s: %w", field, entity, err)
	}
	out := make([]record.Record, len(ids))
	for i, id := range ids {
		out[i] = record.Record{Side: record.Billing, Module: entity.Module(), ID: id}
	}
	return out, nil
}

// keyOf matches a field's key in an object that is kept as text.
func keyOf(field string) string {
	return `%"` + strings.NewReplacer("!", "!!", "_", "!_", "%", "!%").Replace(field) + `":`
}

// FieldGone says that no record of billing's shows a field in the mirror, although both sides agreed on a value of it
// in several links: in one alone it was cleared by hand, for all one can tell.
func (s *Store) FieldGone(ctx context.Context, connection string, entity record.Entity, field string) (bool, error) {
	key := keyOf(field)
	var shown, agreed int
	_, err := s.reader().get(ctx, &shown, fieldShown, connection, entity.Module(), key+"%")
	if err == nil && shown == 0 {
		_, err = s.reader().get(ctx, &agreed, fieldAgreed, connection, entity, key+"%", key+"null%", key+`""%`)
	}
	if err != nil {
		return false, fmt.Errorf("look for %s of %s: %w", field, entity, err)
	}
	return agreed > 1, nil
}
