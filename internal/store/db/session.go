package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// Session runs statements: in a transaction, or one by one on the reading side.
type Session struct {
	dialect dialect
	db      sqlx.ExtContext
	watch   func(query string, args []any) // nil outside tests
}

func (c Session) tell(query string, args []any) {
	if c.watch != nil {
		c.watch(query, args)
	}
}

// Get reads one row into dest; found is false if there is no row.
func (c Session) Get(ctx context.Context, dest any, query string, args ...any) (found bool, err error) {
	c.tell(query, args)
	err = sqlx.GetContext(ctx, c.db, dest, c.dialect.sql(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// All reads all rows into dest, a pointer to a slice.
func (c Session) All(ctx context.Context, dest any, query string, args ...any) error {
	c.tell(query, args)
	return sqlx.SelectContext(ctx, c.db, dest, c.dialect.sql(query), args...)
}

// Exec runs a statement, and returns the number of rows that it changed.
func (c Session) Exec(ctx context.Context, query string, args ...any) (int, error) {
	res, err := c.db.ExecContext(ctx, c.dialect.sql(query), args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// Bulk runs a bulk statement over the rows, and returns the number of rows that it changed.
func (c Session) Bulk(ctx context.Context, b Bulk, rows [][]any, extra ...any) (int, error) {
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

// BulkIDs runs a bulk statement that returns one text a row.
func (c Session) BulkIDs(ctx context.Context, b Bulk, rows [][]any, extra ...any) ([]string, error) {
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

// List is the argument that {in} takes.
func (c Session) List(texts []string) any { return c.dialect.list(texts) }

// Lock runs a statement that takes a lock of PostgreSQL until the transaction ends. SQLite has one writer and needs none.
func (c Session) Lock(ctx context.Context, query string, args ...any) error {
	if c.dialect == sqlite {
		return nil
	}
	_, err := c.Exec(ctx, query, args...)
	return err
}

// DeleteSome deletes as many rows of a table as limit, of those that the condition names. Each database finds them by
// where they lie: neither looks for them twice.
func (c Session) DeleteSome(ctx context.Context, table, where string, limit int, args ...any) (int, error) {
	query := `DELETE FROM ` + table + ` WHERE rowid IN (SELECT rowid FROM ` + table + ` WHERE ` + where + ` LIMIT ?)`
	if c.dialect == postgres {
		query = `DELETE FROM ` + table + ` WHERE ctid = ANY(ARRAY(SELECT ctid FROM ` + table + ` WHERE ` + where + ` LIMIT ?))`
	}
	return c.Exec(ctx, query, append(args, limit)...)
}
