package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"causeway/internal/record"

	"github.com/jmoiron/sqlx"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// writer is the one connection that writes. It keeps its statements, because parsing one costs more than running
// it.
type writer struct {
	db    *sqlx.DB
	conn  *sqlx.Conn
	stmts map[string]*sqlx.Stmt
	turn  chan struct{} // holds one token: who has it writes
}

func openWriter(ctx context.Context, path string) (*writer, error) {
	db, err := sqlx.Open("sqlite", sqliteDSN(path, "_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	conn, err := db.Connx(ctx)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	w := &writer{db: db, conn: conn, stmts: map[string]*sqlx.Stmt{}, turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	return w, nil
}

// errClosed is returned by writes that come after Close.
var errClosed = errors.New("the store is closed")

// do runs fn in one transaction. A context that ends while a statement runs does not cut it off: writes
// take milliseconds, and the caller must know whether they took effect.
func (w *writer) do(ctx context.Context, fn func(Session) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case _, ok := <-w.turn:
		if !ok {
			return errClosed
		}
	}
	defer func() { w.turn <- struct{}{} }()
	if err := ctx.Err(); err != nil {
		return err
	}
	// BEGIN IMMEDIATE takes the write lock at once: a transaction that begins by reading could not get it
	// later if another process wrote in between.
	if err := w.run("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", locked(err))
	}
	committed := false
	defer func() {
		if !committed { // also where fn panics: the connection must not stay within a transaction
			_ = w.run("ROLLBACK")
		}
	}()
	if err := fn(Session{dialect: sqlite, db: w}); err != nil {
		return err
	}
	if err := w.run("COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// locked explains an error of a store that another process has locked. A transaction takes milliseconds, so a
// process that holds one for all the time that we wait is frozen. The lock cannot be taken from it, and it commits
// when it continues.
func locked(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_BUSY {
		return err
	}
	return &record.Error{Kind: record.Unavailable, Op: "write to the store", Code: "STORE_LOCKED", Err: err,
		Message: "another process holds the SQLite store in the middle of a write",
		Remedy:  "wait for that process, or end it: nothing is lost; for several workers use PostgreSQL, which ends such a write by itself"}
}

func (w *writer) run(query string) error {
	_, err := w.ExecContext(context.Background(), query)
	return err
}

func (w *writer) stmt(query string) (*sqlx.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PreparexContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = st
	return st, nil
}

// close waits for the write that runs.
func (w *writer) close() error {
	if _, ok := <-w.turn; !ok {
		return nil
	}
	close(w.turn)
	for _, st := range w.stmts {
		_ = st.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}

// The methods of sqlx.ExtContext, over kept statements.

func (w *writer) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	st, err := w.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background(), args...)
}

func (w *writer) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := w.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

func (w *writer) QueryxContext(_ context.Context, query string, args ...any) (*sqlx.Rows, error) {
	st, err := w.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.QueryxContext(context.Background(), args...)
}

// QueryRowxContext is never reached with a statement that cannot be prepared: get goes by way of it, and
// its callers' statements are constants that the tests run.
func (w *writer) QueryRowxContext(_ context.Context, query string, args ...any) *sqlx.Row {
	st, err := w.stmt(query)
	if err != nil {
		return w.conn.QueryRowxContext(context.Background(), query, args...)
	}
	return st.QueryRowxContext(context.Background(), args...)
}

func (w *writer) DriverName() string                               { return "sqlite" }
func (w *writer) Rebind(q string) string                           { return q }
func (w *writer) BindNamed(q string, _ any) (string, []any, error) { return q, nil, nil }

// sqliteDSN waits for another process's write rather than fail, and syncs at checkpoints only: a killed
// process loses nothing, a power cut at most the last commits, never the file.
func sqliteDSN(path, extra string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-8000)&" + extra
}
