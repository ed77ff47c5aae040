package workflows

import (
	"fmt"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// InitialSync is the first sync of a connection. It syncs everything.
func InitialSync(ctx workflow.Context, in steps.SyncInput) (steps.SyncEnd, error) {
	return newSyncRun(in).run(ctx)
}

// PeriodicSync syncs what changed since the last sync.
func PeriodicSync(ctx workflow.Context, in steps.SyncInput) (steps.SyncEnd, error) {
	return newSyncRun(in).run(ctx)
}

// syncRun is one execution of a sync: it mirrors, then plans, applies and settles each entity. The store holds
// everything that was done. syncRun only decides what comes next.
type syncRun struct {
	in       steps.SyncInput
	progress steps.SyncProgress
	plan     steps.StartRunResult
	details  details
}

func newSyncRun(in steps.SyncInput) *syncRun {
	r := &syncRun{in: in}
	if in.Progress != nil {
		r.progress = *in.Progress
	}
	return r
}

func (r *syncRun) run(ctx workflow.Context) (steps.SyncEnd, error) {
	r.show(ctx, "starting", "")
	err := r.work(ctx)
	if workflow.IsContinueAsNewError(err) {
		return steps.SyncEnd{}, err
	}
	return r.finish(ctx, err)
}

// work runs the steps. Steps that an earlier execution completed are skipped.
func (r *syncRun) work(ctx workflow.Context) error {
	if err := r.runActivity(ctx, "check both sides", syncing.StartRun, r.in, &r.plan); err != nil {
		return err
	}
	step := 0
	for _, scan := range r.plan.Scans {
		if step++; step <= r.progress.Step {
			continue
		}
		if err := r.mirror(ctx, scan); err != nil {
			return err
		}
		r.progress.Step, r.progress.Place = step, nil
	}
	for _, entity := range r.plan.AllSteps() {
		if step++; step <= r.progress.Step {
			continue
		}
		if err := r.syncEntity(ctx, entity); err != nil {
			return err
		}
		r.progress.Step, r.progress.Place = step, nil
	}
	if step++; r.plan.Figures && step > r.progress.Step {
		return r.figures(ctx)
	}
	return nil
}

// figures writes the changed figures into the CRM's fields.
func (r *syncRun) figures(ctx workflow.Context) error {
	in := steps.FiguresInput{Connection: r.in.Connection, RunID: r.in.RunID}
	if at := r.progress.Place; at != nil {
		in.After = at.After
	}
	r.show(ctx, "writing", "figures to the CRM")
	for done := false; !done; {
		var out steps.FiguresResult
		if err := r.runActivity(ctx, "write figures to the CRM", syncing.KeepFigures, in, &out); err != nil {
			return err
		}
		done, in.After = out.Done, out.Next
		r.progress.Place = &steps.SyncPlace{After: out.Next}
		if err := r.continueIfLong(ctx); err != nil {
			return err
		}
	}
	r.progress.Place = nil
	return nil
}

func (r *syncRun) mirror(ctx workflow.Context, scan steps.Scan) error {
	in := steps.MirrorInput{
		Connection: r.in.Connection, RunID: r.in.RunID, Scan: scan, SortByModified: r.plan.SortByModified,
	}
	if at := r.progress.Place; at != nil {
		in.After, in.Page = at.After, at.Page
	}
	what := scanName(scan)
	r.show(ctx, "reading", what)
	for done := false; !done; {
		var out steps.MirrorResult
		if err := r.runActivity(ctx, "mirror "+what, syncing.MirrorPages, in, &out); err != nil {
			return err
		}
		r.progress.Read += out.Read
		done, in.After, in.Page = out.Done, out.Next, out.Page
		r.progress.Place = &steps.SyncPlace{After: out.Next, Page: out.Page}
		r.show(ctx, "reading", what)
		if err := r.continueIfLong(ctx); err != nil {
			return err
		}
	}
	return nil
}

// syncEntity plans an entity and applies its operations until none is left.
func (r *syncRun) syncEntity(ctx workflow.Context, step steps.Step) error {
	in := steps.EntityInput{
		Connection: r.in.Connection, RunID: r.in.RunID, Entity: step.Entity, Direction: step.Direction,
		RetryOf: r.in.RetryOf, Scoped: r.in.Scoped, Ahead: r.in.Ahead,
	}
	entity := stepName(step)
	r.show(ctx, "planning", entity)
	part := in
	if at := r.progress.Place; at != nil {
		part.From = at.Plan
	}
	for done := false; !done; {
		var out steps.PlanResult
		if err := r.runActivity(ctx, "plan "+entity, syncing.PlanPage, part, &out); err != nil {
			return err
		}
		r.progress.Planned += out.Planned
		done, part.From = out.Done, out.Next
		r.progress.Place = &steps.SyncPlace{Plan: out.Next}
		r.show(ctx, "planning", entity)
		if err := r.continueIfLong(ctx); err != nil {
			return err
		}
	}
	return r.apply(ctx, in)
}

func (r *syncRun) apply(ctx workflow.Context, in steps.EntityInput) error {
	for {
		var out steps.ApplyResult
		if err := r.runActivity(ctx, "apply "+stepName(stepOf(in)), syncing.ApplyPage, in, &out); err != nil {
			return err
		}
		r.progress.Applied += out.Applied
		r.show(ctx, "writing", stepName(stepOf(in)))
		// Also settle if planned operations cannot be sent before it: contact persons of a customer with a person
		// of unknown outcome.
		if out.Sent > 0 && (out.Planned == 0 || out.Applied == 0) {
			if err := r.settle(ctx, in, &out); err != nil {
				return err
			}
		}
		if out.Planned == 0 && out.Sent == 0 {
			return nil
		}
		if err := r.awaitSide(ctx, out); err != nil {
			return err
		}
		if err := r.continueIfLong(ctx); err != nil {
			return err
		}
	}
}

// awaitSide leaves a side alone for as long as it asked.
func (r *syncRun) awaitSide(ctx workflow.Context, out steps.ApplyResult) error {
	if out.RetryAfterMS <= 0 {
		return nil
	}
	wait := time.Duration(out.RetryAfterMS) * time.Millisecond
	return workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "until the side takes calls again"}).Get(ctx, nil)
}

