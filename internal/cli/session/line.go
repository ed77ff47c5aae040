package session

import (
	"fmt"
	"time"

	"causeway/internal/cli/screen"
)

// Line shows progress on standard error: one line that is rewritten on a terminal; elsewhere a new one now
// and then, so that a short command leaves nothing in a script's log.
type Line struct {
	p        *Session
	terminal bool
	shown    string
	last     time.Time
}

// Show shows a text in place of the one before.
func (l *Line) Show(text string) {
	if text == "" || text == l.shown {
		return
	}
	if l.terminal {
		_, _ = fmt.Fprintf(l.p.Err, "\r\x1b[K%s", text)
		l.shown = text
		return
	}
	if now := l.p.Now(); now.Sub(l.last) >= tellEvery {
		l.p.Note("%s", text)
		l.shown, l.last = text, now
	}
}

// End removes the line.
func (l *Line) End() {
	if l.terminal && l.shown != "" {
		_, _ = fmt.Fprint(l.p.Err, "\r\x1b[K")
	}
}

// NewLine starts a line of progress.
func (p *Session) NewLine() *Line {
	return &Line{p: p, terminal: screen.IsTerminal(p.Err), last: p.Now()}
}
