package records

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Empty reports whether the organisation has no records.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var any bool
	if err := s.db.Read().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM records)").Scan(&any); err != nil {
		return false, fmt.Errorf("look for CRM records: %w", err)
	}
	return !any, nil
}

// Count returns how many records a module has.
func (s *Store) Count(ctx context.Context, moduleAPI string) (int, error) {
	m := metadata.ModuleNamed(moduleAPI)
	if m == nil {
		return 0, metadata.UnknownModule(moduleAPI)
	}
	return s.CountWhere(ctx, m, nil)
}

// Names returns the display names of a module's records by id. Ids without a record are left out.
func (s *Store) Names(ctx context.Context, module string, ids map[int64]bool) (map[int64]string, error) {
	list := make([]string, 0, len(ids))
	for id := range ids {
		list = append(list, strconv.FormatInt(id, 10))
	}
	rows, err := s.db.Read().QueryContext(ctx,
		"SELECT id, name FROM records WHERE module = ? AND id IN ("+strings.Join(list, ",")+")", module)
	if err != nil {
		return nil, fmt.Errorf("read names of %s: %w", module, err)
	}
	defer func() { _ = rows.Close() }()
	names := make(map[int64]string, len(ids))
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// CountWhere returns how many records of a module meet the condition, or how many there are if it is nil.
func (s *Store) CountWhere(ctx context.Context, m *metadata.Module, where *query.Expr) (int, error) {
	statement, args := "SELECT count(*) FROM records WHERE module = ?", []any{m.API}
	if where != nil {
		text, more, exact := where.SQL()
		if !exact {
			return s.countOneByOne(ctx, m, where)
		}
		statement, args = statement+" AND "+strings.ReplaceAll(text, query.ModuleMark, m.API), append(args, more...)
	}
	var n int
	if err := s.db.Read().QueryRowContext(ctx, statement, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count %s: %w", m.API, err)
	}
	return n, nil
}

func (s *Store) countOneByOne(ctx context.Context, m *metadata.Module, where *query.Expr) (int, error) {
	n := 0
	err := s.WithReader(ctx, func(db Querier) error {
		return s.Visit(ctx, db, query.Query{Module: m, Where: where}, func(*query.Record) (bool, error) {
			n++
			return true, nil
		})
	})
	return n, err
}