// settle waits until no call of unknown outcome can take effect any more, and then settles those calls.
func (r *syncRun) settle(ctx workflow.Context, in steps.EntityInput, out *steps.ApplyResult) error {
	r.show(ctx, "waiting to settle writes of unknown outcome", in.Entity)
	if wait := out.SettleAt.Sub(workflow.Now(ctx)); wait > 0 {
		timer := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "until late writes have landed"})
		if err := timer.Get(ctx, nil); err != nil {
			return err
		}
	}
	var settled steps.ApplyResult
	err := r.runActivity(ctx, "settle "+in.Entity, syncing.Settle, in, &settled)
	*out = settled // decoding into out would keep the old value of every field that is left out
	return err
}

// runActivity runs one activity. It retries after a back-off while the side is unavailable or asks for fewer calls.
func (r *syncRun) runActivity(ctx workflow.Context, summary string, activity, in, out any) error {
	opts := pageOptions(r.in.Connection, r.in.Trigger, summary)
	p := patience{failures: maxStepFailures, percent: r.in.BackOffPercent, onFailure: func(f contract.Failure) {
		r.details.failure = f.Type + " " + f.Code
		r.show(ctx, "backing off", summary)
	}}
	err := attempt(ctx, opts, p, activity, in, out)
	if err == nil || temporal.IsCanceledError(err) {
		r.details.failure = ""
	}
	return err
}

// continueIfLong continues as new when the history has grown long. The store holds everything that was done.
func (r *syncRun) continueIfLong(ctx workflow.Context) error {
	info := workflow.GetInfo(ctx)
	if !info.GetContinueAsNewSuggested() {
		return nil
	}
	next := r.in
	progress := r.progress
	progress.Events += info.GetCurrentHistoryLength() + eventsOfContinue
	next.Progress = &progress
	return workflow.NewContinueAsNewError(ctx, info.WorkflowType.Name, next)
}

// Events that come after the count. With a continuation: the end of the workflow task and the continuation. At the
// end of a run also the three of FinishRun, the three of the next task, and the search attributes.
const (
	eventsOfContinue = 2
	eventsOfFinish   = 9
)

// finish stores how the run ended. A cancelled run is stored as paused, and its progress is returned: the canceller
// decides whether it continues.
func (r *syncRun) finish(ctx workflow.Context, cause error) (steps.SyncEnd, error) {
	r.progress.Events += workflow.GetInfo(ctx).GetCurrentHistoryLength() + eventsOfFinish
	in := steps.FinishInput{RunID: r.in.RunID, Events: r.progress.Events}
	status := contract.RunCompleted
	switch {
	case temporal.IsCanceledError(cause):
		in.Paused, status = true, contract.RunPaused
	case cause != nil:
		f := contract.FailureOf(cause)
		in.Failure, status = &f, contract.RunFailed
	}
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	var out steps.FinishResult
	if err := r.runActivity(ctx, "store the result", syncing.FinishRun, in, &out); err != nil && cause == nil {
		return steps.SyncEnd{}, err
	}
	if err := indexRun(ctx, status, out.Failed); err != nil {
		return steps.SyncEnd{}, err
	}
	r.show(ctx, status, "")
	if in.Paused {
		progress := r.progress
		progress.Events = 0 // the store has counted them
		return steps.SyncEnd{SyncResult: contract.SyncResult{RunID: r.in.RunID, Status: status, Failed: out.Failed}, Progress: &progress}, nil
	}
	if cause != nil {
		return steps.SyncEnd{}, cause
	}
	return steps.SyncEnd{SyncResult: contract.SyncResult{
		RunID: r.in.RunID, Status: status, Failed: out.Failed, CadenceMS: r.plan.CadenceMS, EndedAt: out.EndedAt,
	}}, nil
}

// show sets the Current Details: a short list that is always true, without personal data.
func (r *syncRun) show(ctx workflow.Context, phase, what string) {
	line := phase
	if what != "" {
		line += ": " + what
	}
	rows := []string{
		"**" + line + "**",
		fmt.Sprintf("records read: %d", r.progress.Read),
		fmt.Sprintf("records planned: %d", r.progress.Planned),
		fmt.Sprintf("records written: %d", r.progress.Applied),
		"run: " + r.in.RunID + " of " + r.in.Connection + " (" + r.in.Trigger + ")",
	}
	if r.details.failure != "" {
		rows = append(rows, "last failure: "+r.details.failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// details are what a sync shows in the Web UI besides its progress.
type details struct {
	failure string
}
