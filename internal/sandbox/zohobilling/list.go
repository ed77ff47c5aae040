package zohobilling

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

const maxPerPage = 200

// list describes one page of a module.
type list struct {
	table   string
	column  string // what is shown of a record
	where   []string
	args    []any
	sortBy  string // SQL expression
	sortAs  string // its name on the wire
	desc    bool
	page    int
	perPage int
	show    func(column []byte) ([]byte, error) // how the column is shown; nil: as it is
	filter  string                              // as asked, for page_context
	report  string
}

// cursor is where a page ended, good while no record came, went or moved.
type cursor struct {
	generation int64
	key        any
	id         int64
}

func (l *list) add(condition string, args ...any) {
	l.where = append(l.where, condition)
	l.args = append(l.args, args...)
}

// paging reads page, per_page and sort_order.
func (l *list) paging(q url.Values) error {
	var err error
	if l.page, err = positive(q, "page", 1); err != nil {
		return err
	}
	if l.perPage, err = positive(q, "per_page", maxPerPage); err != nil {
		return err
	}
	l.perPage = min(l.perPage, maxPerPage)
	switch q.Get("sort_order") {
	case "", "A", "ascending":
	case "D", "descending":
		l.desc = true
	default:
		return invalid("sort_order")
	}
	return nil
}

func positive(q url.Values, name string, def int) (int, error) {
	s := q.Get(name)
	if s == "" {
		return def, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<31-1 {
		return 0, invalid(name)
	}
	return n, nil
}

// sort takes sort_column, one of the given; def is the name of the default.
func (l *list) sort(q url.Values, columns map[string]string, def, defExpression string) error {
	l.sortAs, l.sortBy = def, defExpression
	if name := q.Get("sort_column"); name != "" {
		expression, ok := columns[name]
		if !ok {
			return invalid("sort_column")
		}
		l.sortAs, l.sortBy = name, expression
	}
	return nil
}

// text adds the filters field, field_startswith and field_contains, without regard to case.
func (l *list) text(q url.Values, field, expression string) {
	if v := q.Get(field); v != "" {
		l.add("fold("+expression+") = ?", strings.ToLower(v))
	}
	l.parts(q, field, "fold("+expression+")")
}

// name adds the same filters for a record's name, which is kept in lower case.
func (l *list) name(q url.Values, field string) {
	if v := q.Get(field); v != "" {
		l.add("name_key = ?", nameKey(v))
	}
	l.parts(q, field, "name_key")
}

// parts adds the filters for the beginning and a part of what is in lower case.
func (l *list) parts(q url.Values, field, lower string) {
	if v := q.Get(field + "_startswith"); v != "" {
		l.add("INSTR("+lower+", ?) = 1", strings.ToLower(v))
	}
	if v := q.Get(field + "_contains"); v != "" {
		l.add("INSTR("+lower+", ?) > 0", strings.ToLower(v))
	}
}

// read returns the page's records as a JSON array, and the page context.
func (o *Org) read(ctx context.Context, l list) (json.RawMessage, part, error) {
	generation := o.generation[l.table].Load()
	key := l.key()
	direction, compare := "ASC", ">"
	if l.desc {
		direction, compare = "DESC", "<"
	}
	where, args, offset := append([]string(nil), l.where...), append([]any(nil), l.args...), (l.page-1)*l.perPage
	if at, ok := o.cursorAt(key, l.page, generation); ok {
		where = append(where, fmt.Sprintf("(%s, id) %s (?, ?)", l.sortBy, compare))
		args, offset = append(args, at.key, at.id), 0
	}
	condition := strings.Join(where, " AND ")
	// The inner query runs on an index alone, so that skipped pages cost little.
	query := fmt.Sprintf(`SELECT id, k, (SELECT %s FROM %s WHERE id = p.id) FROM
		(SELECT id, %s AS k FROM %s WHERE %s ORDER BY %s %s, id %s LIMIT ? OFFSET ?) p`,
		l.column, l.table, l.sortBy, l.table, condition, l.sortBy, direction, direction)
	rows, err := o.db.Read().QueryContext(ctx, query, append(args, l.perPage+1, offset)...)
	if err != nil {
		return nil, part{}, fmt.Errorf("list %s: %w", l.table, err)
	}
	defer func() { _ = rows.Close() }()
	var out bytes.Buffer
	out.WriteByte('[')
	count, more := 0, false
	var last cursor
	for rows.Next() {
		if count == l.perPage {
			more = true
			break
		}
		var doc []byte
		if err := rows.Scan(&last.id, &last.key, &doc); err != nil {
			return nil, part{}, fmt.Errorf("list %s: %w", l.table, err)
		}
		if l.show != nil {
			if doc, err = l.show(doc); err != nil {
				return nil, part{}, fmt.Errorf("list %s: %w", l.table, err)
			}
		}
		if count > 0 {
			out.WriteByte(',')
		}
		out.Write(doc)
		count++
	}
	if err := rows.Err(); err != nil {
		return nil, part{}, fmt.Errorf("list %s: %w", l.table, err)
	}
	out.WriteByte(']')
	if more {
		last.generation = generation
		o.keepCursor(key, l.page, last)
	}
	return out.Bytes(), l.context(more), nil
}

func (l *list) context(more bool) part {
	order := "A"
	if l.desc {
		order = "D"
	}
	return partOf("page_context", map[string]any{"page": l.page, "per_page": l.perPage, "has_more_page": more,
		"report_name": l.report, "applied_filter": l.filter, "sort_column": l.sortAs, "sort_order": order})
}

func (l *list) key() string {
	return fmt.Sprint(l.table, l.where, l.args, l.sortBy, l.desc, l.perPage)
}

// cursorAt returns where the page before ended, if nothing has shifted since.
func (o *Org) cursorAt(key string, page int, generation int64) (cursor, bool) {
	o.cursorsMu.Lock()
	defer o.cursorsMu.Unlock()
	at, ok := o.cursors[fmt.Sprint(key, "#", page-1)]
	return at, ok && at.generation == generation
}

func (o *Org) keepCursor(key string, page int, at cursor) {
	o.cursorsMu.Lock()
	defer o.cursorsMu.Unlock()
	if len(o.cursors) > 4096 {
		clear(o.cursors)
	}
	o.cursors[fmt.Sprint(key, "#", page)] = at
}
