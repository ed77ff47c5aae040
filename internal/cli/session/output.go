package session

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"causeway/internal/cli/screen"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// textOperations is how many operations are shown as text unless told.
const ScreenFull = 50

// Log is for what the libraries have to say.
func (p *Session) Log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// Note tells the user something that is no result.
func (p *Session) Note(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Err, format+"\n", args...)
}

func (p *Session) Printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Out, format, args...)
}

func (p *Session) PrintJSON(v any) error {
	enc := json.NewEncoder(p.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func (p *Session) NewLine() *line {
	return &line{p: p, terminal: screen.IsTerminal(p.Err), last: p.Now()}
}

// Limit is how many rows are shown: as many as were asked for, and without that as JSON all, as text a screen full.
func (p *Session) Limit(asked int) int {
	switch {
	case asked >= 0:
		return asked
	case p.JSON:
		return 0
	}
	return ScreenFull
}

func (p *Session) Table(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(p.Out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(header)
	for _, column := range header {
		if column == "reason" || column == "problem" {
			name, _ := column.(string)
			t.SetColumnConfigs([]table.ColumnConfig{{Name: name, WidthMax: screen.SentenceWidth, WidthMaxEnforcer: text.WrapSoft}})
		}
	}
	return t
}
