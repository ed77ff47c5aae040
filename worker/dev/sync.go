package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/jedib0t/go-pretty/v6/table"
)

// sync waits for the run that is under way, first of all an unfinished first one; where none is, it asks
// for one. The run is reported as a whole, also when an earlier process began it.
func (d *demo) sync(ctx context.Context) (contract.Run, error) {
	status, err := d.contract.Status(ctx, connectionID)
	if err != nil {
		return contract.Run{}, err
	}
	if status.State != contract.StateConnected && status.State != contract.StateActive {
		return contract.Run{}, &stoppedError{status}
	}
	ref := status.Running
	if ref == nil && len(status.Queued) > 0 {
		ref = &status.Queued[0]
	}
	if ref == nil {
		accepted, err := d.contract.SyncNow(ctx, connectionID, contract.SyncNowRequest{Who: "worker/dev"})
		if err != nil {
			return contract.Run{}, err
		}
		ref = &accepted.RunRef
	}
	d.say("Sync %d (%s) is running. Watch it at %s", ref.Number, ref.Trigger, d.workflowURL(ref.WorkflowID))
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go d.progress(waiting, ref.RunID)
	_, err = d.contract.Wait(ctx, *ref)
	cancel()
	var failed *contract.RunError
	if err != nil && !errors.As(err, &failed) {
		if ctx.Err() != nil {
			return contract.Run{}, context.Canceled
		}
		return contract.Run{}, err
	}
	return app.Report(ctx, d.store, ref.RunID, time.Now())
}

// settle waits until the integration knows that the run has ended. A worker that stops while it is being told
// takes the message along, and the next start waits for 10 seconds until it is given to another.
func (d *demo) settle(ctx context.Context, runID string) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		status, err := d.contract.Status(ctx, connectionID)
		if err != nil || ((status.Running == nil || status.Running.RunID != runID) && d.idle(ctx)) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// idle says that nothing of the integration is being told to a worker: neither a task nor an activity of it is under way.
func (d *demo) idle(ctx context.Context) bool {
	found, err := d.temporal.DescribeWorkflowExecution(ctx, contract.IntegrationID(connectionID), "")
	return err != nil || (found.GetPendingWorkflowTask() == nil && len(found.GetPendingActivities()) == 0)
}

// settle asks so often, and for so long at most.
const (
	settleEvery = 20 * time.Millisecond
	settleWait  = 5 * time.Second
)

// progressEvery is the time between two lines of progress.
const progressEvery = 2 * time.Second

// progress says how far the run is, as long as it changes.
func (d *demo) progress(ctx context.Context, runID string) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		counts, err := d.store.History.Counts(ctx, runID)
		if err != nil {
			continue // the run has not begun yet
		}
		line := "  so far:"
		for _, e := range record.Entities() {
			c := counts[e]
			line += fmt.Sprintf("  %s %d", e, c.Added+c.Updated+c.Linked+c.Unchanged+c.Skipped+c.Conflicts+c.Deleted)
			if c.Failed > 0 {
				line += fmt.Sprintf(" (%d failed)", c.Failed)
			}
		}
		if line != last {
			d.say("%s", line)
			last = line
		}
	}
}

func (d *demo) workflowURL(id string) string {
	return d.server.UIURL() + "/namespaces/default/workflows?query=" + url.QueryEscape("WorkflowId=\""+id+"\"")
}

// result is a run with where to look.
type result struct {
	contract.Run
	URLs map[string]string `json:"urls"`
}

func (d *demo) urls() map[string]string {
	info := d.sandbox.Info()
	return map[string]string{
		"temporal_ui": d.server.UIURL(), "temporal": d.server.Address(), "codec": d.server.codecURL, "gateway": d.gatewayURL, "crm": info.CRMURL, "billing": info.BillingURL,
	}
}

func (d *demo) print(r contract.Run) error {
	if d.Output == "json" {
		enc := json.NewEncoder(d.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(result{Run: r, URLs: d.urls()})
	}
	t := table.NewWriter()
	t.SetOutputMirror(d.out)
	t.SetStyle(table.StyleLight)
	t.SetTitle("Sync of %s: %s, in %s", r.Connection, r.Status, (time.Duration(r.DurationMS) * time.Millisecond).Round(100*time.Millisecond))
	t.AppendHeader(table.Row{"", "added", "updated", "linked", "unchanged", "skipped", "conflicts", "deleted", "failed"})
	for _, e := range record.Entities() {
		c := r.Entities[string(e)]
		t.AppendRow(table.Row{e, c.Added, c.Updated, c.Linked, c.Unchanged, c.Skipped, c.Conflicts, c.Deleted, c.Failed})
	}
	t.Render()
	d.printFailures(r)
	return d.printURLs()
}

func (d *demo) printURLs() error {
	_, err := fmt.Fprintf(d.out, "\nTemporal Web UI  %s\nTemporal         %s\nGateway          %s\nCRM sandbox      %s\nBilling sandbox  %s\n",
		d.server.UIURL(), d.server.Address(), d.gatewayURL, d.sandbox.Info().CRMURL, d.sandbox.Info().BillingURL)
	return err
}

// shownFailures bounds the list; the rest is in `starter history show`.
const shownFailures = 20

func (d *demo) printFailures(r contract.Run) {
	for i, f := range r.Failures {
		if i == shownFailures {
			_, _ = fmt.Fprintf(d.out, "  ... and %d more: starter history show %s --outcome failed\n", len(r.Failures)-i, r.RunID)
			return
		}
		_, _ = fmt.Fprintf(d.out, "  failed: %s %s %q: %s\n", f.Entity, f.RecordID, f.Name, f.Reason)
	}
}
