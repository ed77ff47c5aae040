package connection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/configure"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/secrets"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Connect makes a connection.
type Connect struct {
	ID                 string        `arg:"" name:"connection" help:"The connection's id: 1 to 40 of a-z, 0-9 and -."`
	Credentials        string        `placeholder:"FILE" help:"Read the credentials from this JSON file; - is standard input. Default: from CAUSEWAY_CRM_ACCOUNTS_URL, _CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN, and the same with BILLING."`
	CRMOrg             string        `name:"crm-org" placeholder:"ID" help:"The CRM organisation, where the credential sees several."`
	BillingOrg         string        `name:"billing-org" placeholder:"ID" help:"The billing organisation, where the credential sees several."`
	Mode               string        `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts." enum:"accounts,contacts,accounts_and_contacts" default:"accounts_and_contacts"`
	Unattached         bool          `help:"With accounts_and_contacts: contacts without an account become customers of their own (--unattached=false leaves them out)." default:"true" negatable:""`
	CustomerDuplicates string        `help:"What happens to a customer whose name billing has already: skip, overwrite or clone." enum:"skip,overwrite,clone" default:"skip"`
	ItemDuplicates     string        `help:"What happens to an item whose SKU or name billing has already: skip, overwrite or clone." enum:"skip,overwrite,clone" default:"skip"`
	CustomersExtent    string        `help:"Customers go to billing only (fetch), or both ways (both). Default: both for the first connection of the CRM organisation, fetch for any further one." placeholder:"EXTENT"`
	ItemsExtent        string        `help:"The same for items." placeholder:"EXTENT"`
	Conflicts          string        `help:"Who wins if both sides changed the same field: crm, billing, newest, or ask (you decide). Default: crm." placeholder:"RULE"`
	Cadence            time.Duration `help:"The time between two periodic syncs, 5m at least." default:"2h"`
	CRM                bounds        `embed:"" prefix:"crm-"`
	Billing            bounds        `embed:"" prefix:"billing-"`
	BackOffPercent     int           `env:"CAUSEWAY_BACKOFF_PERCENT" placeholder:"N" help:"Scale every wait after a failure to N percent, 1 to 1000, to try things out; 0 leaves them as they are." default:"0"`
	Yes                bool          `short:"y" help:"Do not ask before connecting."`
	Wait               bool          `help:"Wait until the first sync has ended, and print it."`
}

// mostBackOffPercent keeps a slip of the pen from stopping a connection for days.
const mostBackOffPercent = 1000

// bounds are those of the calls to one side.
type bounds struct {
	CallsPerMinute int `placeholder:"N" help:"The most calls a minute to this side; 0 leaves it to the provider's own limit."`
	CallsInFlight  int `placeholder:"N" help:"The most calls to this side at the same time; one of them is kept for pushes. 0 is 8, and one more for pushes."`
	CallsPerDay    int `placeholder:"N" help:"The most calls to this side in 24 hours, as the side counts them (the CRM counts credits); 0 is the provider's own limit, where that is known. The status command uses it to tell when a sync can end."`
}

func (b bounds) least() int { return min(b.CallsPerMinute, b.CallsInFlight, b.CallsPerDay) }

// Validate refuses what no connection can have.
func (c *Connect) Validate() error {
	if err := contract.CheckConnectionID(c.ID); err != nil {
		return err
	}
	if c.Cadence < record.MinCadence {
		return fmt.Errorf("--cadence=%s: give %s or more", c.Cadence, record.MinCadence)
	}
	if err := arguments.CheckWords(arguments.NewWord("customers-extent", c.CustomersExtent, configure.ExtentWords), arguments.NewWord("items-extent", c.ItemsExtent, configure.ExtentWords),
		arguments.NewWord("conflicts", c.Conflicts, configure.ConflictWords)); err != nil {
		return err
	}
	if min(c.CRM.least(), c.Billing.least()) < 0 {
		return errors.New("the bounds of calls must not be negative")
	}
	if c.BackOffPercent < 0 || c.BackOffPercent > mostBackOffPercent {
		return fmt.Errorf("--back-off-percent=%d (CAUSEWAY_BACKOFF_PERCENT): give 1 to %d, or 0 to leave waits as they are", c.BackOffPercent, mostBackOffPercent)
	}
	return nil
}

// Run checks the two organisations, says what will be shown to whom, stores the connection, and starts its
// workflow, which begins the first sync by itself.
func (c *Connect) Run(ctx context.Context, p *session.Session) error {
	p.Tuning.BackOffPercent = c.BackOffPercent
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := st.Connections.Get(ctx, c.ID)
	if err == nil {
		return c.restart(ctx, p, st, conn)
	}
	if !record.IsKind(err, record.NotFound) {
		return err
	}
	req, err := c.request(p)
	if err != nil {
		return err
	}
	// Before anything is stored: a connection without a workflow would be half made.
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return err
	}
	defer closeTemporal()
	found, err := app.NewSides(st).Check(ctx, &req)
	if err != nil {
		return err
	}
	out := report.NewConnected(c.ID, found.CRM, found.Billing, found.BillingUsers, found.Preferences)
	announce(p, out)
	if err := c.confirm(p); err != nil {
		return err
	}
	if _, err := app.Connect(ctx, st, req, found, p.Now()); err != nil {
		return err
	}
	return c.begin(ctx, p, st, t, out)
}

