package workflows

import (
	"fmt"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// Notification delivers one notification to the admin's webhook, again and again until it was taken or a day is over.
func Notification(ctx workflow.Context, in steps.DeliverInput) error {
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, deliveryOptions()), notices.DeliverNotice, in).Get(ctx, nil)
}

// tell leaves a notification. That it cannot be left keeps nothing from going on.
func (w *integration) tell(ctx workflow.Context, kind, key, text string) {
	in := steps.NotifyInput{Connection: w.in.Connection, Kind: kind, Key: workflow.GetInfo(ctx).WorkflowExecution.RunID + "/" + key, Text: text}
	var out steps.NotifyResult
	opts := tellOptions(w.in.Connection, kind)
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), notices.Notify, in).Get(ctx, &out)
	mustRead(err)
	if err == nil && out.Webhook {
		// It outlives this execution, which may continue as new at once.
		child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, deliveryChild(w.in.Connection, out.ID)),
			contract.NotificationWorkflow, steps.DeliverInput{ID: out.ID})
		err = child.GetChildWorkflowExecution().Get(ctx, nil)
	}
	if err != nil {
		workflow.GetLogger(ctx).Warn("leave a notification", "connection", w.in.Connection, "kind", kind, "error", err)
	}
}

// tellDegraded says once that something is wrong, and stops a connection whose syncs fail again and again.
func (w *integration) tellDegraded(ctx workflow.Context, healthy bool) {
	if healthy && notifies(ctx) {
		w.tell(ctx, contract.NoticeDegraded, "degraded/"+stamp(w.state.Degraded.Since),
			fmt.Sprintf("Connection %s is degraded: %s", w.in.Connection, w.state.Degraded.Reason))
	}
	if w.state.FailedRuns >= lifecycle.MaxFailedRuns && notifies(ctx) {
		w.state.PauseItself(workflow.Now(ctx))
	}
}

func (w *integration) tellRecovered(ctx workflow.Context, healthy bool) {
	if !healthy && notifies(ctx) {
		w.tell(ctx, contract.NoticeRecovered, "recovered/"+stamp(workflow.Now(ctx)), fmt.Sprintf("Connection %s works again", w.in.Connection))
	}
}

// tellSettled tells of what nobody was waiting for: a connection that paused itself, and one that is disabled.
func (w *integration) tellSettled(ctx workflow.Context) {
	s := &w.state
	switch {
	case s.State == contract.StatePaused && s.Paused.Who == contract.Itself:
		w.tell(ctx, contract.NoticePaused, "paused/"+stamp(s.Paused.Since),
			fmt.Sprintf("Connection %s has paused itself: %s", w.in.Connection, s.Paused.Why))
	case s.State == contract.StateDisabled:
		w.tell(ctx, contract.NoticeDisabled, "disabled/"+stamp(s.Disabled.Since), fmt.Sprintf("Connection %s is disabled", w.in.Connection))
	}
}

func (w *integration) tellStopped(ctx workflow.Context) {
	stopped := w.state.Deletion.Stopped
	w.tell(ctx, contract.NoticeDeletionStopped, "stopped/"+workflow.Now(ctx).UTC().Format(time.RFC3339Nano),
		fmt.Sprintf("The deletion of connection %s has stopped at %s: %s", w.in.Connection, stopped.Step, stopped))
}

func (w *integration) tellDeleted(ctx workflow.Context, counts contract.DeleteCounts) {
	text := fmt.Sprintf("Connection %s is deleted: %d records converted, %d deleted, %d kept, %d were gone already",
		w.in.Connection, counts.Converted, counts.Deleted, counts.Kept, counts.Gone)
	if counts.Unknown > 0 {
		text += fmt.Sprintf("; %d could not be looked at, since their side was given up", counts.Unknown)
	}
	w.tell(ctx, contract.NoticeDeleted, "deleted", text)
}
