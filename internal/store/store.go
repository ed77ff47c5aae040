// Package store keeps connections, credentials, preferences, mirror, links, runs and operations, in
// PostgreSQL or SQLite behind the same methods. It must never call a side, never store a credential in
// clear, and never let an attempt that lost its claim write an outcome.
package store

import (
	"context"

	"causeway/internal/keyring"
)

// Store is one database. All methods are safe for concurrent use, by any number of processes.
type Store struct {
	db *DB
}

// Open opens the database that dsn names: "postgres://..." or "postgresql://..." is PostgreSQL, anything
// else the path of an SQLite file ("sqlite:" may stand before it), made when absent. It does not migrate.
func Open(ctx context.Context, dsn string, keys keyring.Ring) (*Store, error) {
	d, err := openDB(ctx, dsn, keys)
	if err != nil {
		return nil, err
	}
	return &Store{db: d}, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Migrate brings the schema to the newest version. It is safe when several processes do it at once.
func (s *Store) Migrate(ctx context.Context) error { return s.db.Migrate(ctx) }

// Version is the schema's version; 0 before the first migration.
func (s *Store) Version(ctx context.Context) (int64, error) { return s.db.Version(ctx) }

// CheckVersion makes sure that the tables are those of this program; a *SchemaError says what to do where
// they are not. It writes nothing.
func (s *Store) CheckVersion(ctx context.Context) error { return s.db.CheckVersion(ctx) }
