package workflows

import (
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

type searchUpdate = temporal.SearchAttributeUpdate

// Integration is the life of one connection: one long-running entity that owns the cadence and starts the
// syncs as children, one at a time.
func Integration(ctx workflow.Context, in contract.IntegrationInput) (contract.IntegrationResult, error) {
	w := newIntegration(ctx, in)
	if err := w.setup(ctx); err != nil {
		return contract.IntegrationResult{}, err
	}
	return w.run(ctx)
}

type integration struct {
	in    contract.IntegrationInput
	state contract.State
	// started is the number of the run that was started last: what update handlers wait for.
	started int
}

func newIntegration(ctx workflow.Context, in contract.IntegrationInput) *integration {
	w := &integration{in: in}
	if in.State != nil {
		w.state = *in.State
	} else {
		w.state = contract.NewState(in.Connection, workflow.GetInfo(ctx).FirstRunID)
	}
	return w
}

// setup registers all handlers before anything blocks.
func (w *integration) setup(ctx workflow.Context) error {
	err := workflow.SetQueryHandler(ctx, contract.StatusQuery, func() (contract.Status, error) {
		return w.state.Status(w.in.Connection), nil
	})
	if err != nil {
		return err
	}
	return w.setUpdates(ctx)
}

func (w *integration) run(ctx workflow.Context) (contract.IntegrationResult, error) {
	for {
		if err := w.indexState(ctx); err != nil {
			return contract.IntegrationResult{}, err
		}
		w.show(ctx)
		if ref, ok := w.state.Begin(); ok {
			if err := w.sync(ctx, ref); err != nil {
				return contract.IntegrationResult{State: w.state.State}, err
			}
			continue
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			if err := w.continueAsNew(ctx); err != nil {
				return contract.IntegrationResult{}, err
			}
			continue
		}
		w.prune(ctx)
		if err := w.awaitNext(ctx); err != nil {
			return contract.IntegrationResult{State: w.state.State}, err
		}
	}
}

// sync runs one sync to its end. Its failure degrades the connection and never ends it; only a
// cancellation of the Integration itself is an error here.
func (w *integration) sync(ctx workflow.Context, ref contract.RunRef) error {
	name := contract.PeriodicSyncWorkflow
	if ref.Trigger == contract.TriggerInitial {
		name = contract.InitialSyncWorkflow
	}
	child := workflow.ExecuteChildWorkflow(
		workflow.WithChildOptions(ctx, syncOptions(w.in.Connection, ref)), name,
		contract.SyncInput{
			Connection: w.in.Connection, RunID: ref.RunID, Number: ref.Number, Trigger: ref.Trigger, RetryOf: ref.RetryOf,
			Scoped: ref.Scoped, Who: ref.Who,
		})
	startErr := child.GetChildWorkflowExecution().Get(ctx, nil)
	w.started = ref.Number
	w.show(ctx)
	if startErr != nil {
		w.state.Fail(contract.FailureOf(startErr), workflow.Now(ctx))
		return ctx.Err()
	}
	var result contract.SyncResult
	if err := child.Get(ctx, &result); err != nil {
		w.state.Fail(contract.FailureOf(err), workflow.Now(ctx))
		return ctx.Err()
	}
	w.state.Complete(result, workflow.Now(ctx))
	return nil
}

// awaitNext waits for the cadence or for somebody who asks, or who sets another cadence. The timer has its own cancel, so that none is
// left running when somebody asks first.
func (w *integration) awaitNext(ctx workflow.Context) error {
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	wait := w.state.NextSync.Sub(workflow.Now(ctx))
	timer := workflow.NewTimerWithOptions(timerCtx, wait, workflow.TimerOptions{Summary: "until the next sync"})
	workflow.Go(timerCtx, func(ctx workflow.Context) {
		if timer.Get(ctx, nil) == nil {
			w.state.Due(w.in.Connection, workflow.Now(ctx))
		}
	})
	next := w.state.NextSync
	return workflow.Await(ctx, func() bool { return len(w.state.Queue) > 0 || !w.state.NextSync.Equal(next) })
}

// continueAsNew hands the state on once no handler is at work. It is called only while no child is open: a
// child would end with its parent's execution. A handler that asked for a run meanwhile waits for its
// start, and so for us: then the run comes first, and nil says so.
func (w *integration) continueAsNew(ctx workflow.Context) error {
	err := workflow.Await(ctx, func() bool { return len(w.state.Queue) > 0 || workflow.AllHandlersFinished(ctx) })
	if err != nil || len(w.state.Queue) > 0 {
		return err
	}
	state := w.state
	return workflow.NewContinueAsNewError(ctx, contract.IntegrationWorkflow,
		contract.IntegrationInput{Connection: w.in.Connection, State: &state})
}

// prune forgets runs that are older than the preferences keep them. A failure waits for the next time: the
// history being too long harms nothing.
func (w *integration) prune(ctx workflow.Context) {
	if len(w.state.Queue) > 0 || !w.state.PruneDue(workflow.Now(ctx)) || !prunesHistory(ctx) {
		return
	}
	in := contract.PruneInput{Connection: w.in.Connection}
	if err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pruneOptions(w.in.Connection)), setup.PruneHistory, in).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("prune the history", "connection", w.in.Connection, "error", err)
	}
	w.state.PrunedAt = workflow.Now(ctx)
}
