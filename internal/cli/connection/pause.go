package connection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Pause pauses a connection.
type Pause struct {
	session.Selection
	Why  string `help:"Why. Everybody who looks at the connection reads it: no personal data." placeholder:"TEXT"`
	Wait bool   `help:"Wait until calls in flight have finished and the connection is paused."`
}

// Resume resumes a paused connection.
type Resume struct {
	session.Selection
}

// Run pauses a connection. One that is paused already stays so.
func (c *Pause) Run(ctx context.Context, p *session.Session) error {
	return p.Steer(ctx, c.Selection, func(st *store.Store, t session.Temporal, id string) error {
		if err := t.Pause(ctx, id, contract.ControlRequest{Who: p.Who, Why: c.Why}); err != nil {
			return session.Refusal(err)
		}
		status, err := heard(ctx, p, t, id, c.Wait)
		if err != nil {
			return err
		}
		return printControlled(p, status, slices.Contains([]string{contract.StatePausing, contract.StatePaused}, status.State))
	})
}

// Run resumes a connection. A connection that is not paused stays as it is.
func (c *Resume) Run(ctx context.Context, p *session.Session) error {
	return p.Steer(ctx, c.Selection, func(st *store.Store, t session.Temporal, id string) error {
		if err := t.Resume(ctx, id, contract.ControlRequest{Who: p.Who}); err != nil {
			return session.Refusal(err)
		}
		status, err := heard(ctx, p, t, id, false)
		if err != nil {
			return err
		}
		return printControlled(p, status, slices.Contains([]string{contract.StateConnected, contract.StateActive}, status.State))
	})
}

// heard returns the status of a connection after a signal. The status has no state if no worker answers.
func heard(ctx context.Context, p *session.Session, t session.Temporal, id string, wait bool) (contract.Status, error) {
	if wait {
		return p.Until(ctx, t, id, func(s contract.Status) bool { return s.State != contract.StatePausing })
	}
	asking, cancel := context.WithTimeout(ctx, session.StateWait)
	defer cancel()
	status, err := t.Status(asking, id)
	switch {
	case err == nil:
		return status, nil
	case ctx.Err() != nil:
		return status, ctx.Err()
	}
	p.Note("the signal was sent, and no worker answers yet (%s): it takes effect when a worker runs", screen.OneLine(err.Error()))
	return contract.Status{Connection: id}, nil
}

// printControlled prints what came of a signal, which is bad where it changed nothing and another state was wanted.
func printControlled(p *session.Session, s contract.Status, wanted bool) error {
	var verdict error
	if !wanted && s.State != "" && s.Note != "" {
		verdict = session.Bad("%s", s.Note)
	}
	if p.JSON {
		return errors.Join(p.PrintJSON(report.NewControlled(s)), verdict)
	}
	if s.State != "" {
		p.Printf("%s is %s%s\n", s.Connection, s.State, pausedText(s.Paused))
	}
	if verdict == nil && s.Note != "" {
		p.Note("%s", screen.Sentence(s.Note))
	}
	return verdict
}

// pausedText says by whom, since when and why.
func pausedText(by *contract.Paused) string {
	if by == nil {
		return ""
	}
	return stoppedBy(by.Who, by.Why, by.Since)
}

func stoppedBy(who, why string, since time.Time) string {
	out := fmt.Sprintf(" since %s", since.Local().Format(time.DateTime))
	if who != "" {
		out = " by " + screen.Clean(who) + out
	}
	if why != "" {
		out += ": " + screen.Sentence(why)
	}
	return out
}

// objects tells counts by kind: "3 custom reports, 1 comments".
func objects(counts map[string]int) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[kind], strings.ReplaceAll(screen.Clean(kind), "_", " ")))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
