package mirror

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/record"
)

const fieldShownBy = `
SELECT id FROM mirror WHERE connection = ? AND side = 'billing' AND module = ? AND fields LIKE ? ESCAPE '!' ORDER BY id LIMIT ?`

// Showing returns a few records of billing that show a field in the mirror. Only their ids are filled in.
func (s *Mirror) Showing(ctx context.Context, connection string, entity record.Entity, field string, limit int) ([]record.Record, error) {
	var ids []string
	if err := s.db.Reader().All(ctx, &ids, fieldShownBy, connection, entity.Module(), FieldKey(field)+"%", limit); err != nil {
		return nil, fmt.Errorf("look for %s of %s: %w", field, entity, err)
	}
	out := make([]record.Record, len(ids))
	for i, id := range ids {
		out[i] = record.Record{Side: record.Billing, Module: entity.Module(), ID: id}
	}
	return out, nil
}

// FieldKey matches a field's key in an object that is kept as text.
func FieldKey(field string) string {
	return `%"` + strings.NewReplacer("!", "!!", "_", "!_", "%", "!%").Replace(field) + `":`
}
