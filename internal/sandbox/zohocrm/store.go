package zohocrm

import (
	"context"
	"database/sql"

	"causeway/internal/sandbox/platform"
)

// Store keeps the records of an organisation in its file. It is safe for concurrent use.
type Store struct {
	db    *platform.DB
	defs  *Definitions
	clock platform.Clock
}

// openStore prepares the statements that writes repeat.
func openStore(ctx context.Context, db *platform.DB, defs *Definitions, clock platform.Clock) (*Store, error) {
	s := &Store{db: db, defs: defs, clock: clock}
	return s, s.warm(ctx)
}

// now is the time that a write carries: whole seconds, as times are on the wire.
func (s *Store) now() int64 { return s.clock().Unix() * 1000 }

// reader asks the pool of readers. It sees every write that has returned.
func (s *Store) reader() querier { return s.db.Read() }

// Write runs fn in one transaction, and returns once it is committed.
func (s *Store) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return s.db.Write(ctx, fn)
}
