package workflows

import (
	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Integration is the life of one connection: one long-running workflow that owns the cadence and starts the syncs
// as children, one at a time.
func Integration(ctx workflow.Context, in lifecycle.Input) (contract.IntegrationResult, error) {
	w := newIntegration(ctx, in)
	if err := w.setup(ctx); err != nil {
		return contract.IntegrationResult{}, err
	}
	return w.run(ctx)
}

// setup registers all handlers before anything blocks, and starts the listeners.
func (w *integration) setup(ctx workflow.Context) error {
	control, ok := controlOf(ctx)
	if !ok {
		return contract.Failure{Type: contract.ErrorInvalid, Code: "INTERCEPTORS",
			Reason: "this worker was built without workflows.Interceptors(), so it would not receive pause and resume; pass them in worker.Options"}.Error()
	}
	w.control = control
	err := workflow.SetQueryHandler(ctx, contract.StatusQuery, func() (contract.Status, error) {
		return w.state.Status(w.in.Connection), nil
	})
	if err != nil {
		return err
	}
	if err := w.setUpdates(ctx); err != nil {
		return err
	}
	updates := lifeUpdates{w}
	if err := updates.register(ctx); err != nil {
		return err
	}
	workflow.Go(ctx, w.listen)
	workflow.Go(ctx, w.listenProgress)
	return nil
}

func (w *integration) run(ctx workflow.Context) (contract.IntegrationResult, error) {
	for w.state.State != contract.StateDeleted {
		if err := w.step(ctx); err != nil {
			return contract.IntegrationResult{State: w.state.State}, err
		}
	}
	w.show(ctx)
	if err := w.indexState(ctx); err != nil {
		return contract.IntegrationResult{}, err
	}
	err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
	return contract.IntegrationResult{State: w.state.State}, err
}

// step does the next piece of work. It returns an error only if the Integration itself is cancelled or continues as
// new.
func (w *integration) step(ctx workflow.Context) error {
	if err := w.indexState(ctx); err != nil {
		return err
	}
	w.show(ctx)
	if work := w.state.NextWork(); work != lifecycle.WorkNone && work != lifecycle.WorkSync {
		return w.runLife(ctx, work)
	}
	if ref, progress, ok := w.state.Begin(); ok {
		return w.sync(ctx, ref, progress)
	}
	if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		return w.continueAsNew(ctx)
	}
	w.prune(ctx)
	return w.awaitNext(ctx)
}

// sync runs one sync until it ends or is stopped. A failed sync degrades the connection and never ends it.
func (w *integration) sync(ctx workflow.Context, ref contract.RunRef, progress *steps.SyncProgress) error {
	name := contract.PeriodicSyncWorkflow
	if ref.Trigger == contract.TriggerInitial {
		name = contract.InitialSyncWorkflow
	}
	childCtx, stop := workflow.WithCancel(ctx)
	w.stop, w.stopped = stop, false
	defer func() { w.stop = nil }()
	child := workflow.ExecuteChildWorkflow(
		workflow.WithChildOptions(childCtx, syncOptions(w.in.Connection, ref)), name,
		steps.SyncInput{
			Connection: w.in.Connection, RunID: ref.RunID, Number: ref.Number, Trigger: ref.Trigger, RetryOf: ref.RetryOf,
			Scoped: ref.Scoped, Ahead: ref.Ahead, Who: ref.Who, Progress: progress, BackOffPercent: w.state.BackOffPercent,
		})
	err := child.GetChildWorkflowExecution().Get(ctx, nil)
	w.started = max(w.started, ref.Number)
	w.show(ctx)
	var result steps.SyncEnd
	if err == nil {
		err = child.Get(ctx, &result)
		panicIfUnreadable(err)
	}
	if ctx.Err() != nil {
		w.state.Fail(contract.FailureOf(err), workflow.Now(ctx))
		return ctx.Err()
	}
	return w.handleEnd(ctx, ref, progress, result, err)
}

// handleEnd updates the state with the result of a sync.
func (w *integration) handleEnd(ctx workflow.Context, ref contract.RunRef, was *steps.SyncProgress, result steps.SyncEnd, err error) error {
	healthy := w.state.Degraded == nil
	switch {
	case w.stopped && temporal.IsCanceledError(err): // cancelled before it began
		w.state.Suspend(was)
	case err != nil:
		w.state.Fail(contract.FailureOf(err), workflow.Now(ctx))
		w.notifyDegraded(ctx, healthy)
	case result.Status == contract.RunPaused && w.stopped:
		w.state.Suspend(result.Progress)
	case result.Status == contract.RunPaused:
		w.state.Cancel(workflow.Now(ctx))
		return w.runUntilDone(ctx, "store that the sync was cancelled", syncing.FinishRun, steps.FinishInput{RunID: ref.RunID, Canceled: true}, nil)
	default:
		w.state.Complete(result.SyncResult, workflow.Now(ctx))
		w.notifyRecovered(ctx, healthy)
	}
	return nil
}

// awaitNext waits for the cadence, for a request, or for a change of the cadence. The timer has a cancel of its
// own, so that a request leaves no timer running.
func (w *integration) awaitNext(ctx workflow.Context) error {
	state, next := w.state.State, w.state.NextSync
	changed := func() bool {
		return w.state.NextWork() != lifecycle.WorkNone || w.state.State != state || !w.state.NextSync.Equal(next)
	}
	if !w.state.Working() {
		return workflow.Await(ctx, changed)
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, next.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: "until the next sync"})
	workflow.Go(timerCtx, func(ctx workflow.Context) {
		if timer.Get(ctx, nil) == nil {
			w.state.Due(w.in.Connection, workflow.Now(ctx))
		}
	})
	return workflow.Await(ctx, changed)
}

// prune deletes runs that are older than the preferences keep them. After a failure it waits until the next time: a
// history that is too long does no harm.
func (w *integration) prune(ctx workflow.Context) {
	if len(w.state.Queue) > 0 || !w.state.PruneDue(workflow.Now(ctx)) || !prunesHistory(ctx) {
		return
	}
	in := steps.PruneInput{Connection: w.in.Connection}
	if err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pruneOptions(w.in.Connection)), setup.PruneHistory, in).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("prune the history", "connection", w.in.Connection, "error", err)
	}
	w.state.PrunedAt = workflow.Now(ctx)
}
