package db

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"causeway/internal/keyring"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver of PostgreSQL
)

// The connections that one process holds.
const (
	postgresConns = 16
	postgresIdle  = 8
)

func openPostgres(ctx context.Context, dsn string, keys keyring.Ring) (*DB, error) {
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
	return &DB{dialect: postgres, keys: keys, read: db}, nil
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
