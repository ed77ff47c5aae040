package records

import (
	"context"
	"database/sql"
	"errors"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/query"
)

// Querier is a transaction or the pool of readers.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// preparedTx asks with statements that are kept between writes.
type preparedTx struct {
	db *platform.DB
	tx *sql.Tx
}

func (s *Store) Prepared(tx *sql.Tx) Querier { return preparedTx{s.db, tx} }

func (p preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.db.Stmt(p.tx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.db.Stmt(p.tx, query)
	if err != nil {
		return p.tx.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// Find gives one record, or nil where there is none.
func (s *Store) Find(ctx context.Context, q Querier, module string, id int64) (*query.Record, error) {
	row := q.QueryRowContext(ctx, "SELECT "+recordColumns+" FROM records WHERE module = ? AND id = ?", module, id)
	r, err := scanRecord(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// FindKeyed gives the ids of the records whose keyed field has the value, lowest first.
func FindKeyed(ctx context.Context, q Querier, module, fieldAPI, value string, limit int) ([]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT id FROM keys WHERE module = ? AND field = ? AND value = ? ORDER BY id LIMIT ?",
		module, fieldAPI, KeyValue(value), limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
