package screen

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Table prints rows under a header. It fits the width of a terminal: it shortens ids to what is unique, then it breaks or
// cuts the widest columns. Without a width it prints everything.
type Table struct {
	out    io.Writer
	width  int // of the terminal, in characters; 0: no bound
	header []string
	rows   [][]any
}

// NewTable makes a table. A column of names comes first, wherever the header has it. A width of 0 is no bound.
func NewTable(out io.Writer, width int, header ...string) *Table {
	return &Table{out: out, width: width, header: header}
}

// AppendRow adds a row, in the order of the header that NewTable was given.
func (t *Table) AppendRow(cells []any) { t.rows = append(t.rows, cells) }

// To has the table printed to another place.
func (t *Table) To(out io.Writer) { t.out = out }

// Render prints the table, and reports whether the terminal's width made it leave something out.
func (t *Table) Render() (shortened bool) {
	t.namesFirst()
	limits := map[int]int{}
	if t.width > 0 {
		if t.excess(limits) > 0 {
			shortened = t.shortenIDs()
		}
		for t.excess(limits) > 0 && t.narrow(limits) {
			shortened = true
		}
		if t.excess(limits) > 0 {
			t.renderBlocks()
			return shortened
		}
	}
	w := table.NewWriter()
	w.SetOutputMirror(t.out)
	w.SetStyle(table.StyleLight)
	header := make(table.Row, len(t.header))
	for i, h := range t.header {
		header[i] = h
	}
	w.AppendHeader(header)
	for _, row := range t.rows {
		w.AppendRow(row)
	}
	w.SetColumnConfigs(t.columns(limits))
	w.Render()
	return shortened
}

// renderBlocks prints each row as a block of lines: a table of so many columns is too wide for the terminal.
func (t *Table) renderBlocks() {
	names := 0
	for _, h := range t.header {
		names = max(names, text.LongestLineLen(h))
	}
	for _, row := range t.rows {
		for i, cell := range row {
			words := strings.ReplaceAll(text.WrapSoft(fmt.Sprint(cell), max(leastColumn, t.width-names-4)), "\n", "\n"+strings.Repeat(" ", names+4))
			indent := "  "
			if i == 0 {
				indent = ""
			}
			_, _ = fmt.Fprintln(t.out, strings.TrimRight(fmt.Sprintf("%s%-*s%s", indent, names+4-len(indent), t.header[i], words), " "))
		}
	}
}

// The columns whose text is broken into lines rather than cut, and the least that a column keeps.
var broken = []string{"reason", "problem", "text", "result"}

const leastColumn = 10

// columns bounds the columns: sentences are broken into lines, other texts end in an ellipsis.
func (t *Table) columns(limits map[int]int) []table.ColumnConfig {
	var out []table.ColumnConfig
	for i, h := range t.header {
		limit, bounded := limits[i]
		sentence := slices.Contains(broken, h)
		switch {
		case sentence && (!bounded || limit > SentenceWidth):
			out = append(out, table.ColumnConfig{Number: i + 1, WidthMax: SentenceWidth, WidthMaxEnforcer: text.WrapSoft})
		case sentence:
			out = append(out, table.ColumnConfig{Number: i + 1, WidthMax: limit, WidthMaxEnforcer: text.WrapSoft})
		case bounded:
			out = append(out, table.ColumnConfig{Number: i + 1, WidthMax: limit, WidthMaxEnforcer: snip})
		}
	}
	return out
}

func snip(s string, width int) string { return text.Snip(s, width, "…") }

// namesFirst moves the column of names to the front.
func (t *Table) namesFirst() {
	i := slices.Index(t.header, "name")
	if i <= 0 {
		return
	}
	t.header = toFront(t.header, i)
	for n, row := range t.rows {
		if i < len(row) {
			t.rows[n] = toFront(row, i)
		}
	}
}

func toFront[E any](list []E, i int) []E {
	return slices.Concat(list[i:i+1], list[:i], list[i+1:])
}

// excess is by how many characters the table is too wide.
func (t *Table) excess(limits map[int]int) int {
	total := 1
	for _, w := range t.widths(limits) {
		total += w + len(" │ ") - 2 // two spaces and a line
	}
	return total - t.width
}

// widths are the widths of the columns within the limits.
func (t *Table) widths(limits map[int]int) []int {
	out := make([]int, len(t.header))
	for i, h := range t.header {
		out[i] = text.LongestLineLen(h)
		for _, row := range t.rows {
			if i < len(row) {
				out[i] = max(out[i], text.LongestLineLen(fmt.Sprint(row[i])))
			}
		}
		if slices.Contains(broken, h) {
			out[i] = min(out[i], SentenceWidth)
		}
		if limit, bounded := limits[i]; bounded {
			out[i] = min(out[i], limit)
		}
	}
	return out
}

// narrow takes from the widest column what is too much, as far as it can give. It reports whether one could.
func (t *Table) narrow(limits map[int]int) bool {
	widths := t.widths(limits)
	widest := -1
	for i, w := range widths {
		if w > leastColumn && (widest < 0 || w > widths[widest]) {
			widest = i
		}
	}
	if widest < 0 {
		return false
	}
	next := leastColumn
	for i, w := range widths {
		if i != widest && w < widths[widest] {
			next = max(next, w)
		}
	}
	limits[widest] = max(leastColumn, min(widths[widest]-1, max(next, widths[widest]-t.excess(limits))))
	return true
}

// An id is long and made of digits, or of hexadecimal digits and dashes. Its module may stand before it.
var idCell = regexp.MustCompile(`^(\s*[A-Za-z_]+/)?([0-9]{10,}|[0-9a-f]{8}[0-9a-f-]{10,})$`)

// leastID is how much of an id is always shown, in characters.
const leastID = 6

// shortenIDs shortens the ids of each column to the ends by which they differ. It reports whether there were any.
func (t *Table) shortenIDs() bool {
	any := false
	for i := range t.header {
		ids := map[string]bool{}
		for _, row := range t.rows {
			if i < len(row) {
				if m := idCell.FindStringSubmatch(fmt.Sprint(row[i])); m != nil {
					ids[m[2]] = true
				}
			}
		}
		if len(ids) == 0 {
			continue
		}
		any = true
		keep := uniqueEnd(ids)
		for _, row := range t.rows {
			if i < len(row) {
				if m := idCell.FindStringSubmatch(fmt.Sprint(row[i])); m != nil && len(m[2]) > keep+1 {
					row[i] = m[1] + "…" + m[2][len(m[2])-keep:]
				}
			}
		}
	}
	return any
}

// uniqueEnd is the length of the end by which the ids differ.
func uniqueEnd(ids map[string]bool) int {
	for keep := leastID; ; keep++ {
		seen := map[string]bool{}
		unique, longer := true, false
		for id := range ids {
			end := id[max(0, len(id)-keep):]
			unique = unique && !seen[end]
			seen[end] = true
			longer = longer || len(id) > keep
		}
		if unique || !longer {
			return keep
		}
	}
}

// Hanging is a name and a text in two columns, the text broken into lines of the width.
func Hanging(indent, name, words string, width int) string {
	const column = 28
	head := indent + name
	if len([]rune(head)) < column {
		head += strings.Repeat(" ", column-len([]rune(head)))
	} else {
		head += "\n" + strings.Repeat(" ", column)
	}
	lines := strings.Split(text.WrapSoft(words, width-column), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return head + strings.Join(lines, "\n"+strings.Repeat(" ", column)) + "\n"
}
