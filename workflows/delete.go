package workflows

import (
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// Delete ends a connection for good. It converts synced records into plain ones by its plan, verifies that against
// the live sides, and only then removes what Causeway knows. It never skips a step: a step that fails stops it, and
// resuming checks all steps again.
func Delete(ctx workflow.Context, in steps.DeleteInput) (steps.DeleteResult, error) {
	d := &deleting{in: in}
	if in.Progress != nil {
		d.progress = *in.Progress
	}
	return d.run(ctx)
}

type deleting struct {
	in       steps.DeleteInput
	progress steps.DeleteProgress
}

// step is one part of a deletion. Idempotent: running it twice changes nothing more.
type step struct {
	name string
	// parts is set for a step that goes through records, one part at a time.
	parts    bool
	activity any
}

// deletionSteps are in this order, so that nothing is removed before it was verified.
var deletionSteps = []step{
	{contract.StepExport, false, conversion.ExportDeletion},
	{contract.StepPersons, true, conversion.ConvertPage},
	{contract.StepCustomers, true, conversion.ConvertPage},
	{contract.StepItems, true, conversion.ConvertPage},
	{contract.StepMarkers, true, conversion.ConvertPage},
	{contract.StepVerify, true, conversion.VerifyDeletion},
	{contract.StepApps, false, conversion.DisconnectApps},
	{contract.StepRemove, false, conversion.RemoveConnection},
}

func (d *deleting) run(ctx workflow.Context) (steps.DeleteResult, error) {
	for i, s := range deletionSteps {
		if i < d.progress.Step {
			continue
		}
		err := d.runStep(ctx, s)
		if workflow.IsContinueAsNewError(err) || ctx.Err() != nil {
			return steps.DeleteResult{}, err
		}
		if err != nil {
			return d.stopped(ctx, s, contract.FailureOf(err))
		}
		d.progress.Step, d.progress.After = i+1, ""
	}
	d.show(ctx, "deleted", "")
	return steps.DeleteResult{DeleteCounts: d.progress.DeleteCounts}, indexStatus(ctx, contract.StateDeleted)
}

func (d *deleting) stopped(ctx workflow.Context, s step, f contract.Failure) (steps.DeleteResult, error) {
	d.show(ctx, "stopped at "+s.name, f.Type+" "+f.Code)
	out := steps.DeleteResult{
		Stopped:      &contract.Stopped{Step: s.name, Code: f.Code, Reason: f.Reason},
		DeleteCounts: d.progress.DeleteCounts,
	}
	return out, indexStatus(ctx, contract.RunFailed)
}

// runStep runs one step, in parts if it goes through records. If records fail, the step fails once all others have
// been tried.
func (d *deleting) runStep(ctx workflow.Context, s step) error {
	d.show(ctx, s.name, "")
	d.reportProgress(ctx, s.name)
	if !s.parts {
		return d.runActivity(ctx, s.name, s.activity, steps.DeletionInput{Connection: d.in.Connection, Plan: d.in.Plan}, nil)
	}
	in := steps.DeletionPartInput{Connection: d.in.Connection, Plan: d.in.Plan, Step: s.name, After: d.progress.After}
	for {
		var out steps.DeletionPartResult
		if err := d.runActivity(ctx, s.name, s.activity, in, &out); err != nil {
			return err
		}
		in.After, d.progress.After = out.Next, out.Next
		d.count(out)
		d.show(ctx, s.name, "")
		if out.Done {
			return nil
		}
		d.reportProgress(ctx, s.name)
		if err := d.continueIfLong(ctx); err != nil {
			return err
		}
	}
}

// reportProgress tells the connection how far the deletion has come. If that fails, the deletion continues.
func (d *deleting) reportProgress(ctx workflow.Context, step string) {
	parent := workflow.GetInfo(ctx).ParentWorkflowExecution
	if parent == nil || !tellsProgress(ctx) {
		return
	}
	now := contract.DeletionNow{Step: step, DeleteCounts: d.progress.DeleteCounts}
	err := workflow.SignalExternalWorkflow(ctx, parent.ID, "", contract.DeletionProgressSignal, now).Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Warn("report the progress of the deletion", "connection", d.in.Connection, "error", err)
	}
}

func (d *deleting) count(out steps.DeletionPartResult) {
	d.progress.Converted += out.Converted
	d.progress.Deleted += out.Deleted
	d.progress.Kept += out.Kept
	d.progress.Gone += out.Gone
	d.progress.Unknown += out.Unknown
}

func (d *deleting) runActivity(ctx workflow.Context, summary string, activity, in, out any) error {
	opts := pageOptions(d.in.Connection, contract.TriggerManual, summary)
	p := patience{failures: maxStepFailures, percent: d.in.BackOffPercent, onFailure: func(f contract.Failure) {
		d.show(ctx, "backing off: "+summary, f.Type+" "+f.Code)
	}}
	return attempt(ctx, opts, p, activity, in, out)
}

// continueIfLong continues as new when the history has grown long. The store holds everything that was done.
func (d *deleting) continueIfLong(ctx workflow.Context) error {
	if !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		return nil
	}
	next, progress := d.in, d.progress
	next.Progress = &progress
	return workflow.NewContinueAsNewError(ctx, contract.DeleteWorkflow, next)
}

// show sets the Current Details of a deletion.
func (d *deleting) show(ctx workflow.Context, phase, failure string) {
	p := &d.progress
	rows := []string{
		"**" + phase + "**",
		"plan: " + d.in.Plan + " (" + d.in.Choice + ")",
		outcomes(p.DeleteCounts),
	}
	if failure != "" {
		rows = append(rows, "last failure: "+failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}
