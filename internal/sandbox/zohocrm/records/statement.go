package records

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohocrm/query"
)

// statement returns the SQL that reads the query's records in order. If SQL cannot check all conditions (exact is false),
// it reads more records than are wanted, and has neither offset nor limit.
func (s *Store) statement(ctx context.Context, db Querier, q query.Query) (statement string, args []any, exact bool, err error) {
	where, exact := []string{"module = ?"}, true
	args = []any{q.Module.API}
	if q.Where != nil {
		var part string
		var partArgs []any
		part, partArgs, exact = q.Where.SQL()
		if part != "" {
			where, args = append(where, strings.ReplaceAll(part, query.ModuleMark, q.Module.API)), append(args, partArgs...)
		}
		for _, c := range []string{"id", "modified", "created"} {
			w, a := q.Where.Bounds(c).SQL(c)
			where, args = append(where, w...), append(args, a...)
		}
	}
	order, _ := query.SQLOrder(q.Order)
	index, err := s.index(ctx, db, q)
	if err != nil {
		return "", nil, false, err
	}
	statement = "SELECT " + recordColumns + " FROM records INDEXED BY " + index +
		" WHERE " + strings.Join(where, " AND ") + " ORDER BY " + order
	if exact && (q.Limit > 0 || q.Offset > 0) {
		limit := q.Limit
		if limit == 0 {
			limit = -1
		}
		statement, args = statement+" LIMIT ? OFFSET ?", append(args, limit, q.Offset)
	}
	return statement, args, exact, nil
}

// index chooses the index to walk. That is the one of the order, so that nothing needs sorting. But if few records are
// later than a bound on the time, it is cheaper to sort those than to walk all.
func (s *Store) index(ctx context.Context, db Querier, q query.Query) (string, error) {
	const few = 2000
	if q.Where != nil && q.Where.Keyed() {
		return "records_by_id", nil
	}
	first := "id"
	if len(q.Order) > 0 {
		first, _ = query.SQLColumn(q.Order[0].Column)
	}
	if first != "id" || q.Where == nil {
		return "records_by_" + first, nil
	}
	if b := q.Where.Bounds("modified"); b.Low != nil {
		var n int
		err := db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM records INDEXED BY records_by_modified
			WHERE module = ? AND modified >= ? LIMIT ?)`, q.Module.API, *b.Low, few).Scan(&n)
		if err != nil {
			return "", fmt.Errorf("choose an index for %s: %w", q.Module.API, err)
		}
		if n < few {
			return "records_by_modified", nil
		}
	}
	return "records_by_id", nil
}
