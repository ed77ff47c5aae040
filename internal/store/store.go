// Package store keeps connections, credentials, preferences, mirror, links, runs and operations, in
// PostgreSQL or SQLite behind the same methods. It must never call a side, never store a credential in
// clear, and never let an attempt that lost its claim write an outcome.
package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"causeway/internal/keyring"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver of PostgreSQL
)

// Store is one database. All methods are safe for concurrent use, by any number of processes.
type Store struct {
	dialect dialect
	keys    keyring.Ring
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
func Open(ctx context.Context, dsn string, keys keyring.Ring) (*Store, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, keys)
	}
	return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), keys)
}

func openPostgres(ctx context.Context, dsn string, keys keyring.Ring) (*Store, error) {
	bounded, err := withIdleBound(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the PostgreSQL store: %w", err)
	}
	db, err := sqlx.Open("postgres", bounded)
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

// idleBound, a parameter of PostgreSQL, ends a transaction whose process stands still in its middle: the
// locks of a frozen worker would keep all others waiting for as long as it is frozen. In milliseconds.
const (
	idleBound   = "idle_in_transaction_session_timeout"
	idleBoundMS = "5000"
)

// withIdleBound sets the bound for every connection, unless the dsn has one of its own.
func withIdleBound(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("the address is no URL of the form postgres://user:password@host:port/database")
	}
	q := u.Query()
	if !q.Has(idleBound) {
		q.Set(idleBound, idleBoundMS)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
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
