package db

import (
	"context"
	"fmt"
	"os"

	"causeway/internal/keyring"

	"github.com/jmoiron/sqlx"
)

// sqliteReaders bounds the connections that only read.
const sqliteReaders = 4

// openSQLite opens the file twice: one connection writes, since SQLite has one writer at a time anyway,
// and a pool reads beside it (WAL). The file is its owner's alone: it holds a company's records.
func openSQLite(ctx context.Context, path string, keys keyring.Ring) (*DB, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the SQLite store: %w (its directory must exist and be writable)", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the SQLite store %s: %w", path, err)
	}
	w, err := openWriter(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open the SQLite store %s: %w", path, err)
	}
	read, err := sqlx.Open("sqlite", sqliteDSN(path, "_pragma=query_only(1)"))
	if err == nil {
		read.SetMaxOpenConns(sqliteReaders)
		read.SetMaxIdleConns(sqliteReaders)
		if err = read.PingContext(ctx); err != nil {
			_ = read.Close()
		}
	}
	if err != nil {
		_ = w.close()
		return nil, fmt.Errorf("open the SQLite store %s for reading: %w", path, err)
	}
	return &DB{dialect: sqlite, keys: keys, read: read, writer: w, path: path}, nil
}
