package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
)

// syncOnce waits for the sync that is running, or for the next in the queue. Without one it asks for one. It reports the
// whole sync, also where an earlier process began it.
func syncOnce(ctx context.Context, d *stand) (report.Run, error) {
	status, err := d.contract.Status(ctx, connectionID)
	if err != nil {
		return report.Run{}, err
	}
	if status.State != contract.StateConnected && status.State != contract.StateActive {
		return report.Run{}, &stoppedError{status, d.starterCommand}
	}
	ref := status.Running
	if ref == nil && len(status.Queued) > 0 {
		ref = &status.Queued[0]
	}
	if ref == nil {
		accepted, err := d.contract.SyncNow(ctx, connectionID, contract.SyncNowRequest{Who: "worker/dev"})
		if err != nil {
			return report.Run{}, err
		}
		ref = &accepted.RunRef
	}
	d.say("Sync %d (%s) is running. Watch it at %s", ref.Number, ref.Trigger, d.workflowURL(ref.WorkflowID))
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go showProgress(waiting, d, ref.RunID)
	_, err = d.contract.Wait(ctx, *ref)
	cancel()
	var failed *contract.RunError
	if err != nil && !errors.As(err, &failed) {
		if ctx.Err() != nil {
			return report.Run{}, context.Canceled
		}
		return report.Run{}, err
	}
	return report.ReadRun(ctx, d.store, ref.RunID, time.Now())
}

// settle waits until the connection's workflow knows that the sync has ended. A worker that stops before would take the
// message along, and the next start would wait 10 seconds until Temporal sends it again.
func settle(ctx context.Context, d *stand, runID string) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		status, err := d.contract.Status(ctx, connectionID)
		if err != nil || ((status.Running == nil || status.Running.RunID != runID) && isIdle(ctx, d.temporal)) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// isIdle reports whether no worker has a task or an activity of the connection's workflow.
func isIdle(ctx context.Context, temporal client.Client) bool {
	found, err := temporal.DescribeWorkflowExecution(ctx, contract.IntegrationID(connectionID), "")
	return err != nil || (found.GetPendingWorkflowTask() == nil && len(found.GetPendingActivities()) == 0)
}

// settle asks every settleEvery, for settleWait at most.
const (
	settleEvery = 20 * time.Millisecond
	settleWait  = 5 * time.Second
)

// progressEvery is the time between two lines of progress.
const progressEvery = 2 * time.Second

// showProgress says how far the sync is, whenever that has changed.
func showProgress(ctx context.Context, d *stand, runID string) {
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
			continue // the sync has not begun yet
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
