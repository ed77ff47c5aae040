package workflows

import (
	"fmt"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// Disable finishes what is in progress and removes what the CRM side's finance workspace holds. Links, preferences
// and history stay.
func Disable(ctx workflow.Context, in steps.DisableInput) (contract.DisableReport, error) {
	d := &disabling{in: in}
	return d.run(ctx)
}

type disabling struct {
	in     steps.DisableInput
	report contract.DisableReport
}

func (d *disabling) run(ctx workflow.Context) (contract.DisableReport, error) {
	if err := d.refusePushes(ctx); err != nil {
		return d.report, err
	}
	if err := d.drain(ctx); err != nil {
		return d.report, err
	}
	d.show(ctx, "removing what the finance workspace holds", "")
	var removed steps.RemovedWorkspace
	in := steps.ConnectionInput{Connection: d.in.Connection}
	if err := d.runActivity(ctx, "remove what the finance workspace holds", life.RemoveWorkspace, in, &removed); err != nil {
		return d.report, err
	}
	d.report.Removed = removed.Removed
	d.show(ctx, "disabled", "")
	return d.report, indexStatus(ctx, contract.StateDisabled)
}

// The wait for pushes that were admitted before disabling began. None of them starts another call, so they end with
// their calls in flight.
const (
	maxPushWaits = 60
	pushWait     = time.Second
)

// refusePushes ends queued pushes and waits until no admitted push is open.
func (d *disabling) refusePushes(ctx workflow.Context) error {
	if !refusesPushes(ctx) {
		return nil
	}
	in := steps.QueueInput{Connection: d.in.Connection}
	for waits := 0; ; {
		d.show(ctx, "refusing queued pushes", "")
		var out steps.QueueResult
		if err := d.runActivity(ctx, "refuse queued pushes", pushes.RefusePushes, in, &out); err != nil {
			return err
		}
		d.report.RefusedPushes += out.Pushes
		if out.More {
			continue
		}
		if waits++; out.Open == 0 || waits > maxPushWaits {
			d.report.OpenPushes = out.Open
			return nil
		}
		timer := workflow.NewTimerWithOptions(ctx, pushWait, workflow.TimerOptions{Summary: "until pushes in flight have ended"})
		if err := timer.Get(ctx, nil); err != nil {
			return err
		}
	}
}

// drain drops what was not sent and settles what was. If the side does not answer, unknown outcomes stay unknown
// until the connection is enabled: an unavailable side must not prevent disabling.
func (d *disabling) drain(ctx workflow.Context) error {
	in := steps.DrainInput{Connection: d.in.Connection, RunID: d.in.Run, Who: d.in.Who, Why: d.in.Why}
	for {
		d.show(ctx, "settling what is under way", "")
		var out steps.DrainResult
		err := d.runActivity(ctx, "settle what is under way", life.Drain, in, &out)
		if ctx.Err() != nil {
			return err
		}
		if err != nil && in.GiveUp {
			return err
		}
		if err != nil {
			in.GiveUp = true
			continue
		}
		d.report.Settled += out.Settled
		d.report.Dropped += out.Dropped
		d.report.Unknown = out.Unknown
		if out.Done {
			return nil
		}
		if wait := out.SettleAt.Sub(workflow.Now(ctx)); wait > 0 {
			timer := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "until late writes have landed"})
			if err := timer.Get(ctx, nil); err != nil {
				return err
			}
		}
	}
}

func (d *disabling) runActivity(ctx workflow.Context, summary string, activity, in, out any) error {
	opts := pageOptions(d.in.Connection, contract.TriggerManual, summary)
	p := patience{failures: maxLifeFailures, percent: d.in.BackOffPercent, onFailure: func(f contract.Failure) {
		d.show(ctx, "backing off: "+summary, f.Type+" "+f.Code)
	}}
	return attempt(ctx, opts, p, activity, in, out)
}

// show sets the Current Details while a connection is being disabled.
func (d *disabling) show(ctx workflow.Context, phase, failure string) {
	rows := []string{
		"**" + phase + "**",
		fmt.Sprintf("writes dropped: %d, settled: %d, of unknown outcome: %d", d.report.Dropped, d.report.Settled, d.report.Unknown),
	}
	if failure != "" {
		rows = append(rows, "last failure: "+failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}
