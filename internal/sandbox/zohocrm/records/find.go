package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// preparedTx is a transaction whose queries are prepared statements. They are kept between writes.
type preparedTx struct {
	db *platform.DB
	tx *sql.Tx
}

// Prepared returns a Querier for tx, which must come from Write.
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

// recordColumns are the columns that scanRecord reads.
const recordColumns = "id, module, name, created, modified, owner, created_by, modified_by, body"

// Find returns one record, and nil if there is none.
func (s *Store) Find(ctx context.Context, q Querier, module string, id int64) (*query.Record, error) {
	row := q.QueryRowContext(ctx, "SELECT "+recordColumns+" FROM records WHERE module = ? AND id = ?", module, id)
	r, err := scanRecord(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

func scanRecord(s interface{ Scan(dest ...any) error }) (*query.Record, error) {
	r := &query.Record{}
	var body []byte
	if err := s.Scan(&r.ID, &r.Module, &r.Name, &r.Created, &r.Modified, &r.Owner, &r.CreatedBy, &r.ModifiedBy, &body); err != nil {
		return nil, err
	}
	values, err := metadata.DecodeObject(body)
	if err != nil {
		return nil, fmt.Errorf("record %d of %s: stored form: %w", r.ID, r.Module, err)
	}
	r.Values = values
	return r, nil
}

// readIDs returns the ids that a query selects.
func readIDs(ctx context.Context, q Querier, statement string, args ...any) ([]int64, error) {
	rows, err := q.QueryContext(ctx, statement, args...)
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
