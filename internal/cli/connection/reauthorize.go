package connection

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/cli/secrets"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Reauthorize replaces the credential of a side.
type Reauthorize struct {
	session.Selection
	Side        string `required:"" enum:"crm,billing" placeholder:"SIDE" help:"The side whose credential is replaced: crm or billing."`
	Credentials string `placeholder:"FILE" help:"Read the credential from this JSON file, as connect does; - is standard input. Default: from CAUSEWAY_CRM_ACCOUNTS_URL, _CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN, or the same with BILLING."`
}

// Run replaces the credential of a side. A credential that is refused is not kept: the earlier one is stored again.
func (c *Reauthorize) Run(ctx context.Context, p *session.Session) error {
	side := record.Side(c.Side)
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		cred, err := secrets.Credential(p, c.Credentials, side)
		if err != nil {
			return err
		}
		was, had, err := earlier(ctx, st, conn, side)
		if err != nil {
			return err
		}
		cred.Organization, cred.CallsPerMinute, cred.CallsInFlight = was.Organization, was.CallsPerMinute, was.CallsInFlight
		t, closeTemporal, err := p.Dial(ctx)
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
		got, err := reauthorize(ctx, p, st, t, conn.ID, change{side: side, now: cred, was: was, had: had})
		if err != nil {
			return err
		}
		return printReauthorized(p, report.Reauthorized{Connection: conn.ID, Side: c.Side, State: got.State, Resumed: got.Resumed})
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
func reauthorize(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, id string, c change) (contract.ReauthorizeAnswer, error) {
	refused := false
	got, err := session.AnswerWithin(ctx, p, session.CheckWait, func(ctx context.Context) (contract.ReauthorizeAnswer, error) {
		got, err := t.Reauthorize(ctx, id, contract.ReauthorizeRequest{Side: string(c.side), Who: p.Who})
		refused = err != nil && contract.FailureOf(err).Code != session.CodeTemporal
		return got, err
	})
	switch {
	case err == nil:
		return got, nil
	case !refused:
		return got, fmt.Errorf("the new credential is stored, but the connection was not told: repeat `starter reauthorize %s --side %s`, or wait for its next sync: %w", id, c.side, err)
	case !c.had:
		return got, fmt.Errorf("the new credential is stored, because the earlier one could not be read: %w", err)
	}
	// Also where the user has broken off meanwhile.
	if backErr := putBack(context.WithoutCancel(ctx), st, id, c); backErr != nil {
		return got, errors.Join(err, fmt.Errorf("the earlier credential could not be put back: %w", backErr))
	}
	return got, fmt.Errorf("the new credential was refused, and the earlier one is stored again: %w", err)
}

// putBack stores the earlier credential again, unless somebody else has stored another meanwhile.
func putBack(ctx context.Context, st *store.Store, id string, c change) error {
	stored, err := st.Connections.Credential(ctx, id, c.side)
	if err != nil || stored != c.now {
		return err
	}
	return st.Connections.PutCredential(ctx, id, c.side, c.was)
}

func printReauthorized(p *session.Session, out report.Reauthorized) error {
	if p.JSON {
		return p.PrintJSON(out)
	}
	p.Printf("%s has a new credential for %s; the connection is %s\n", out.Connection, record.Side(out.Side).Name(), out.State)
	if out.Resumed {
		p.Printf("it had paused itself, and is running again\n")
	} else if out.State == contract.StatePaused {
		p.Printf("resume it with `starter resume %s`\n", out.Connection)
	}
	return nil
}
