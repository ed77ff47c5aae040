package list

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
)

// MaxPerPage is the largest page.
const MaxPerPage = 200

// List describes one page of an organisation's records.
type List struct {
	Table  string
	Column string                              // what is shown of a record
	Show   func(column []byte) ([]byte, error) // renders the column; nil: it is shown as it is
	Report string                              // the list's name in page_context
	Filter string                              // the filter's name in page_context

	query    url.Values
	where    []string
	args     []any
	sortBy   string // SQL expression
	sortName string // its name on the wire
	desc     bool
	page     int
	perPage  int
}

// New reads page, per_page and sort_order. The records are sorted by when they were made, unless Sort finds another order.
func New(c *api.Call, table, column, report string) (List, error) {
	l := List{Table: table, Column: column, Report: report, sortName: "created_time", sortBy: "created_us", query: c.Request.URL.Query()}
	l.Where("org = ?", c.Org)
	var err error
	if l.page, err = positive(l.query, "page", 1); err != nil {
		return l, err
	}
	if l.perPage, err = positive(l.query, "per_page", MaxPerPage); err != nil {
		return l, err
	}
	l.perPage = min(l.perPage, MaxPerPage)
	switch l.query.Get("sort_order") {
	case "", "A", "ascending":
	case "D", "descending":
		l.desc = true
	default:
		return l, api.Invalid("sort_order")
	}
	return l, nil
}

func positive(q url.Values, name string, absent int) (int, error) {
	s := q.Get(name)
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<31-1 {
		return 0, api.Invalid(name)
	}
	return n, nil
}

// Param returns the first value of a query parameter.
func (l *List) Param(name string) string { return l.query.Get(name) }

// Where adds a condition.
func (l *List) Where(condition string, args ...any) {
	l.where = append(l.where, condition)
	l.args = append(l.args, args...)
}

// Sort reads sort_column. columns holds the SQL expression of each name that is allowed.
func (l *List) Sort(columns map[string]string) error {
	name := l.Param("sort_column")
	if name == "" {
		return nil
	}
	expression, ok := columns[name]
	if !ok {
		return api.Invalid("sort_column")
	}
	l.sortName, l.sortBy = name, expression
	return nil
}

// Text reads the filters field, field_startswith and field_contains. Case does not count.
func (l *List) Text(field, expression string) {
	if v := l.Param(field); v != "" {
		l.Where("fold("+expression+") = ?", strings.ToLower(v))
	}
	l.partOfText(field, "fold("+expression+")")
}

// Name reads the same filters for a record's name. The column name_key holds it in lower case.
func (l *List) Name(field string) {
	if v := l.Param(field); v != "" {
		l.Where("name_key = ?", api.NameKey(v))
	}
	l.partOfText(field, "name_key")
}

// partOfText reads the filters for the beginning and for a part of a text in lower case.
func (l *List) partOfText(field, lower string) {
	if v := l.Param(field + "_startswith"); v != "" {
		l.Where("INSTR("+lower+", ?) = 1", strings.ToLower(v))
	}
	if v := l.Param(field + "_contains"); v != "" {
		l.Where("INSTR("+lower+", ?) > 0", strings.ToLower(v))
	}
}

// Search reads search_text, and looks for it in any of the columns. These are in lower case.
func (l *List) Search(columns ...string) error {
	v := l.Param("search_text")
	if v == "" {
		return nil
	}
	if len([]rune(v)) > 100 {
		return api.Invalid("search_text")
	}
	var conditions []string
	for _, column := range columns {
		conditions = append(conditions, "INSTR("+column+", ?) > 0")
	}
	l.Where("("+strings.Join(conditions, " OR ")+")", slices.Repeat([]any{strings.ToLower(v)}, len(columns))...)
	return nil
}

func (l *List) context(more bool) api.Part {
	order := "A"
	if l.desc {
		order = "D"
	}
	return api.PartOf("page_context", map[string]any{"page": l.page, "per_page": l.perPage, "has_more_page": more,
		"report_name": l.Report, "applied_filter": l.Filter, "sort_column": l.sortName, "sort_order": order})
}

// key is the same for all pages of one list.
func (l *List) key() string {
	return fmt.Sprint(l.Table, l.where, l.args, l.sortBy, l.desc, l.perPage)
}
