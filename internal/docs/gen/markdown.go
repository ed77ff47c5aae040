package main

import "strings"

// table is a Markdown table.
type table struct {
	head []string
	rows [][]string
}

// String returns the table's Markdown, empty where it has no rows.
func (t table) String() string {
	if len(t.rows) == 0 {
		return ""
	}
	var b strings.Builder
	line := func(cells []string) {
		b.WriteString("|")
		for _, c := range cells {
			b.WriteString(" " + cell(c) + " |")
		}
		b.WriteString("\n")
	}
	line(t.head)
	b.WriteString(strings.Repeat("| --- ", len(t.head)) + "|\n")
	for _, r := range t.rows {
		line(r)
	}
	return b.String()
}

// cell is a text on one line that no table takes for two.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

// code is a text in backquotes, empty where it is.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// codes are texts in backquotes, with commas between.
func codes(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = code(s)
	}
	return strings.Join(out, ", ")
}
