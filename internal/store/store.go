// Package store keeps connections, credentials, preferences, mirror, links, runs and operations, in
// PostgreSQL or SQLite behind the same methods. It must never call a side, never store a credential in
// clear, and never let an attempt that lost its claim write an outcome.
package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver of PostgreSQL
)

// Store is one database. All methods are safe for concurrent use, by any number of processes.
type Store struct {
	dialect dialect
	keys    KeyRing
	read    *sqlx.DB
	// writer is SQLite's one writing connection; nil with PostgreSQL, which writes through the pool.
	writer *writer
	path   string // of SQLite's file
}

// The connections that one process holds.
const (
	postgresConns = 16
	postgresIdle  = 8
)

// Open opens the database that dsn names: "postgres://..." or "postgresql://..." is PostgreSQL, anything
// else the path of an SQLite file ("sqlite:" may stand before it), made when absent. It does not migrate.
func Open(ctx context.Context, dsn string, keys KeyRing) (*Store, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, keys)
	}
	return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), keys)
}

func openPostgres(ctx context.Context, dsn string, keys KeyRing) (*Store, error) {
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the PostgreSQL store: %w", err)
	}
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresIdle)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open the PostgreSQL store (is the server up, and does the database exist?): %w", err)
	}
	return &Store{dialect: postgres, keys: keys, read: db}, nil
}

// Close closes the database.
func (s *Store) Close() error {
	var err error
	if s.writer != nil {
		err = s.writer.close()
	}
	if readErr := s.read.Close(); err == nil {
		err = readErr
	}
	return err
}
