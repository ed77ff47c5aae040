package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type connectCmd struct {
	ID                 string        `arg:"" name:"connection" help:"The connection's id: 1 to 40 of a-z, 0-9 and -."`
	Credentials        string        `placeholder:"FILE" help:"Read the credentials from this JSON file; - is standard input. Default: from CAUSEWAY_CRM_ACCOUNTS_URL, _CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN, and the same with BILLING."`
	CRMOrg             string        `name:"crm-org" placeholder:"ID" help:"The CRM organisation, where the credential sees several."`
	BillingOrg         string        `name:"billing-org" placeholder:"ID" help:"The billing organisation, where the credential sees several."`
	Mode               string        `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts." enum:"accounts,contacts,accounts_and_contacts" default:"accounts_and_contacts"`
	Unattached         bool          `help:"With accounts_and_contacts: contacts without an account become customers of their own (--unattached=false leaves them out)." default:"true" negatable:""`
	CustomerDuplicates string        `help:"What happens to a customer whose name billing has already: skip, overwrite or clone." enum:"skip,overwrite,clone" default:"skip"`
	ItemDuplicates     string        `help:"What happens to an item whose SKU or name billing has already: skip, overwrite or clone." enum:"skip,overwrite,clone" default:"skip"`
	CustomersExtent    string        `help:"Customers go to billing only (fetch), or both ways (both). Left out: both for the first connection of the CRM organisation, fetch for any further one." placeholder:"EXTENT"`
	ItemsExtent        string        `help:"The same for items." placeholder:"EXTENT"`
	Conflicts          string        `help:"Who wins where both sides changed one field: crm, billing, newest, or ask (nobody, until you decide). Left out: crm." placeholder:"RULE"`
	Cadence            time.Duration `help:"Time between two periodic syncs, 5m at least." default:"2h"`
	CRM                bounds        `embed:"" prefix:"crm-"`
	Billing            bounds        `embed:"" prefix:"billing-"`
	BackOffPercent     int           `env:"CAUSEWAY_BACKOFF_PERCENT" placeholder:"N" help:"Scale every wait after a failure to N percent, 1 to 1000, for trying things out; 0 leaves them." default:"0"`
	Yes                bool          `short:"y" help:"Do not ask before connecting."`
	Wait               bool          `help:"Wait until the first sync has ended, and print it."`
}

// mostBackOffPercent keeps a slip of the pen from stopping a connection for days.
const mostBackOffPercent = 1000

// bounds are those of the calls to one side.
type bounds struct {
	CallsPerMinute int `placeholder:"N" help:"The most calls a minute to this side; 0 is no bound, but for the provider's own."`
	CallsInFlight  int `placeholder:"N" help:"The most calls at once to this side, one of them kept for pushes; 0 is 8, and one more for pushes."`
	CallsPerDay    int `placeholder:"N" help:"The most calls in 24 hours to this side, as it counts them (the CRM: credits); 0 is the provider's own, where that is known. Status tells by it when a sync can end."`
}

func (b bounds) least() int { return min(b.CallsPerMinute, b.CallsInFlight, b.CallsPerDay) }

// Validate refuses what no connection can have.
func (c *connectCmd) Validate() error {
	if err := contract.CheckConnectionID(c.ID); err != nil {
		return err
	}
	if c.Cadence < record.MinCadence {
		return fmt.Errorf("--cadence=%s: give %s or more", c.Cadence, record.MinCadence)
	}
	if err := checkWords(word{"customers-extent", c.CustomersExtent, extentWords}, word{"items-extent", c.ItemsExtent, extentWords},
		word{"conflicts", c.Conflicts, conflictWords}); err != nil {
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

// connected is what connect prints.
type connected struct {
	Connection   string          `json:"connection"`
	CRMOrg       crmOrganization `json:"crm_org"`
	BillingOrg   organization    `json:"billing_org"`
	BillingUsers []user          `json:"billing_users"`
	WorkflowID   string          `json:"workflow_id"`
	// Preferences are those of the first sync; null where the connection stood in the store already.
	Preferences *contract.Preferences `json:"preferences"`
	Run         *contract.Run         `json:"run"`
}

type crmOrganization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type organization struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Country string `json:"country"`
}

type user struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Run checks the two organisations, says what will be shown to whom, stores the connection, and starts its
// workflow, which begins the first sync by itself.
func (c *connectCmd) Run(ctx context.Context, p *program) error {
	p.tuning.BackOffPercent = c.BackOffPercent
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := st.Connections.Get(ctx, c.ID)
	if err == nil {
		return c.again(ctx, p, st, conn)
	}
	if !record.IsKind(err, record.NotFound) {
		return err
	}
	req, err := c.request(p)
	if err != nil {
		return err
	}
	// Before anything is stored: a connection without a workflow would be half made.
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return err
	}
	defer closeTemporal()
	found, err := app.NewSides(st).Check(ctx, &req)
	if err != nil {
		return err
	}
	out := c.describe(found)
	p.announce(out)
	if err := c.confirm(p); err != nil {
		return err
	}
	if _, err := app.Connect(ctx, st, req, found, p.now()); err != nil {
		return err
	}
	return c.begin(ctx, p, st, t, out)
}

