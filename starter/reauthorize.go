package main

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type reauthorizeCmd struct {
	selection
	Side        string `required:"" enum:"crm,billing" placeholder:"SIDE" help:"The side that gets another credential: crm or billing."`
	Credentials string `placeholder:"FILE" help:"Read the credential from this JSON file, as connect does; - is standard input. Default: from CAUSEWAY_CRM_ACCOUNTS_URL, _CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN, or the same with BILLING."`
}

// reauthorized is what reauthorize prints.
type reauthorized struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	State      string `json:"state"`
	// Resumed says that the connection had paused itself, and goes on.
	Resumed bool `json:"resumed"`
}

// Run gives a side another credential. One that is refused is not kept: the earlier one comes back.
func (c *reauthorizeCmd) Run(ctx context.Context, p *program) error {
	side := record.Side(c.Side)
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		cred, err := p.credential(c.Credentials, side)
		if err != nil {
			return err
		}
		was, had, err := earlier(ctx, st, conn, side)
		if err != nil {
			return err
		}
		cred.Organization, cred.CallsPerMinute, cred.CallsInFlight = was.Organization, was.CallsPerMinute, was.CallsInFlight
		t, closeTemporal, err := p.dial(ctx, p.log())
		if err != nil {
			return err
		}
		defer closeTemporal()
		// Before it is stored: a sync that is running takes the stored credential with its next call.
		if err := app.NewSides(st).CheckCredential(ctx, conn, side, cred); err != nil {
			return fmt.Errorf("the stored credential was not changed: %w", err)
		}
		if err := st.Connections.PutCredential(ctx, conn.ID, side, cred); err != nil {
			return err
		}
		got, err := p.reauthorize(ctx, st, t, conn.ID, change{side: side, now: cred, was: was, had: had})
		if err != nil {
			return err
		}
		return p.printReauthorized(reauthorized{Connection: conn.ID, Side: c.Side, State: got.State, Resumed: got.Resumed})
	})
}

// earlier is the credential that the side has. One that nobody can read any more is replaced all the same.
func earlier(ctx context.Context, st *store.Store, conn record.Connection, side record.Side) (was record.Credential, had bool, err error) {
	was, err = st.Connections.Credential(ctx, conn.ID, side)
	if err == nil {
		return was, true, nil
	}
	if !record.IsKind(err, record.NotFound) && !record.IsKind(err, record.Unauthorized) {
		return was, false, err
	}
	was.Organization = conn.CRMOrg
	if side == record.Billing {
		was.Organization = conn.BillingOrg
	}
	return was, false, nil
}

// change is one credential in place of another.
type change struct {
	side     record.Side
	now, was record.Credential
	had      bool
}

// reauthorize tells the connection, which checks the stored credential. Where it refuses, the earlier one comes
// back; where nobody answers, the new one stays, since it was checked from here.
func (p *program) reauthorize(ctx context.Context, st *store.Store, t temporal, id string, c change) (contract.ReauthorizeAnswer, error) {
	refused := false
	got, err := answerWithin(ctx, p, checkWait, func(ctx context.Context) (contract.ReauthorizeAnswer, error) {
		got, err := t.Reauthorize(ctx, id, contract.ReauthorizeRequest{Side: string(c.side), Who: p.who})
		refused = err != nil && contract.FailureOf(err).Code != noneOfOurs
		return got, err
	})
	switch {
	case err == nil:
		return got, nil
	case !refused:
		return got, fmt.Errorf("the new credential is stored, and the connection was not told: repeat `starter reauthorize %s --side %s`, or it finds out with its next sync: %w", id, c.side, err)
	case !c.had:
		return got, fmt.Errorf("the new credential is stored, since there was none before that could be read: %w", err)
	}
	// Also where the user has broken off meanwhile.
	if backErr := putBack(context.WithoutCancel(ctx), st, id, c); backErr != nil {
		return got, errors.Join(err, fmt.Errorf("the earlier credential could not be put back: %w", backErr))
	}
	return got, fmt.Errorf("the earlier credential is back: %w", err)
}

// putBack stores the earlier credential again, unless somebody else has stored another meanwhile.
func putBack(ctx context.Context, st *store.Store, id string, c change) error {
	stored, err := st.Connections.Credential(ctx, id, c.side)
	if err != nil || stored != c.now {
		return err
	}
	return st.Connections.PutCredential(ctx, id, c.side, c.was)
}

func (p *program) printReauthorized(out reauthorized) error {
	if p.json {
		return p.printJSON(out)
	}
	p.printf("%s has a new credential for %s; the connection is %s\n", out.Connection, record.Side(out.Side).Name(), out.State)
	if out.Resumed {
		p.printf("it had paused itself, and goes on\n")
	} else if out.State == contract.StatePaused {
		p.printf("it goes on with `starter resume %s`\n", out.Connection)
	}
	return nil
}
