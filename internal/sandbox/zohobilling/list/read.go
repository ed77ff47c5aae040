package list

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

// Reader reads pages, and remembers where each ended: the next page then costs as little as the first.
type Reader struct {
	store *store.Store

	mu   sync.Mutex
	ends map[string]end // by list and page
}

// end is the last record of a page. It is valid while the table has the same number of changes.
type end struct {
	changes int64
	key     any
	id      int64
}

// mostEnds bounds the memory of a Reader: it forgets all where there are more.
const mostEnds = 4096

// NewReader returns a reader of the store's tables.
func NewReader(s *store.Store) *Reader { return &Reader{store: s, ends: map[string]end{}} }

// Reply answers with the page's records under key, and the page context.
func (r *Reader) Reply(ctx context.Context, l List, key string) (api.Reply, error) {
	changes := r.store.Changes(l.Table)
	rows, err := r.query(ctx, &l, changes)
	if err != nil {
		return api.Reply{}, fmt.Errorf("list %s: %w", l.Table, err)
	}
	defer func() { _ = rows.Close() }()
	records, last, more, err := l.render(rows)
	if err != nil {
		return api.Reply{}, fmt.Errorf("list %s: %w", l.Table, err)
	}
	if more {
		last.changes = changes
		r.keepEnd(&l, last)
	}
	return api.OK(api.RawPart(key, records), l.context(more)), nil
}

// query selects one record more than the page holds, so that render knows whether there are more.
func (r *Reader) query(ctx context.Context, l *List, changes int64) (*sql.Rows, error) {
	direction, compare := "ASC", ">"
	if l.desc {
		direction, compare = "DESC", "<"
	}
	where, args, offset := append([]string(nil), l.where...), append([]any(nil), l.args...), (l.page-1)*l.perPage
	if before, ok := r.endBefore(l, changes); ok {
		where = append(where, fmt.Sprintf("(%s, id) %s (?, ?)", l.sortBy, compare))
		args, offset = append(args, before.key, before.id), 0
	}
	condition := strings.Join(where, " AND ")
	// The inner query runs on an index alone, so that skipped pages cost little.
	query := fmt.Sprintf(`SELECT id, k, (SELECT %s FROM %s WHERE id = p.id) FROM
		(SELECT id, %s AS k FROM %s WHERE %s ORDER BY %s %s, id %s LIMIT ? OFFSET ?) p`,
		l.Column, l.Table, l.sortBy, l.Table, condition, l.sortBy, direction, direction)
	return r.store.Query(ctx, query, append(args, l.perPage+1, offset)...)
}

// render returns the rows as a JSON array, the last record of the page, and whether there are more.
func (l *List) render(rows *sql.Rows) (records []byte, last end, more bool, err error) {
	var out bytes.Buffer
	out.WriteByte('[')
	for count := 0; rows.Next(); count++ {
		if count == l.perPage {
			more = true
			break
		}
		var doc []byte
		if err := rows.Scan(&last.id, &last.key, &doc); err != nil {
			return nil, last, false, err
		}
		if l.Show != nil {
			if doc, err = l.Show(doc); err != nil {
				return nil, last, false, err
			}
		}
		if count > 0 {
			out.WriteByte(',')
		}
		out.Write(doc)
	}
	out.WriteByte(']')
	return out.Bytes(), last, more, rows.Err()
}

// endBefore returns where the page before ended, if the table has not changed since.
func (r *Reader) endBefore(l *List, changes int64) (end, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.ends[fmt.Sprint(l.key(), "#", l.page-1)]
	return e, ok && e.changes == changes
}

func (r *Reader) keepEnd(l *List, e end) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ends) > mostEnds {
		clear(r.ends)
	}
	r.ends[fmt.Sprint(l.key(), "#", l.page)] = e
}
