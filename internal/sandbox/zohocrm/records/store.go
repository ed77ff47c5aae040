package records

import (
	"context"
	"database/sql"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
)

// Store keeps the records of an organisation in its file. It is safe for concurrent use.
type Store struct {
	db    *platform.DB
	defs  *custom.Definitions
	clock platform.Clock
}

// Open prepares the statements that writes repeat.
func Open(ctx context.Context, db *platform.DB, defs *custom.Definitions, clock platform.Clock) (*Store, error) {
	s := &Store{db: db, defs: defs, clock: clock}
	return s, s.warm(ctx)
}

// Now is the time that a write carries: whole seconds, as times are on the wire.
func (s *Store) Now() int64 { return s.clock().Unix() * 1000 }

// Reader asks the pool of readers. It sees every write that has returned.
func (s *Store) Reader() Querier { return s.db.Read() }

// Write runs fn in one transaction, and returns once it is committed.
func (s *Store) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return s.db.Write(ctx, fn)
}
