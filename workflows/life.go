package workflows

import (
	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// listen receives pause and resume at any time, in the order in which they were sent.
func (w *integration) listen(ctx workflow.Context) {
	for workflow.Await(ctx, func() bool { return len(w.control.waiting) > 0 }) == nil {
		m := w.control.next()
		if m.name == contract.PauseSignal {
			w.state.Pause(m.request(), workflow.Now(ctx))
			w.storePausing(ctx)
		} else {
			w.state.Resume(m.request())
		}
		w.stopSync()
		w.show(ctx)
	}
}

// listenProgress receives how far a deletion has come.
func (w *integration) listenProgress(ctx workflow.Context) {
	progress := workflow.GetSignalChannel(ctx, contract.DeletionProgressSignal)
	for {
		var now contract.DeletionNow
		if !progress.Receive(ctx, &now) {
			return
		}
		w.state.Progressed(now)
		w.show(ctx)
	}
}

// runLife does the lifecycle work that is due while no sync is running.
func (w *integration) runLife(ctx workflow.Context, work int) error {
	switch work {
	case lifecycle.WorkSettle:
		return w.settleState(ctx)
	case lifecycle.WorkKeep:
		return w.storeState(ctx, w.state.State)
	case lifecycle.WorkDisable:
		return w.disableNow(ctx)
	default:
		return w.deleteNow(ctx)
	}
}

// storePausing stores that the connection is being paused while a sync is still stopping, so that no push starts a
// call. It does not wait for the result. If it fails, the next state that is stored replaces it.
func (w *integration) storePausing(ctx workflow.Context) {
	if w.state.State != contract.StatePausing || w.stop == nil || !keepsPausing(ctx) {
		return
	}
	in := w.nextKeepState(w.state.State)
	opts := answerOptions(w.in.Connection, "store the state "+w.state.State)
	workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), life.KeepState, in)
	w.state.Kept = w.state.State
}

// nextKeepState numbers a state that is to be stored, so that a late activity cannot overwrite a newer one.
func (w *integration) nextKeepState(state string) steps.KeepStateInput {
	w.state.Keeps++
	return steps.KeepStateInput{Connection: w.in.Connection, State: state, Degraded: w.state.Degraded, Series: w.state.Series, Seq: w.state.Keeps}
}

// releasePushes lets the pushes continue that were queued during a pause, in order.
func (w *integration) releasePushes(ctx workflow.Context) error {
	if !releasesPushes(ctx) {
		return nil
	}
	for more := true; more; {
		var out steps.QueueResult
		in := steps.QueueInput{Connection: w.in.Connection}
		if err := w.runUntilDone(ctx, "release queued pushes", pushes.ReleasePushes, in, &out); err != nil {
			return err
		}
		more = out.More
	}
	return nil
}

// storeState stores a state before it is reported, for readers that do not ask Temporal.
func (w *integration) storeState(ctx workflow.Context, state string) error {
	in := w.nextKeepState(state)
	if err := w.runUntilDone(ctx, "store the state "+state, life.KeepState, in, nil); err != nil {
		return err
	}
	w.state.Kept = state
	if state == contract.StateConnected || state == contract.StateActive {
		return w.releasePushes(ctx)
	}
	return nil
}

// settleState completes the change to paused or disabled. It then continues as new, so that a stopped connection
// has an almost empty history.
func (w *integration) settleState(ctx workflow.Context) error {
	to, _ := w.state.Settling()
	if err := w.storeState(ctx, to); err != nil {
		return err
	}
	if !w.state.Settle(to) {
		return nil
	}
	if err := w.indexState(ctx); err != nil {
		return err
	}
	w.show(ctx)
	w.notifySettled(ctx)
	return w.continueAsNew(ctx)
}

// disableNow runs Disable. A failure is retried: disabling never goes back.
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
	panicIfUnreadable(err)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return w.backOff(ctx, contract.FailureOf(err))
	}
	w.state.Drained(report)
	return nil
}

// deleteNow runs Delete, from its beginning or from where it stopped. The deletion completes or stops visibly.
func (w *integration) deleteNow(ctx workflow.Context) error {
	d := w.state.Deletion
	in := steps.DeleteInput{
		Connection: w.in.Connection, Plan: d.Plan, Choice: d.Choice, Who: d.Who, BackOffPercent: w.state.BackOffPercent,
	}
	opts := lifeOptions(w.in.Connection, contract.DeleteID(w.in.Connection), "Delete "+w.in.Connection, contract.StateDeleting)
	var result steps.DeleteResult
	err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, opts), contract.DeleteWorkflow, in).Get(ctx, &result)
	panicIfUnreadable(err)
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
		w.notifyStopped(ctx)
		return nil
	}
	w.state.Deleted()
	w.notifyDeleted(ctx, *d.Done)
	return nil
}
