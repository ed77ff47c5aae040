package workflows

import (
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// InitialSync brings everything across, first.
func InitialSync(ctx workflow.Context, in steps.SyncInput) (steps.SyncEnd, error) {
	return newSyncRun(in).run(ctx)
}

// PeriodicSync brings across what changed since the last sync.
func PeriodicSync(ctx workflow.Context, in steps.SyncInput) (steps.SyncEnd, error) {
	return newSyncRun(in).run(ctx)
}

// syncRun is one execution of a sync: mirror, then for each entity plan, apply, settle. All that it has
// done stands in the store; it only decides what comes next.
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

// work goes through the steps. Those that an earlier execution has done are skipped.
func (r *syncRun) work(ctx workflow.Context) error {
	if err := r.do(ctx, "check both sides", syncing.StartRun, r.in, &r.plan); err != nil {
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
		if err := r.carry(ctx, entity); err != nil {
			return err
		}
		r.progress.Step, r.progress.Place = step, nil
	}
	if step++; r.plan.Figures && step > r.progress.Step {
		return r.figures(ctx)
	}
	return nil
}

// figures writes what changed of the figures that the CRM's fields hold.
func (r *syncRun) figures(ctx workflow.Context) error {
	in := steps.FiguresInput{Connection: r.in.Connection, RunID: r.in.RunID}
	if at := r.progress.Place; at != nil {
		in.After = at.After
	}
	r.show(ctx, "writing", "figures to the CRM")
	for done := false; !done; {
		var out steps.FiguresResult
		if err := r.do(ctx, "write figures to the CRM", syncing.KeepFigures, in, &out); err != nil {
			return err
		}
		done, in.After = out.Done, out.Next
		r.progress.Place = &steps.SyncPlace{After: out.Next}
		if err := r.breathe(ctx); err != nil {
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
		if err := r.do(ctx, "mirror "+what, syncing.MirrorPages, in, &out); err != nil {
			return err
		}
		r.progress.Read += out.Read
		done, in.After, in.Page = out.Done, out.Next, out.Page
		r.progress.Place = &steps.SyncPlace{After: out.Next, Page: out.Page}
		r.show(ctx, "reading", what)
		if err := r.breathe(ctx); err != nil {
			return err
		}
	}
	return nil
}

// carry plans an entity and carries its operations out until none is open.
func (r *syncRun) carry(ctx workflow.Context, step steps.Step) error {
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
		if err := r.do(ctx, "plan "+entity, syncing.PlanPage, part, &out); err != nil {
			return err
		}
		r.progress.Planned += out.Planned
		done, part.From = out.Done, out.Next
		r.progress.Place = &steps.SyncPlace{Plan: out.Next}
		r.show(ctx, "planning", entity)
		if err := r.breathe(ctx); err != nil {
			return err
		}
	}
	return r.apply(ctx, in)
}

func (r *syncRun) apply(ctx workflow.Context, in steps.EntityInput) error {
	for {
		var out steps.ApplyResult
		if err := r.do(ctx, "apply "+stepName(stepOf(in)), syncing.ApplyPage, in, &out); err != nil {
			return err
		}
		r.progress.Applied += out.Applied
		r.show(ctx, "writing", stepName(stepOf(in)))
		// Also where something is planned and cannot be sent before those are settled: contact persons of a
		// customer that has one of unknown outcome.
		if out.Sent > 0 && (out.Planned == 0 || out.Applied == 0) {
			if err := r.settle(ctx, in, &out); err != nil {
				return err
			}
		}
		if out.Planned == 0 && out.Sent == 0 {
			return nil
		}
		if err := r.pause(ctx, out); err != nil {
			return err
		}
		if err := r.breathe(ctx); err != nil {
			return err
		}
	}
}

// pause leaves a side alone for as long as it asked.
func (r *syncRun) pause(ctx workflow.Context, out steps.ApplyResult) error {
	if out.RetryAfterMS <= 0 {
		return nil
	}
	wait := time.Duration(out.RetryAfterMS) * time.Millisecond
	return workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "until the side takes calls again"}).Get(ctx, nil)
}

// settle waits until no call of unknown outcome can take effect any more, and then has them decided upon.
func (r *syncRun) settle(ctx workflow.Context, in steps.EntityInput, out *steps.ApplyResult) error {
	r.show(ctx, "waiting to settle writes of unknown outcome", in.Entity)
	if wait := out.SettleAt.Sub(workflow.Now(ctx)); wait > 0 {
		timer := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "until late writes have landed"})
		if err := timer.Get(ctx, nil); err != nil {
			return err
		}
	}
	var settled steps.ApplyResult
	err := r.do(ctx, "settle "+in.Entity, syncing.Settle, in, &settled)
	*out = settled // not decoded over what apply said: a field that is left out would keep its old value
	return err
}

// do runs one activity, and again after a back-off while its side is unavailable or wants fewer calls.
func (r *syncRun) do(ctx workflow.Context, summary string, activity, in, out any) error {
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

// scanName and stepName are what a user reads.
func scanName(s steps.Scan) string {
	switch s.Kind {
	case steps.ScanScope:
		return "the records that were asked for"
	case steps.ScanDeleted:
		return "deletions of " + s.Side + " " + s.Module
	case steps.ScanView:
		return "view of " + s.Side + " " + s.Module
	case steps.ScanPersons:
		return s.Side + " " + s.Module + " of changed customers"
	}
	return s.Side + " " + s.Module
}

func stepOf(in steps.EntityInput) steps.Step {
	return steps.Step{Entity: in.Entity, Direction: in.Direction}
}

func stepName(s steps.Step) string {
	if s.Direction == steps.DirectionCRM {
		return s.Entity + " to the CRM"
	}
	return s.Entity
}

// breathe continues as new when the history has grown long. The store holds all that was done.
func (r *syncRun) breathe(ctx workflow.Context) error {
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

// The events that follow the count: the end of the workflow task and the continuation; or besides these the
// three of FinishRun, the three of the task behind it, and the search attributes.
const (
	eventsOfContinue = 2
	eventsOfFinish   = 9
)

// finish stores how the run ended, also when it was cancelled: then it stands where it is, and whoever cancelled
// it says whether it goes on.
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
	if err := r.do(ctx, "store the result", syncing.FinishRun, in, &out); err != nil && cause == nil {
		return steps.SyncEnd{}, err
	}
	if err := indexRun(ctx, status, out.Failed); err != nil {
		return steps.SyncEnd{}, err
	}
	r.show(ctx, status, "")
	if in.Paused {
		progress := r.progress
		progress.Events = 0 // the store has them
		return steps.SyncEnd{SyncResult: contract.SyncResult{RunID: r.in.RunID, Status: status, Failed: out.Failed}, Progress: &progress}, nil
	}
	if cause != nil {
		return steps.SyncEnd{}, cause
	}
	return steps.SyncEnd{SyncResult: contract.SyncResult{
		RunID: r.in.RunID, Status: status, Failed: out.Failed, CadenceMS: r.plan.CadenceMS, EndedAt: out.EndedAt,
	}}, nil
}
