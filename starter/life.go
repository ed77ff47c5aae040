package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type pauseCmd struct {
	selection
	Why  string `help:"Why, for whoever finds the connection paused. No personal data." placeholder:"TEXT"`
	Wait bool   `help:"Wait until calls in flight have finished and the connection is paused."`
}

type resumeCmd struct {
	selection
}

// controlled is what pause and resume print.
type controlled struct {
	Connection string `json:"connection"`
	// State is empty where no worker has answered yet: the signal takes effect once one does.
	State  string           `json:"state"`
	Paused *contract.Paused `json:"paused"`
	// Note says why nothing was changed, where nothing was.
	Note string `json:"note"`
}

// Run pauses a connection. One that is paused already stays so.
func (c *pauseCmd) Run(ctx context.Context, p *program) error {
	return p.steer(ctx, c.selection, func(st *store.Store, t temporal, id string) error {
		if err := t.Pause(ctx, id, contract.ControlRequest{Who: p.who, Why: c.Why}); err != nil {
			return refusal(err)
		}
		status, err := p.heard(ctx, t, id, c.Wait)
		if err != nil {
			return err
		}
		return p.printControlled(status, slices.Contains([]string{contract.StatePausing, contract.StatePaused}, status.State))
	})
}

// Run takes a connection up again where it was paused. One that is not paused stays as it is.
func (c *resumeCmd) Run(ctx context.Context, p *program) error {
	return p.steer(ctx, c.selection, func(st *store.Store, t temporal, id string) error {
		if err := t.Resume(ctx, id, contract.ControlRequest{Who: p.who}); err != nil {
			return refusal(err)
		}
		status, err := p.heard(ctx, t, id, false)
		if err != nil {
			return err
		}
		return p.printControlled(status, slices.Contains([]string{contract.StateConnected, contract.StateActive}, status.State))
	})
}

// heard is where the connection stands once it has heard a signal; without a state where no worker answers.
func (p *program) heard(ctx context.Context, t temporal, id string, wait bool) (contract.Status, error) {
	if wait {
		return p.until(ctx, t, id, func(s contract.Status) bool { return s.State != contract.StatePausing })
	}
	asking, cancel := context.WithTimeout(ctx, stateWait)
	defer cancel()
	status, err := t.Status(asking, id)
	switch {
	case err == nil:
		return status, nil
	case ctx.Err() != nil:
		return status, ctx.Err()
	}
	p.note("the signal was sent, and no worker answers yet (%s): it takes effect when one runs", oneLine(err.Error()))
	return contract.Status{Connection: id}, nil
}

// printControlled prints what came of a signal, which is bad where it changed nothing and another state was wanted.
func (p *program) printControlled(s contract.Status, wanted bool) error {
	var verdict error
	if !wanted && s.State != "" && s.Note != "" {
		verdict = badAnswer{s.Note}
	}
	if p.json {
		return errors.Join(p.printJSON(controlled{Connection: s.Connection, State: s.State, Paused: s.Paused, Note: s.Note}), verdict)
	}
	if s.State != "" {
		p.printf("%s is %s%s\n", s.Connection, s.State, pausedText(s.Paused))
	}
	if verdict == nil && s.Note != "" {
		p.note("%s", sentence(s.Note))
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
		out = " by " + clean(who) + out
	}
	if why != "" {
		out += ": " + sentence(why)
	}
	return out
}

// steer finds the connection and reaches Temporal for as long as the work takes. A connection whose deletion has
// come so far that the store knows it no more is found by its workflow.
func (p *program) steer(ctx context.Context, s selection, work func(st *store.Store, t temporal, id string) error) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := s.find(ctx, st)
	missing := record.IsKind(err, record.NotFound)
	if err != nil && !missing {
		return err
	}
	t, closeTemporal, dialErr := p.dial(ctx, p.log())
	if dialErr != nil {
		return errors.Join(err, dialErr)
	}
	defer closeTemporal()
	if !missing {
		return work(st, t, conn.ID)
	}
	if running, lookErr := t.Running(ctx, s.named()); lookErr != nil || !running {
		return err
	}
	return work(st, t, s.named())
}

// until looks at the connection until it is where the caller wants it. Nobody who answers for a while, as when
// workers are replaced, is waited for; that there is no such workflow is an error.
func (p *program) until(ctx context.Context, t temporal, id string, there func(contract.Status) bool) (contract.Status, error) {
	line := p.newLine()
	defer line.end()
	for {
		status, err := p.look(ctx, t, id)
		switch {
		case err == nil && there(status):
			return status, nil
		case err == nil:
			line.show(fmt.Sprintf("%s is %s", id, status.State))
		case ctx.Err() != nil:
			return status, ctx.Err()
		case errors.Is(err, contract.ErrNotConnected), errors.Is(err, contract.ErrDeleted):
			return status, err
		default:
			line.show("no answer: a worker must be running")
		}
		select {
		case <-ctx.Done():
			return status, ctx.Err()
		case <-time.After(p.poll):
		}
	}
}

func (p *program) look(ctx context.Context, t temporal, id string) (contract.Status, error) {
	asking, cancel := context.WithTimeout(ctx, stateWait)
	defer cancel()
	return t.Status(asking, id)
}

// objects tells counts by kind: "3 custom reports, 1 comments".
func objects(counts map[string]int) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[kind], strings.ReplaceAll(clean(kind), "_", " ")))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
