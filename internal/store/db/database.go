package db

import (
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
