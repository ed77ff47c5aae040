package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// session runs statements: in a transaction, or one by one on the reading side.
type session struct {
	dialect dialect
	db      sqlx.ExtContext
}

// reader runs statements that change nothing.
func (d *DB) reader() session { return session{dialect: d.dialect, db: d.read} }

// deadlockTries is how often a transaction is run that PostgreSQL ends to resolve a deadlock.
const deadlockTries = 5

// write runs fn in one transaction: all of it or nothing takes effect. With PostgreSQL it may run more
// than once, so fn must set what it gives back anew each time.
func (d *DB) write(ctx context.Context, fn func(session) error) error {
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

func (d *DB) writePostgres(ctx context.Context, fn func(session) error) error {
	tx, err := d.read.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(session{dialect: postgres, db: tx}); err != nil {
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

// get reads one row into dest; found is false where there is none.
func (c session) get(ctx context.Context, dest any, query string, args ...any) (found bool, err error) {
	err = sqlx.GetContext(ctx, c.db, dest, c.dialect.sql(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// all reads all rows into dest, a pointer to a slice.
func (c session) all(ctx context.Context, dest any, query string, args ...any) error {
	return sqlx.SelectContext(ctx, c.db, dest, c.dialect.sql(query), args...)
}

// exec gives the number of rows that the statement changed.
func (c session) exec(ctx context.Context, query string, args ...any) (int, error) {
	res, err := c.db.ExecContext(ctx, c.dialect.sql(query), args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// bulk runs a bulk statement over the rows and gives the number of rows that it changed.
func (c session) bulk(ctx context.Context, b bulk, rows [][]any, extra ...any) (int, error) {
	changed := 0
	for _, part := range c.dialect.parts(rows) {
		res, err := c.db.ExecContext(ctx, c.dialect.bulkSQL(b, len(part)), c.dialect.bulkArgs(b, part, extra)...)
		if err != nil {
			return 0, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, err
		}
		changed += int(n)
	}
	return changed, nil
}

// bulkIDs runs a bulk statement that returns one text a row.
func (c session) bulkIDs(ctx context.Context, b bulk, rows [][]any, extra ...any) ([]string, error) {
	var out []string
	for _, part := range c.dialect.parts(rows) {
		var ids []string
		err := sqlx.SelectContext(ctx, c.db, &ids, c.dialect.bulkSQL(b, len(part)), c.dialect.bulkArgs(b, part, extra)...)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// list is the argument that {in} takes.
func (c session) list(texts []string) any { return c.dialect.list(texts) }

// exec runs one statement in a transaction of its own.
func (d *DB) exec(ctx context.Context, what, query string, args ...any) (n int, err error) {
	err = d.write(ctx, func(tx session) (err error) {
		n, err = tx.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return n, nil
}

// list is the argument that {in} takes.
func (d *DB) list(texts []string) any { return d.dialect.list(texts) }

// lock runs a statement that takes a lock of PostgreSQL until the transaction ends. SQLite has one writer and needs none.
func (c session) lock(ctx context.Context, query string, args ...any) error {
	if c.dialect == sqlite {
		return nil
	}
	_, err := c.exec(ctx, query, args...)
	return err
}

// deleteSome deletes as many rows of a table as limit, of those that the condition names. Each database finds them by
// where they lie: neither looks for them twice.
func (c session) deleteSome(ctx context.Context, table, where string, limit int, args ...any) (int, error) {
	query := `DELETE FROM ` + table + ` WHERE rowid IN (SELECT rowid FROM ` + table + ` WHERE ` + where + ` LIMIT ?)`
	if c.dialect == postgres {
		query = `DELETE FROM ` + table + ` WHERE ctid = ANY(ARRAY(SELECT ctid FROM ` + table + ` WHERE ` + where + ` LIMIT ?))`
	}
	return c.exec(ctx, query, append(args, limit)...)
}
