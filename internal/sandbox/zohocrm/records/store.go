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

// Now returns the time of a write, in milliseconds: whole seconds, as the API shows times.
func (s *Store) Now() int64 { return s.clock().Unix() * 1000 }

// Reader returns the pool of readers. It sees every write that has returned.
func (s *Store) Reader() Querier { return s.db.Read() }

// Write runs fn in one transaction, and returns once it is committed.
func (s *Store) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return s.db.Write(ctx, fn)
}

// Querier runs queries: a transaction, or the pool of readers.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
