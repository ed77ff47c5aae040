package worklist

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const anyUnlinked = `
SELECT m.id FROM mirror m WHERE m.connection = ? AND m.side = 'crm' AND m.module = ? AND m.due AND m.in_view
  AND NOT EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.entity = ? AND l.crm_id = m.id AND l.crm_module = m.module` + db.OneLook + `)`

// AnyUnlinked reports whether a due CRM record of the module has no link as a record of the entity: its plan must
// know the records of the other side. attached restricts Contacts as in a Query.
func (s *Worklist) AnyUnlinked(ctx context.Context, connection string, entity record.Entity, module record.Module, attached *bool) (bool, error) {
	query := anyUnlinked
	if attached != nil && *attached {
		query += dueAttached
	} else if attached != nil {
		query += dueUnattached
	}
	id := ""
	found, err := s.db.Reader().Get(ctx, &id, query+" LIMIT 1", connection, module, entity)
	if err != nil {
		return false, fmt.Errorf("look for %s without a link: %w", module, err)
	}
	return found, nil
}
