package session

import (
	"encoding/json"
	"fmt"

	"causeway/internal/cli/screen"
)

// ScreenFull is how many operations are shown as text unless told.
const ScreenFull = 50

// Printf prints a part of the result.
func (p *Session) Printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Out, format, args...)
}

// PrintJSON prints the result as JSON.
func (p *Session) PrintJSON(v any) error {
	enc := json.NewEncoder(p.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Limit is how many rows are shown: as many as were asked for; else all as JSON, and a screen full as text.
func (p *Session) Limit(asked int) int {
	switch {
	case asked >= 0:
		return asked
	case p.JSON:
		return 0
	}
	return ScreenFull
}

// Table makes a table as wide as the terminal, or in full with --wide and where the output is no terminal.
func (p *Session) Table(header ...string) *Table {
	width := p.Width()
	if p.Wide {
		width = 0
	}
	return &Table{Table: screen.NewTable(p.Out, width, header...), p: p}
}

// Table is a table that says where something was left out.
type Table struct {
	*screen.Table
	p *Session
}

// Render prints the table.
func (t *Table) Render() {
	if t.Table.Render() && !t.p.saidWide {
		t.p.saidWide = true
		t.p.Note("Shortened to fit the terminal. Give --wide to see everything.")
	}
}
