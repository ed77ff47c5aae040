package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/app/workerapp"
	"causeway/internal/devserver"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// connectionID is the connection that the embedded mode makes.
const connectionID = "demo"

// defaultRecords sizes the sample data where nothing is asked for.
const defaultRecords = 200

type demoCmd struct {
	place
	temporalPorts
	sandboxFlags
	CRMImport   string `name:"crm-import" help:"A CSV export in place of the sample data: a directory with Accounts.csv, Contacts.csv, Products.csv." type:"existingdir" xor:"data"`
	Records     *int   `help:"Size of the sample data: this many accounts, as many contacts, a tenth as many products (default 200)." xor:"data" placeholder:"N"`
	Mode        string `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts (the default)." placeholder:"MODE"`
	Extent      string `help:"Which way customers and items go: fetch (the CRM's to billing, the default), or both." placeholder:"EXTENT"`
	GatewayPort int    `help:"Port of the gateway, the REST API; 0 takes a free one." default:"0"`
	Once        bool   `help:"End when the sync is done: status 0, or 1 if the sync itself failed, or 2 if it could not run."`
	Output      string `help:"Print results as ${enum}." enum:"text,json" default:"text" short:"o"`

	WebhookPrivate bool `help:"Let webhooks and other applications be at addresses of this machine or of a private network." env:"CAUSEWAY_WEBHOOK_PRIVATE"`
	BackOffPercent int  `help:"Scale every back-off of the connection that is made: 10 waits a tenth of the time." env:"CAUSEWAY_BACKOFF_PERCENT" placeholder:"PERCENT"`
}

// Validate refuses wishes that no data directory can fulfil. An empty mode or extent is what an earlier start
// chose.
func (c *demoCmd) Validate() error {
	switch record.Mode(c.Mode) {
	case "", record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts:
	default:
		return fmt.Errorf("--mode=%s: use one of %s, %s, %s", c.Mode, record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts)
	}
	switch record.Extent(c.Extent) {
	case "", record.Fetch, record.Both:
	default:
		return fmt.Errorf("--extent=%s: use one of %s, %s", c.Extent, record.Fetch, record.Both)
	}
	if c.Records != nil && *c.Records < 1 {
		return fmt.Errorf("--records=%d: use a number from 1 on", *c.Records)
	}
	return nil
}

// demo is everything that runs.
type demo struct {
	*demoCmd
	streams
	store   *store.Store
	sandbox *sandbox.Sandbox
	server  *temporalServer
	// gatewayURL is where the REST API is.
	gatewayURL string
	temporal   client.Client
	worker     worker.Worker
	contract   *contract.Client
	closers    []func(context.Context) error // in the order of starting
}

// Run starts everything, carries out the sync, reports it, and stays up unless told otherwise.
func (c *demoCmd) Run(ctx context.Context, s streams) error {
	d := &demo{demoCmd: c, streams: s}
	err := d.run(ctx)
	end, cancel := closing()
	defer cancel()
	if closeErr := d.close(end); err == nil {
		err = closeErr
	}
	return err
}

func (d *demo) run(ctx context.Context) error {
	if err := d.start(ctx); err != nil {
		return err
	}
	var report contract.Run
	err := d.connect(ctx)
	if err == nil {
		report, err = d.sync(ctx)
	}
	if errors.Is(err, context.Canceled) {
		d.say("Stopped in mid-work. Start it again on the same data directory: it goes on where it was.")
		return nil
	}
	var stopped *stoppedError
	if errors.As(err, &stopped) && !d.Once {
		d.say("Note: %s.", stopped)
		err = d.printURLs()
	} else if err == nil {
		err = d.print(report)
	}
	if err != nil {
		return err
	}
	if !d.Once {
		d.say("Up and running. Ctrl-C ends it; started again on the same data directory, it goes on where it was.")
		<-ctx.Done()
		return nil
	}
	d.settle(ctx, report.RunID)
	if report.Status != contract.RunCompleted {
		return fmt.Errorf("%w: %s", errSyncFailed, reasonOf(report))
	}
	return nil
}

func reasonOf(r contract.Run) string {
	if r.Failure != nil {
		return r.Failure.Reason
	}
	return r.Status
}

// say tells a person what is going on.
func (d *demo) say(format string, args ...any) { _, _ = fmt.Fprintf(d.err, format+"\n", args...) }

