package records

import (
	"context"
	"database/sql"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
)

// Open returns the store of an organisation's records. db must have Schema.
func Open(ctx context.Context, db *platform.DB, defs *custom.Definitions, clock platform.Clock) (*Store, error) {
	s := &Store{db: db, defs: defs, clock: clock}
	return s, s.prepareStatements(ctx)
}

// prepareStatements prepares the statements before the first write. A load of many records is one write, and would
// otherwise parse them for each record.
func (s *Store) prepareStatements(ctx context.Context) error {
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
