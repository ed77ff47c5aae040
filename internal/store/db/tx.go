package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// Reader runs statements that change nothing.
func (d *DB) Reader() Session { return Session{dialect: d.dialect, db: d.read, watch: d.watch} }

// Watch has fn told of each statement of a Reader before it runs. It is for tests, which ask the database how it would
// run the statement, and must not be called while the database is in use. Nil ends it.
func (d *DB) Watch(fn func(query string, args []any)) { d.watch = fn }

// deadlockTries is how often a transaction is run that PostgreSQL ends to resolve a deadlock.
const deadlockTries = 5

// Write runs fn in one transaction: all of it or nothing takes effect. With PostgreSQL fn may run more than once,
// so it must begin by resetting what it returns.
func (d *DB) Write(ctx context.Context, fn func(Session) error) error {
	if d.writer != nil {
		return d.writer.do(ctx, fn)
	}
	var err error
	for range deadlockTries {
		if err = d.writePostgres(ctx, fn); !deadlocked(err) {
			break
		}
	}
	return err
}

func (d *DB) writePostgres(ctx context.Context, fn func(Session) error) error {
	tx, err := d.read.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(Session{dialect: postgres, db: tx}); err != nil {
		_ = tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func deadlocked(err error) bool {
	var pe *pq.Error
	return errors.As(err, &pe) && (pe.Code == "40P01" || pe.Code == "40001")
}

// Exec runs one statement in a transaction of its own.
func (d *DB) Exec(ctx context.Context, what, query string, args ...any) (n int, err error) {
	err = d.Write(ctx, func(tx Session) (err error) {
		n, err = tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return n, nil
}

// List is the argument that {in} takes.
func (d *DB) List(texts []string) any { return d.dialect.list(texts) }