// start brings up store, Temporal, sandboxes and worker, in this order: what is wrong with the wishes, the
// directory or Temporal's ports is found before a CRM is filled for nothing. Temporal also holds the
// directory for this process alone, before the rest of a cut-off filling is removed from it.
func (d *demo) start(ctx context.Context) error {
	if err := d.startStore(ctx); err != nil {
		return err
	}
	choice, fresh, err := d.choose()
	if err != nil {
		return err
	}
	config := app.Config{DataDir: d.DataDir}
	payloads, err := config.Codec()
	if err != nil {
		return err
	}
	server, err := startTemporal(ctx, d.streams, devserver.Options{DataDir: d.DataDir, Port: d.TemporalPort, UIPort: d.UIPort}, payloads)
	if err != nil {
		return err
	}
	d.server = server
	d.closers = append(d.closers, server.Close)
	if err := d.startSandbox(ctx, choice, fresh); err != nil {
		return err
	}
	d.temporal, err = config.DialTemporalWith(ctx, client.Options{HostPort: server.Address()}, d.log)
	if err != nil {
		return err
	}
	d.contract = contract.NewClient(d.temporal, contract.WithStored(app.StoredState(d.store)),
		contract.WithTuning(contract.Tuning{BackOffPercent: d.BackOffPercent}))
	sides := app.NewSides(d.store)
	d.worker = workerapp.New(d.temporal, d.store, sides, workerapp.Options{
		Timing: activities.DefaultTiming(), Log: d.log, WebhookPrivate: d.WebhookPrivate, Payloads: payloads.Converter(),
		Link: func(connection string) string { return d.workflowURL(contract.IntegrationID(connection)) },
	})
	workerapp.ReleaseOrphans(ctx, d.temporal, server.Namespace(), d.log)
	if err := d.worker.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	d.closers = append(d.closers, func(context.Context) error { d.worker.Stop(); d.temporal.Close(); return nil })
	return d.serveGateway()
}

func (d *demo) startStore(ctx context.Context) error {
	st, err := app.Config{DataDir: d.DataDir}.OpenStore(ctx)
	if err != nil {
		return err
	}
	d.store = st
	d.closers = append(d.closers, func(context.Context) error { return st.Close() })
	return st.Migrate(ctx)
}

func (d *demo) startSandbox(ctx context.Context, choice choice, fresh bool) error {
	o := d.options(d.DataDir)
	o.Settings = withoutTokenLimit(o.Settings)
	remember := filepath.Join(d.DataDir, choiceFile)
	if fresh {
		d.say("Filling the CRM sandbox with %s ...", choice)
		if choice.Import != "" {
			o.CSVDir = choice.Import
		} else {
			o.Sample = &sandbox.SampleOptions{Accounts: choice.Records, Seed: d.Seed}
		}
		if _, err := os.Stat(remember); err == nil {
			// An earlier start was cut off while it filled the CRM: what it left is nobody's.
			if err := os.RemoveAll(o.DataDir); err != nil {
				return fmt.Errorf("begin with an empty sandbox: %w", err)
			}
		}
		if err := choice.save(remember); err != nil {
			return err
		}
	}
	var err error
	if d.sandbox, err = sandbox.Start(ctx, o); err != nil {
		return err
	}
	d.closers = append(d.closers, d.sandbox.Close)
	choice.Filled = true
	return choice.save(remember)
}

// withoutTokenLimit takes the limit of 10 access tokens in 10 minutes off, unless the user sets one. Each
// start asks for new tokens: who kills this process and starts it again a few times would have to wait.
func withoutTokenLimit(settings map[string]string) map[string]string {
	all := map[string]string{"tokensPerTenMinutes": "0"}
	maps.Copy(all, settings)
	return all
}

// connect makes the connection, or gives an earlier one its sandboxes' addresses, and has its workflow run.
func (d *demo) connect(ctx context.Context) error {
	info := d.sandbox.Info()
	if err := readdress(ctx, d.store, info); err != nil {
		return err
	}
	_, err := d.store.Connections.Get(ctx, connectionID)
	if record.IsKind(err, record.NotFound) {
		if err := d.deletedBefore(ctx); err != nil {
			return err
		}
		err = d.makeConnection(ctx, info)
	}
	if err != nil {
		return err
	}
	return d.contract.Connect(ctx, connectionID)
}

func (d *demo) makeConnection(ctx context.Context, info sandbox.Info) error {
	req := app.ConnectRequest{
		ID:  connectionID,
		CRM: credential(info, info.CRMURL, info.CRMOrgID), Billing: credential(info, info.BillingURL, info.BillingOrgID),
		Mode: record.Mode(d.Mode), Unattached: true,
		CustomersExtent: record.Extent(d.Extent), ItemsExtent: record.Extent(d.Extent),
		CustomerDuplicates: record.Skip, ItemDuplicates: record.Skip, Cadence: 2 * time.Hour,
	}
	found, err := app.NewSides(d.store).Check(ctx, &req)
	if err != nil {
		return err
	}
	d.say("Connecting CRM organisation %q with billing organisation %q as %q.", found.CRM.Name, found.Billing.Name, connectionID)
	_, err = app.Connect(ctx, d.store, req, found, time.Now())
	return err
}

// close ends everything in the reverse order, and gives the first failure.
func (d *demo) close(ctx context.Context) error {
	var first error
	for i := len(d.closers) - 1; i >= 0; i-- {
		if err := d.closers[i](ctx); err != nil && first == nil {
			first = err
		}
	}
	return first
}
