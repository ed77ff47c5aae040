package db

import (
	"context"
	"strings"

	"causeway/internal/keyring"

	"github.com/jmoiron/sqlx"
)

// DB is one database. All methods are safe for concurrent use, by any number of processes.
type DB struct {
	dialect dialect
	keys    keyring.Ring
	read    *sqlx.DB
	// writer is SQLite's one writing connection. It is nil with PostgreSQL, which writes through the pool.
	writer *writer
	path   string // of SQLite's file
	watch  func(query string, args []any)
}

// Open opens the database that dsn names: "postgres://..." or "postgresql://..." is PostgreSQL, anything
// else the path of an SQLite file ("sqlite:" may stand before it), made when absent. It does not migrate.
func Open(ctx context.Context, dsn string, keys keyring.Ring) (*DB, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, keys)
	}
	return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), keys)
}

// Close closes the database.
func (d *DB) Close() error {
	var err error
	if d.writer != nil {
		err = d.writer.close()
	}
	if readErr := d.read.Close(); err == nil {
		err = readErr
	}
	return err
}
