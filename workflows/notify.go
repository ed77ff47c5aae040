package workflows

import (
	"fmt"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// Notification delivers one notification to the admin's webhook. Temporal retries until the webhook accepts it or a
// day is over.
func Notification(ctx workflow.Context, in steps.DeliverInput) error {
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, deliveryOptions()), notices.DeliverNotice, in).Get(ctx, nil)
}

// notify creates a notification. If it cannot, the workflow continues all the same.
func (w *integration) notify(ctx workflow.Context, kind, key, text string) {
	in := steps.NotifyInput{Connection: w.in.Connection, Kind: kind, Key: workflow.GetInfo(ctx).WorkflowExecution.RunID + "/" + key, Text: text}
	var out steps.NotifyResult
	opts := notifyOptions(w.in.Connection, kind)
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), notices.Notify, in).Get(ctx, &out)
	panicIfUnreadable(err)
	if err == nil && out.Webhook {
		// The child must outlive this execution, which may continue as new at once.
		child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, deliveryChild(w.in.Connection, out.ID)),
			contract.NotificationWorkflow, steps.DeliverInput{ID: out.ID})
		err = child.GetChildWorkflowExecution().Get(ctx, nil)
	}
	if err != nil {
		workflow.GetLogger(ctx).Warn("create a notification", "connection", w.in.Connection, "kind", kind, "error", err)
	}
}

// notifyDegraded notifies once that something is wrong, and pauses a connection whose syncs keep failing.
func (w *integration) notifyDegraded(ctx workflow.Context, healthy bool) {
	if healthy && notifies(ctx) {
		w.notify(ctx, contract.NoticeDegraded, "degraded/"+stamp(w.state.Degraded.Since),
			fmt.Sprintf("Connection %s is degraded: %s. See: starter status %s", w.in.Connection, w.state.Degraded.Reason, w.in.Connection))
	}
	if w.state.FailedRuns >= lifecycle.MaxFailedRuns && notifies(ctx) {
		w.state.PauseItself(workflow.Now(ctx))
	}
}

func (w *integration) notifyRecovered(ctx workflow.Context, healthy bool) {
	if !healthy && notifies(ctx) {
		w.notify(ctx, contract.NoticeRecovered, "recovered/"+stamp(workflow.Now(ctx)), fmt.Sprintf("Connection %s works again", w.in.Connection))
	}
}

// notifySettled notifies of a change that no user was waiting for: a connection that paused itself, or one that is
// now disabled.
func (w *integration) notifySettled(ctx workflow.Context) {
	s := &w.state
	switch {
	case s.State == contract.StatePaused && s.Paused.Who == contract.Itself:
		w.notify(ctx, contract.NoticePaused, "paused/"+stamp(s.Paused.Since),
			fmt.Sprintf("Connection %s paused itself: %s. When that is corrected: starter resume %s", w.in.Connection, s.Paused.Why, w.in.Connection))
	case s.State == contract.StateDisabled:
		w.notify(ctx, contract.NoticeDisabled, "disabled/"+stamp(s.Disabled.Since), fmt.Sprintf("Connection %s is disabled", w.in.Connection))
	}
}

func (w *integration) notifyStopped(ctx workflow.Context) {
	stopped := w.state.Deletion.Stopped
	w.notify(ctx, contract.NoticeDeletionStopped, "stopped/"+workflow.Now(ctx).UTC().Format(time.RFC3339Nano),
		fmt.Sprintf("The deletion of connection %s stopped at %s: %s. When that is corrected: starter delete %s --resume", w.in.Connection, stopped.Step, stopped, w.in.Connection))
}

func (w *integration) notifyDeleted(ctx workflow.Context, counts contract.DeleteCounts) {
	text := fmt.Sprintf("Connection %s is deleted: %d records converted, %d deleted, %d kept, %d already gone",
		w.in.Connection, counts.Converted, counts.Deleted, counts.Kept, counts.Gone)
	if counts.Unknown > 0 {
		text += fmt.Sprintf("; %d not checked (side given up)", counts.Unknown)
	}
	w.notify(ctx, contract.NoticeDeleted, "deleted", text)
}
