package worklist

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/mirror"
)

const (
	fieldShown = `
SELECT COUNT(*) FROM (SELECT 1 FROM mirror WHERE connection = ? AND side = 'billing' AND module = ? AND fields LIKE ? ESCAPE '!' LIMIT 1) f`
	fieldAgreed = `
SELECT COUNT(*) FROM (SELECT 1 FROM links WHERE connection = ? AND entity = ? AND gone = '' AND base LIKE ? ESCAPE '!'
  AND base NOT LIKE ? ESCAPE '!' AND base NOT LIKE ? ESCAPE '!' LIMIT 2) f`
)

// FieldGone reports whether no record of billing shows a field in the mirror, although both sides agreed on a value
// in several links. One link alone proves nothing: its value may have been cleared by hand.
func (s *Worklist) FieldGone(ctx context.Context, connection string, entity record.Entity, field string) (bool, error) {
	key := mirror.FieldKey(field)
	var shown, agreed int
	_, err := s.db.Reader().Get(ctx, &shown, fieldShown, connection, entity.Module(), key+"%")
	if err == nil && shown == 0 {
		_, err = s.db.Reader().Get(ctx, &agreed, fieldAgreed, connection, entity, key+"%", key+"null%", key+`""%`)
	}
	if err != nil {
		return false, fmt.Errorf("look for %s of %s: %w", field, entity, err)
	}
	return agreed > 1, nil
}
