package workflows

import (
	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// listen hears pause and resume in every phase, in the order in which they were sent.
func (w *integration) listen(ctx workflow.Context) {
	for workflow.Await(ctx, func() bool { return len(w.control.waiting) > 0 }) == nil {
		m := w.control.take()
		if m.name == contract.PauseSignal {
			w.state.Pause(m.request(), workflow.Now(ctx))
			w.keepPausing(ctx)
		} else {
			w.state.Resume(m.request())
		}
		w.stopSync()
		w.show(ctx)
	}
}

// follow hears how far a deletion has come.
func (w *integration) follow(ctx workflow.Context) {
	told := workflow.GetSignalChannel(ctx, contract.DeletionProgressSignal)
	for {
		var now contract.DeletionNow
		if !told.Receive(ctx, &now) {
			return
		}
		w.state.Progressed(now)
		w.show(ctx)
	}
}

// stopSync stops the sync that is running where it stands, unless the connection is at work and nothing comes ahead.
func (w *integration) stopSync() {
	if w.stop == nil || w.stopped || (w.state.Working() && !w.state.Yields()) {
		return
	}
	w.stopped = true
	w.stop()
}

// live does what the connection's life asks for while no sync is running.
func (w *integration) live(ctx workflow.Context, work int) error {
	switch work {
	case lifecycle.WorkSettle:
		return w.settle(ctx)
	case lifecycle.WorkKeep:
		return w.keep(ctx, w.state.State)
	case lifecycle.WorkDisable:
		return w.disableNow(ctx)
	default:
		return w.deleteNow(ctx)
	}
}

// keepPausing has the store say that the connection is being paused while a sync still stops: no push starts a call
// then. It waits for nobody, and a failure leaves it to the state that is stored next.
func (w *integration) keepPausing(ctx workflow.Context) {
	if w.state.State != contract.StatePausing || w.stop == nil || !keepsPausing(ctx) {
		return
	}
	in := w.keeping(w.state.State)
	opts := answerOptions(w.in.Connection, "store the state "+w.state.State)
	workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), life.KeepState, in)
	w.state.Kept = w.state.State
}

// keeping gives a state its place in the series of those that are stored.
func (w *integration) keeping(state string) steps.KeepStateInput {
	w.state.Keeps++
	return steps.KeepStateInput{Connection: w.in.Connection, State: state, Degraded: w.state.Degraded, Series: w.state.Series, Seq: w.state.Keeps}
}

// releasePushes lets what was queued in a pause go on, in its order.
func (w *integration) releasePushes(ctx workflow.Context) error {
	if !releasesPushes(ctx) {
		return nil
	}
	for more := true; more; {
		var out steps.QueueResult
		in := steps.QueueInput{Connection: w.in.Connection}
		if err := w.must(ctx, "release queued pushes", pushes.ReleasePushes, in, &out); err != nil {
			return err
		}
		more = out.More
	}
	return nil
}

// keep stores a state before it is reported, for whoever looks without Temporal.
func (w *integration) keep(ctx workflow.Context, state string) error {
	in := w.keeping(state)
	if err := w.must(ctx, "store the state "+state, life.KeepState, in, nil); err != nil {
		return err
	}
	w.state.Kept = state
	if state == contract.StateConnected || state == contract.StateActive {
		return w.releasePushes(ctx)
	}
	return nil
}

// settle goes on to paused or disabled, and parks there on an almost empty history.
func (w *integration) settle(ctx workflow.Context) error {
	to, _ := w.state.Settling()
	if err := w.keep(ctx, to); err != nil {
		return err
	}
	if !w.state.Settle(to) {
		return nil
	}
	if err := w.indexState(ctx); err != nil {
		return err
	}
	w.show(ctx)
	w.tellSettled(ctx)
	return w.continueAsNew(ctx)
}

// disableNow brings what is under way to its end. A failure is tried again: disabling only ever goes on.
func (w *integration) disableNow(ctx workflow.Context) error {
	d := w.state.Disabled
	in := steps.DisableInput{Connection: w.in.Connection, Who: d.Who, Why: d.Why, BackOffPercent: w.state.BackOffPercent}
	if w.state.Suspended != nil {
		in.Run = w.state.Suspended.Run.RunID
	}
	id := contract.DisableID(w.in.Connection, w.state.Disables)
	opts := lifeOptions(w.in.Connection, id, "Disable "+w.in.Connection, contract.StateDisabling)
	var report contract.DisableReport
	err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, opts), contract.DisableWorkflow, in).Get(ctx, &report)
	mustRead(err)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return w.later(ctx, contract.FailureOf(err))
	}
	w.state.Drained(report)
	return nil
}

// deleteNow carries the deletion out, or on. It ends, or stops visibly.
func (w *integration) deleteNow(ctx workflow.Context) error {
	d := w.state.Deletion
	in := steps.DeleteInput{
		Connection: w.in.Connection, Plan: d.Plan, Choice: d.Choice, Who: d.Who, BackOffPercent: w.state.BackOffPercent,
	}
	opts := lifeOptions(w.in.Connection, contract.DeleteID(w.in.Connection), "Delete "+w.in.Connection, contract.StateDeleting)
	var result steps.DeleteResult
	err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, opts), contract.DeleteWorkflow, in).Get(ctx, &result)
	mustRead(err)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		f := contract.FailureOf(err)
		result.Stopped = &contract.Stopped{Step: contract.DeleteWorkflow, Code: f.Code, Reason: f.Reason}
	}
	d.Count(result.DeleteCounts)
	if result.Stopped != nil {
		w.state.StopDeletion(*result.Stopped)
		w.tellStopped(ctx)
		return nil
	}
	w.state.Deleted()
	w.tellDeleted(ctx, *d.Done)
	return nil
}

// later shows a failure and waits before the next try.
func (w *integration) later(ctx workflow.Context, f contract.Failure) error {
	w.state.Degrade(f, workflow.Now(ctx))
	w.show(ctx)
	wait := lifecycle.Scale(maxStepBackOff, w.state.BackOffPercent)
	return workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code}).Get(ctx, nil)
}