// again gives a connection that stands in the store its workflow back, where that is not running.
func (c *connectCmd) again(ctx context.Context, p *program, st *store.Store, conn record.Connection) error {
	t, closeTemporal, err := p.dial(ctx, p.log())
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
	p.note("connection %s is in the store already, with CRM organisation %s and billing organisation %s: nothing of it is changed, and its workflow, "+
		"which is not running, is started again", conn.ID, conn.CRMOrg, conn.BillingOrg)
	return c.begin(ctx, p, st, t, connected{
		Connection: conn.ID, CRMOrg: crmOrganization{ID: conn.CRMOrg}, BillingOrg: organization{ID: conn.BillingOrg}, BillingUsers: []user{},
	})
}

func (c *connectCmd) request(p *program) (app.ConnectRequest, error) {
	crm, billing, err := p.credentials(c.Credentials)
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
		Cadence: c.Cadence, CallsPerDay: app.PerDay(c.CRM.CallsPerDay, c.Billing.CallsPerDay),
	}, nil
}

func (c *connectCmd) describe(found app.Prerequisites) connected {
	prefs := app.ToContract(found.Preferences)
	out := connected{
		Preferences: &prefs,
		Connection:  c.ID, CRMOrg: crmOrganization{ID: found.CRM.ID, Name: found.CRM.Name},
		BillingOrg:   organization{ID: found.Billing.ID, Name: found.Billing.Name, Email: found.Billing.Email, Country: found.Billing.Country},
		BillingUsers: []user{}, WorkflowID: contract.IntegrationID(c.ID),
	}
	for _, u := range found.BillingUsers {
		if u.Active {
			out.BillingUsers = append(out.BillingUsers, user{ID: u.ID, Name: u.Name, Email: u.Email})
		}
	}
	return out
}

// announce says what was found, and what CRM users will be shown.
func (p *program) announce(c connected) {
	to := p.out
	if p.json {
		to = p.err
	}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format+"\n", args...) }
	say("CRM organisation      %s (%s)", clean(c.CRMOrg.Name), clean(c.CRMOrg.ID))
	say("billing organisation  %s (%s)", clean(c.BillingOrg.Name), clean(c.BillingOrg.ID))
	say("The billing organisation's name, e-mail, country and users are what CRM users will be shown:")
	say("  name     %s", clean(c.BillingOrg.Name))
	say("  e-mail   %s", clean(c.BillingOrg.Email))
	say("  country  %s", clean(cmp.Or(c.BillingOrg.Country, "not given")))
	for i, u := range c.BillingUsers {
		say("  %-8s %s <%s>", map[bool]string{true: "users"}[i == 0], clean(u.Name), clean(u.Email))
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
func (c *connectCmd) confirm(p *program) error {
	if c.Yes || c.Credentials == "-" || !p.attended() {
		return nil
	}
	return p.sure("Connect these two?", "not connected: nothing was stored")
}

// begin starts the workflow, and waits for the first sync if that is wanted.
func (c *connectCmd) begin(ctx context.Context, p *program, st *store.Store, t temporal, out connected) error {
	out.WorkflowID = contract.IntegrationID(c.ID)
	if err := t.Connect(ctx, c.ID); err != nil {
		return fmt.Errorf("%w; the connection is stored: repeat `starter connect %s` to start its workflow", err, c.ID)
	}
	var bad error
	if c.Wait {
		ref, err := p.firstRun(ctx, t, c.ID)
		if err != nil {
			return err
		}
		run, err := p.await(ctx, st, t, ref)
		if err != nil && !errors.As(err, &badAnswer{}) {
			return err
		}
		out.Run, bad = &run, err
	}
	if p.json {
		return errors.Join(p.printJSON(out), bad)
	}
	p.printf("connected: workflow %s\n", out.WorkflowID)
	if out.Run != nil {
		return errors.Join(p.printRun(*out.Run), bad)
	}
	p.printf("the first sync begins by itself: see `starter status %s`\n", c.ID)
	return nil
}

// firstRun asks the workflow for its first run until it has one.
func (p *program) firstRun(ctx context.Context, t temporal, connection string) (contract.RunRef, error) {
	return answer(ctx, p, func(ctx context.Context) (contract.RunRef, error) {
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
			case <-time.After(p.poll):
			}
		}
	})
}
