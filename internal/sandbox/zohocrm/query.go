package zohocrm

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// query says which records of a module are wanted, in which order, and how many.
type query struct {
	module *module
	where  *expr // nil: all
	order  []sortKey
	offset int
	limit  int // 0: all
}

type sortKey struct {
	col  column
	desc bool
}

// visit hands the records of a query to fn, in order, without holding them. fn returns false to stop.
func (s *Store) visit(ctx context.Context, db querier, q query, fn func(*record) (bool, error)) error {
	if _, bySQL := sqlOrder(q.order); !bySQL {
		return s.visitSorted(ctx, db, q, fn)
	}
	statement, args, exact, err := s.statement(ctx, db, q)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", q.module.API, err)
	}
	defer func() { _ = rows.Close() }()
	resolve := s.resolver(ctx, db)
	skip, given := q.offset, 0
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return err
		}
		if !exact {
			if ok, err := q.where.holds(r, resolve); err != nil {
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
		if given++; err != nil || !more || q.limit > 0 && given == q.limit {
			return err
		}
	}
	return rows.Err()
}

// reading runs fn on one connection, and so on one state of the records. A visit that looks up other records on the
// way must not ask the pool for a second connection: as many visits as there are connections would wait for ever.
func (s *Store) reading(ctx context.Context, fn func(db querier) error) error {
	tx, err := s.db.Read().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return fn(tx)
}

// page gives a query's records, and whether there are more after them.
func (s *Store) page(ctx context.Context, q query) ([]*record, bool, error) {
	limit := q.limit
	q.limit++
	var found []*record
	err := s.reading(ctx, func(db querier) error {
		return s.visit(ctx, db, q, func(r *record) (bool, error) {
			found = append(found, r)
			return true, nil
		})
	})
	if len(found) > limit {
		return found[:limit], true, err
	}
	return found, false, err
}

// statement is the SQL that gives the query's records in order. Where not all conditions can be said in
// SQL (exact is false), it gives more records than wanted, and no offset and limit.
func (s *Store) statement(ctx context.Context, db querier, q query) (statement string, args []any, exact bool, err error) {
	where, exact := []string{"module = ?"}, true
	args = []any{q.module.API}
	if q.where != nil {
		var part string
		var partArgs []any
		part, partArgs, exact = q.where.sql()
		if part != "" {
			where, args = append(where, strings.ReplaceAll(part, ofModule, q.module.API)), append(args, partArgs...)
		}
		for _, c := range []string{"id", "modified", "created"} {
			w, a := q.where.bounds(c).sql(c)
			where, args = append(where, w...), append(args, a...)
		}
	}
	order, _ := sqlOrder(q.order)
	index, err := s.index(ctx, db, q)
	if err != nil {
		return "", nil, false, err
	}
	statement = "SELECT " + recordColumns + " FROM records INDEXED BY " + index +
		" WHERE " + strings.Join(where, " AND ") + " ORDER BY " + order
	if exact && (q.limit > 0 || q.offset > 0) {
		limit := q.limit
		if limit == 0 {
			limit = -1
		}
		statement, args = statement+" LIMIT ? OFFSET ?", append(args, limit, q.offset)
	}
	return statement, args, exact, nil
}

// index chooses the index to walk: that of the order, so that nothing is sorted; but where few records lie
// behind a time bound, those are cheaper to sort than all are to walk.
func (s *Store) index(ctx context.Context, db querier, q query) (string, error) {
	const few = 2000
	if q.where != nil && q.where.keyed() {
		return "records_by_id", nil
	}
	first := "id"
	if len(q.order) > 0 {
		first, _ = sqlColumn(q.order[0].col)
	}
	if first != "id" || q.where == nil {
		return "records_by_" + first, nil
	}
	if b := q.where.bounds("modified"); b.low != nil {
		var n int
		err := db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM records INDEXED BY records_by_modified
			WHERE module = ? AND modified >= ? LIMIT ?)`, q.module.API, *b.low, few).Scan(&n)
		if err != nil {
			return "", fmt.Errorf("choose an index for %s: %w", q.module.API, err)
		}
		if n < few {
			return "records_by_modified", nil
		}
	}
	return "records_by_id", nil
}

// visitSorted serves the orders that no index has: it sorts ids by their values, and reads the page's records.
func (s *Store) visitSorted(ctx context.Context, db querier, q query, fn func(*record) (bool, error)) error {
	type entry struct {
		id   int64
		keys []any
	}
	var all []entry
	resolve := s.resolver(ctx, db)
	err := s.visit(ctx, db, query{module: q.module, where: q.where}, func(r *record) (bool, error) {
		e := entry{id: r.ID, keys: make([]any, len(q.order))}
		for i, k := range q.order {
			v, err := k.col.value(r, resolve)
			if err != nil {
				return false, err
			}
			e.keys[i] = sortable(v)
		}
		all = append(all, e)
		return true, nil
	})
	if err != nil {
		return err
	}
	sort.SliceStable(all, func(i, j int) bool {
		for k, key := range q.order {
			if c := compareSortable(all[i].keys[k], all[j].keys[k]); c != 0 {
				return c < 0 != key.desc
			}
		}
		return all[i].id < all[j].id
	})
	for i := q.offset; i < len(all) && (q.limit == 0 || i < q.offset+q.limit); i++ {
		r, err := s.find(ctx, db, q.module.API, all[i].id)
		if err != nil {
			return err
		}
		if r == nil {
			continue
		}
		if more, err := fn(r); err != nil || !more {
			return err
		}
	}
	return nil
}

// sortable turns a value into one of nil, int64, float64, string.
func sortable(v any) any {
	switch x := v.(type) {
	case json.Number:
		f, _ := x.Float64()
		return f
	case bool:
		if x {
			return int64(1)
		}
		return int64(0)
	case string:
		return strings.ToLower(x)
	case int64:
		return x
	default:
		return nil
	}
}

// compareSortable orders what sortable returns: nil before everything else.
func compareSortable(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return cmp.Compare(x, y)
		}
	}
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	default:
		return 1
	}
}

// resolver gives the records behind lookups; it keeps those of one query, since many records share one.
func (s *Store) resolver(ctx context.Context, db querier) resolver {
	const most = 10_000
	type key struct {
		module string
		id     int64
	}
	kept := map[key]*record{}
	return func(module string, id int64) (*record, error) {
		k := key{module, id}
		if r, ok := kept[k]; ok {
			return r, nil
		}
		r, err := s.find(ctx, db, module, id)
		if err == nil && len(kept) < most {
			kept[k] = r
		}
		return r, err
	}
}
