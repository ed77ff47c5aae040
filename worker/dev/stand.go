package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"

	"causeway/activities/attempt"
	"causeway/internal/app"
	"causeway/internal/app/workerapp"
	"causeway/internal/codec"
	"causeway/internal/devserver"
	"causeway/internal/sandbox"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// stand is everything that runs in this process.
type stand struct {
	wishes
	streams
	choice   choice // what the data directory holds
	store    *store.Store
	sandbox  *sandbox.Sandbox
	server   *temporalServer
	gateway  string // the URL of the REST API
	temporal client.Client
	worker   worker.Worker
	contract *contract.Client
	closers  []func(context.Context) error // in the order of starting
}

// start brings up store, Temporal, sandboxes and worker, in this order. A wrong wish, a wrong directory and a port of
// Temporal's that is taken are so found before a CRM is filled for nothing. Temporal also holds the directory for this
// process alone, before the rest of a filling that was cut off is removed from it.
func (d *stand) start(ctx context.Context) error {
	if err := d.startStore(ctx); err != nil {
		return err
	}
	found, fresh, err := choose(d.wishes)
	if err != nil {
		return err
	}
	d.choice = found
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
	if err := d.startSandbox(ctx, fresh); err != nil {
		return err
	}
	if err := d.startWorker(ctx, config, payloads); err != nil {
		return err
	}
	url, closeGateway, err := serveGateway(d.GatewayPort, d.store, d.contract, d.log)
	if err != nil {
		return err
	}
	d.gateway = url
	d.closers = append(d.closers, closeGateway)
	return nil
}

func (d *stand) startStore(ctx context.Context) error {
	st, err := app.Config{DataDir: d.DataDir}.OpenStore(ctx)
	if err != nil {
		return err
	}
	d.store = st
	d.closers = append(d.closers, func(context.Context) error { return st.Close() })
	return st.Migrate(ctx)
}

// startSandbox starts the two organisations. In a fresh directory it fills the CRM first.
func (d *stand) startSandbox(ctx context.Context, fresh bool) error {
	o := d.options(d.DataDir)
	o.Settings = withoutTokenLimit(o.Settings)
	remember := filepath.Join(d.DataDir, choiceFile)
	if fresh {
		d.say("Filling the CRM sandbox with %s ...", d.choice)
		if d.choice.Import != "" {
			o.CSVDir = d.choice.Import
		} else {
			o.Sample = &sandbox.SampleOptions{Accounts: d.choice.Records, Seed: d.Seed}
		}
		if _, err := os.Stat(remember); err == nil {
			// An earlier start was cut off while it filled the CRM. Nobody has worked with the half-filled one.
			if err := os.RemoveAll(o.DataDir); err != nil {
				return fmt.Errorf("remove the half-filled sandbox: %w", err)
			}
		}
		if err := d.choice.save(remember); err != nil {
			return err
		}
	}
	var err error
	if d.sandbox, err = sandbox.Start(ctx, o); err != nil {
		return err
	}
	d.closers = append(d.closers, d.sandbox.Close)
	d.choice.Filled = true
	return d.choice.save(remember)
}

// withoutTokenLimit takes off the limit of 10 access tokens in 10 minutes, unless the user sets one. Each start asks
// for new tokens, so after a few quick starts the next would have to wait.
func withoutTokenLimit(settings map[string]string) map[string]string {
	all := map[string]string{"tokensPerTenMinutes": "0"}
	maps.Copy(all, settings)
	return all
}

func (d *stand) startWorker(ctx context.Context, config app.Config, payloads codec.Codec) error {
	var err error
	d.temporal, err = config.DialTemporalWith(ctx, client.Options{HostPort: d.server.Address()}, d.log)
	if err != nil {
		return err
	}
	d.contract = contract.NewClient(d.temporal, contract.WithStored(app.StoredState(d.store)),
		contract.WithTuning(contract.Tuning{BackOffPercent: d.BackOffPercent}))
	d.worker = workerapp.New(d.temporal, d.store, app.NewSides(d.store), workerapp.Options{
		Timing: attempt.DefaultTiming(), Log: d.log, WebhookPrivate: d.WebhookPrivate, Payloads: payloads.Converter(),
		Link: func(connection string) string { return d.workflowURL(contract.IntegrationID(connection)) },
	})
	workerapp.ReleaseOrphans(ctx, d.temporal, d.server.Namespace(), d.log)
	if err := d.worker.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	d.closers = append(d.closers, func(context.Context) error { d.worker.Stop(); d.temporal.Close(); return nil })
	return nil
}

// workflowURL is where the Web UI shows a workflow.
func (d *stand) workflowURL(id string) string {
	return d.server.UIURL() + "/namespaces/default/workflows?query=" + url.QueryEscape("WorkflowId=\""+id+"\"")
}

// starterCommand returns a command of the command line, ready to copy. Where this process listens and keeps its data
// as by default, the command needs no setting.
func (d *stand) starterCommand(args string) string {
	command := "go run ./starter " + args
	if d.DataDir != app.DefaultDataDir() {
		command += " --data-dir " + d.DataDir
	}
	if address := d.server.Address(); address != defaultTemporal {
		command = "TEMPORAL_ADDRESS=" + address + " " + command
	}
	return command
}

// close ends everything in the reverse order, and returns the first failure.
func (d *stand) close(ctx context.Context) error {
	var first error
	for i := len(d.closers) - 1; i >= 0; i-- {
		if err := d.closers[i](ctx); err != nil && first == nil {
			first = err
		}
	}
	return first
}
