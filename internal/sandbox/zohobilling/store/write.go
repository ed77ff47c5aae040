package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

// Txn is one write. Its statements are prepared once and kept for later writes.
type Txn struct {
	store *Store
	tx    *sql.Tx
}

// Write runs fn in a transaction. It returns when that is committed, or rolled back because fn failed.
func (s *Store) Write(ctx context.Context, fn func(t Txn) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error { return fn(Txn{s, tx}) })
}

// Now returns the time of a change, in microseconds since 1970. It is later than that of any change before.
func (t Txn) Now() int64 {
	t.store.lastUS = max(t.store.clock().UnixMicro(), t.store.lastUS+1)
	return t.store.lastUS
}

// NewID returns an id that no record of the table had before. With an id known beforehand, a record is written whole
// by one statement. SQLite's AUTOINCREMENT remembers the last id.
func (t Txn) NewID(table string) int64 {
	t.store.lastID[table]++
	return t.store.lastID[table]
}

// Number returns how many ids of the table were given out before id.
func (t Txn) Number(table string, id int64) int64 { return id - firstIDs[table] }

// Moved records that a record of the table came, went or moved in a list. It ends the cursors of the table's lists.
func (t Txn) Moved(table string) {
	t.store.changes[table].Add(1)
	if slices.Contains(transactionTables, table) {
		t.store.changes["transactions"].Add(1)
	}
}

// Exec runs a statement that changes rows.
func (t Txn) Exec(query string, args ...any) (sql.Result, error) {
	s, err := t.store.db.Stmt(t.tx, query)
	if err != nil {
		return nil, err
	}
	return s.Exec(args...)
}

// Delete runs a DELETE. Where it deletes nothing, it returns missing.
func (t Txn) Delete(missing error, query string, args ...any) error {
	result, err := t.Exec(query, args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = missing
	}
	return err
}

// Get scans one row. It reports whether there was one.
func (t Txn) Get(query string, args []any, dest ...any) (found bool, err error) {
	s, err := t.store.db.Stmt(t.tx, query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Find scans one row. Where there is none, it returns missing.
func (t Txn) Find(missing error, query string, args []any, dest ...any) error {
	found, err := t.Get(query, args, dest...)
	if err == nil && !found {
		err = missing
	}
	return err
}

// Query reads rows inside the write.
func (t Txn) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}
