package db

import (
	"strings"

	"github.com/lib/pq"
)

// ColumnSet are the columns of the rows of a bulk statement.
type ColumnSet []column

type column struct{ name, kind string }

// Columns reads "id text, seq bigint, whole boolean": the names and PostgreSQL's types.
func Columns(list string) ColumnSet {
	var out ColumnSet
	for item := range strings.SplitSeq(list, ",") {
		name, kind, _ := strings.Cut(strings.TrimSpace(item), " ")
		out = append(out, column{name, kind})
	}
	return out
}

func (c ColumnSet) names() string {
	names := make([]string, len(c))
	for i, col := range c {
		names[i] = col.name
	}
	return strings.Join(names, ", ")
}

// Bulk is a statement over many rows at once.
type Bulk struct {
	Columns ColumnSet
	Query   string // with {rows}
}

// bulkSQL returns the statement for n rows. PostgreSQL takes any number, in one array for each column.
func (d dialect) bulkSQL(b Bulk, n int) string {
	var table strings.Builder
	table.WriteString("v(" + b.Columns.names() + ") AS (")
	if d == postgres {
		arrays := make([]string, len(b.Columns))
		for i, c := range b.Columns {
			arrays[i] = "?::" + c.kind + "[]"
		}
		table.WriteString("SELECT * FROM unnest(" + strings.Join(arrays, ", ") + "))")
	} else {
		row := "(?" + strings.Repeat(",?", len(b.Columns)-1) + ")"
		table.WriteString("VALUES " + row + strings.Repeat(","+row, n-1) + ")")
	}
	return d.sql(strings.Replace(b.Query, "{rows}", table.String(), 1))
}

// bulkArgs returns the arguments of the statement for these rows.
func (d dialect) bulkArgs(b Bulk, rows [][]any, extra []any) []any {
	if d == sqlite {
		args := make([]any, 0, len(rows)*len(b.Columns)+len(extra))
		for _, row := range rows {
			args = append(args, row...)
		}
		return append(args, extra...)
	}
	args := make([]any, 0, len(b.Columns)+len(extra))
	for i, c := range b.Columns {
		switch c.kind {
		case "bigint":
			args = append(args, pq.Array(columnOf[int64](rows, i)))
		case "boolean":
			args = append(args, pq.Array(columnOf[bool](rows, i)))
		default:
			args = append(args, pq.Array(columnOf[string](rows, i)))
		}
	}
	return append(args, extra...)
}

func columnOf[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for n, row := range rows {
		out[n] = row[i].(T)
	}
	return out
}

// bulkChunk bounds the rows of one SQLite statement. Smaller parts are powers of two, so that few forms
// of a statement exist and each is parsed once.
const bulkChunk = 64

// parts cuts rows into what one statement takes.
func (d dialect) parts(rows [][]any) [][][]any {
	if len(rows) == 0 {
		return nil
	}
	if d == postgres {
		return [][][]any{rows}
	}
	var out [][][]any
	for size := bulkChunk; size > 0; size /= 2 {
		for len(rows) >= size {
			out = append(out, rows[:size])
			rows = rows[size:]
		}
	}
	return out
}