// restart starts the workflow of a connection that the store has, if it is not running.
func (c *Connect) restart(ctx context.Context, p *session.Session, st *store.Store, conn record.Connection) error {
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return err
	}
	defer closeTemporal()
	running, err := t.Running(ctx, conn.ID)
	if err != nil {
		return err
	}
	if running {
		return fmt.Errorf("connection %s exists already, with CRM organisation %s and billing organisation %s, and its workflow is running: "+
			"choose another id, or start a sync with `starter sync %s`", conn.ID, conn.CRMOrg, conn.BillingOrg, conn.ID)
	}
	p.Note("Connection %s is in the store already, with CRM organisation %s and billing organisation %s. It stays as it is. Its workflow "+
		"was not running and is started again.", conn.ID, conn.CRMOrg, conn.BillingOrg)
	return c.begin(ctx, p, st, t, report.Reconnected(conn))
}

func (c *Connect) request(p *session.Session) (app.ConnectRequest, error) {
	crm, billing, err := secrets.Credentials(p, c.Credentials)
	if err != nil {
		return app.ConnectRequest{}, err
	}
	crm.Organization, billing.Organization = cmp.Or(c.CRMOrg, crm.Organization), cmp.Or(c.BillingOrg, billing.Organization)
	crm.CallsPerMinute, crm.CallsInFlight = c.CRM.CallsPerMinute, c.CRM.CallsInFlight
	billing.CallsPerMinute, billing.CallsInFlight = c.Billing.CallsPerMinute, c.Billing.CallsInFlight
	return app.ConnectRequest{
		ID: c.ID, CRM: crm, Billing: billing, Mode: record.Mode(c.Mode), Unattached: c.Unattached,
		CustomerDuplicates: record.Duplicates(c.CustomerDuplicates), ItemDuplicates: record.Duplicates(c.ItemDuplicates),
		CustomersExtent: record.Extent(c.CustomersExtent), ItemsExtent: record.Extent(c.ItemsExtent), Conflicts: record.ConflictRule(c.Conflicts),
		Cadence: c.Cadence, CallsPerDay: preferences.PerDay(c.CRM.CallsPerDay, c.Billing.CallsPerDay),
	}, nil
}

// announce says what was found, and what CRM users will be shown.
func announce(p *session.Session, c report.Connected) {
	to := p.Out
	if p.JSON {
		to = p.Err
	}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format+"\n", args...) }
	say("CRM organisation      %s (%s)", screen.Clean(c.CRMOrg.Name), screen.Clean(c.CRMOrg.ID))
	say("billing organisation  %s (%s)", screen.Clean(c.BillingOrg.Name), screen.Clean(c.BillingOrg.ID))
	say("The billing organisation's name, e-mail, country and users are what CRM users will be shown:")
	say("  name     %s", screen.Clean(c.BillingOrg.Name))
	say("  e-mail   %s", screen.Clean(c.BillingOrg.Email))
	say("  country  %s", screen.Clean(cmp.Or(c.BillingOrg.Country, "not given")))
	for i, u := range c.BillingUsers {
		say("  %-8s %s <%s>", map[bool]string{true: "users"}[i == 0], screen.Clean(u.Name), screen.Clean(u.Email))
	}
	if c.Preferences == nil {
		return
	}
	say("What becomes a customer: %s. What the first sync does:", c.Preferences.Customers.Mode)
	say("  customers %s", extentText(c.Preferences.Customers.Extent))
	say("  items     %s", extentText(c.Preferences.Items.Extent))
}

func extentText(extent string) string {
	if extent == string(record.Both) {
		return "go both ways: what only billing has is created in the CRM"
	}
	return "go from the CRM to billing: nothing is written to the CRM"
}

// confirm asks, where somebody is there to answer.
func (c *Connect) confirm(p *session.Session) error {
	if c.Yes || c.Credentials == "-" || !p.Attended() {
		return nil
	}
	return p.Sure("Connect these two?", "not connected: nothing was stored")
}

// begin starts the workflow, and waits for the first sync if that is wanted.
func (c *Connect) begin(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, out report.Connected) error {
	if err := t.Connect(ctx, c.ID); err != nil {
		return fmt.Errorf("%w; the connection is stored, but its workflow was not started: run `starter connect %s` again", err, c.ID)
	}
	var bad error
	if c.Wait {
		ref, err := firstRun(ctx, p, t, c.ID)
		if err != nil {
			return err
		}
		run, err := runs.Await(ctx, p, st, t, ref)
		if err != nil && !errors.As(err, &session.BadAnswer{}) {
			return err
		}
		out.Run, bad = &run, err
	}
	if p.JSON {
		return errors.Join(p.PrintJSON(out), bad)
	}
	p.Printf("connected: workflow %s\n", out.WorkflowID)
	if out.Run != nil {
		return errors.Join(runs.PrintRun(p, *out.Run), bad)
	}
	p.Printf("the first sync starts by itself: see `starter status %s`\n", c.ID)
	return nil
}

// firstRun asks the workflow for its first run until it has one.
func firstRun(ctx context.Context, p *session.Session, t session.Temporal, connection string) (contract.RunRef, error) {
	return session.Answer(ctx, p, func(ctx context.Context) (contract.RunRef, error) {
		for {
			status, err := t.Status(ctx, connection)
			if err != nil {
				return contract.RunRef{}, err
			}
			switch {
			case status.Running != nil:
				return *status.Running, nil
			case len(status.Queued) > 0:
				return status.Queued[0], nil
			case status.Last != nil:
				return *status.Last, nil
			}
			select {
			case <-ctx.Done():
				return contract.RunRef{}, ctx.Err()
			case <-time.After(p.Poll):
			}
		}
	})
}
