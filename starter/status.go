package main

import (
	"context"
	"errors"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type statusCmd struct{ selection }

// standing is what status prints.
type standing struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded"`
	// Run is the newest one.
	Run *contract.Run `json:"run"`
}

// Run says where a connection stands: as its workflow says, or as the store last heard.
func (c *statusCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.find(ctx, st)
	if err != nil {
		return err
	}
	out, next, err := p.standing(ctx, conn)
	if err != nil {
		return err
	}
	if out.Run, err = p.newest(ctx, st, conn.ID); err != nil {
		return err
	}
	if p.json {
		return p.printJSON(out)
	}
	p.printf("connection  %s (CRM organisation %s, billing organisation %s)\nstate       %s\n", conn.ID, clean(conn.CRMOrg), clean(conn.BillingOrg), out.State)
	if out.Degraded != nil {
		p.printf("degraded    since %s: %s\n", out.Degraded.Since.Local().Format(time.DateTime), clean(out.Degraded.Reason))
	}
	if !next.IsZero() {
		p.printf("next sync   %s\n", next.Local().Format(time.DateTime))
	}
	if out.Run == nil {
		p.printf("no run yet\n")
		return nil
	}
	p.printf("\nnewest run:\n")
	return p.printRun(*out.Run)
}

// standing asks the workflow, and the store where no workflow answers.
func (p *program) standing(ctx context.Context, conn record.Connection) (out standing, next time.Time, err error) {
	out = standing{Connection: conn.ID, State: string(conn.State)}
	if conn.Degraded != nil {
		out.Degraded = &contract.Degraded{Reason: conn.Degraded.Reason, Since: conn.Degraded.Since}
	}
	asking, cancel := context.WithTimeout(ctx, stateWait)
	defer cancel()
	status, err := p.ask(asking, conn.ID)
	switch {
	case err == nil:
		return standing{Connection: conn.ID, State: status.State, Degraded: status.Degraded}, status.NextSync, nil
	case ctx.Err() != nil:
		return out, next, ctx.Err()
	case errors.Is(err, contract.ErrNotConnected):
		p.note("the connection's workflow is not running: start it again with `starter connect %s`; what follows is what the store last heard", conn.ID)
	default:
		p.note("the connection's workflow does not answer (%s); what follows is what the store last heard", oneLine(err.Error()))
	}
	return out, next, nil
}

func (p *program) ask(ctx context.Context, connection string) (contract.Status, error) {
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return contract.Status{}, err
	}
	defer closeTemporal()
	return t.Status(ctx, connection)
}

// newest is the connection's newest run, nil where there is none.
func (p *program) newest(ctx context.Context, st *store.Store, connection string) (*contract.Run, error) {
	last, err := st.LastRun(ctx, connection)
	if err != nil || last == nil {
		return nil, err
	}
	run, err := app.Report(ctx, st, last.ID, p.now())
	return &run, err
}
