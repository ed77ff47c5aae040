package records

import (
	"cmp"
	"context"
	"encoding/json"
	"sort"
	"strings"

	"causeway/internal/sandbox/zohocrm/query"
)

// visitSorted serves the orders that no index has. It sorts the ids by the values, then reads the records of the page.
func (s *Store) visitSorted(ctx context.Context, db Querier, q query.Query, fn func(*query.Record) (bool, error)) error {
	type entry struct {
		id   int64
		keys []any
	}
	var all []entry
	resolve := s.Resolver(ctx, db)
	err := s.Visit(ctx, db, query.Query{Module: q.Module, Where: q.Where}, func(r *query.Record) (bool, error) {
		e := entry{id: r.ID, keys: make([]any, len(q.Order))}
		for i, k := range q.Order {
			v, err := k.Column.Value(r, resolve)
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
		for k, key := range q.Order {
			if c := compareSortable(all[i].keys[k], all[j].keys[k]); c != 0 {
				return c < 0 != key.Desc
			}
		}
		return all[i].id < all[j].id
	})
	for i := q.Offset; i < len(all) && (q.Limit == 0 || i < q.Offset+q.Limit); i++ {
		r, err := s.Find(ctx, db, q.Module.API, all[i].id)
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

// sortable returns a value as nil, int64, float64 or string.
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

// compareSortable compares two results of sortable. nil comes first.
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
