package records

import (
	"context"
	"fmt"

	"causeway/internal/sandbox/zohocrm/query"
)

// Visit calls fn for each record of a query, in order, and holds one record at a time. fn returns false to stop.
func (s *Store) Visit(ctx context.Context, db Querier, q query.Query, fn func(*query.Record) (bool, error)) error {
	if _, bySQL := query.SQLOrder(q.Order); !bySQL {
		return s.visitSorted(ctx, db, q, fn)
	}
	statement, args, exact, err := s.statement(ctx, db, q)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", q.Module.API, err)
	}
	defer func() { _ = rows.Close() }()
	resolve := s.Resolver(ctx, db)
	skip, given := q.Offset, 0
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return err
		}
		if !exact {
			if ok, err := q.Where.Holds(r, resolve); err != nil {
				return err
			} else if !ok {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
		}
		more, err := fn(r)
		if given++; err != nil || !more || q.Limit > 0 && given == q.Limit {
			return err
		}
	}
	return rows.Err()
}

// WithReader runs fn on one connection, which sees one state of the records. A visit that looks up other records must
// use the same connection. If it took a second one from the pool, as many visits as there are connections would wait for
// each other for ever.
func (s *Store) WithReader(ctx context.Context, fn func(db Querier) error) error {
	tx, err := s.db.Read().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return fn(tx)
}

// Page returns the records of a query, and whether more records follow.
func (s *Store) Page(ctx context.Context, q query.Query) ([]*query.Record, bool, error) {
	limit := q.Limit
	q.Limit++
	var found []*query.Record
	err := s.WithReader(ctx, func(db Querier) error {
		return s.Visit(ctx, db, q, func(r *query.Record) (bool, error) {
			found = append(found, r)
			return true, nil
		})
	})
	if len(found) > limit {
		return found[:limit], true, err
	}
	return found, false, err
}

// Resolver returns the records that lookups point at. It remembers them, because many records point at the same one: use
// it for one query only.
func (s *Store) Resolver(ctx context.Context, db Querier) query.Resolver {
	const most = 10_000
	type key struct {
		module string
		id     int64
	}
	kept := map[key]*query.Record{}
	return func(module string, id int64) (*query.Record, error) {
		k := key{module, id}
		if r, ok := kept[k]; ok {
			return r, nil
		}
		r, err := s.Find(ctx, db, module, id)
		if err == nil && len(kept) < most {
			kept[k] = r
		}
		return r, err
	}
}
