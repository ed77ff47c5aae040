package workflows

import (
	"time"

	"causeway/workflows/contract"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The priorities of tasks; lower numbers run first. 1 is contract.PushPriority: a person waits for one transaction.
const (
	priorityAnswer   = 2
	priorityPeriodic = 3
	priorityInitial  = 5
)

// The back-off of a step whose side does not answer is 1, 2, 4, ... seconds, at most a minute. The run fails after
// maxStepFailures failures in a row.
const (
	maxStepFailures = 8
	firstBackOff    = time.Second
	maxStepBackOff  = time.Minute
)

// pageOptions are for the activities that page through records. These limit themselves to five minutes. The
// heartbeat time-out must be longer than the deadline of a call. Temporal retries crashes and freezes for ever.
// Failures are final (activities/errors.go): the workflow decides what to do.
func pageOptions(connection, trigger, summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 5 * time.Minute,
		HeartbeatTimeout:    20 * time.Second,
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
			NonRetryableErrorTypes: []string{"PanicError"},
		},
		Priority: priority(connection, trigger),
		Summary:  summary,
	}
}

// The tries of a step that a person waits for. If the side is unavailable, the person is told soon.
const (
	maxAnswerFailures = 3
	answerBackOff     = time.Second
)

// answerOptions are for the activities behind an update, whose answer a person waits for. Temporal retries crashes.
// Failures are final.
func answerOptions(connection, summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout:    time.Minute,
		ScheduleToCloseTimeout: 5 * time.Minute,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
			NonRetryableErrorTypes: []string{"PanicError"},
		},
		Priority: temporal.Priority{PriorityKey: priorityAnswer, FairnessKey: connection},
		Summary:  summary,
	}
}

// maxLifeFailures is how often a step of disabling is tried while its side is unavailable.
const maxLifeFailures = 5

// lifeOptions are for Disable and Delete as children of their connection's Integration.
func lifeOptions(connection, id, summary, status string) workflow.ChildWorkflowOptions {
	return workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		WaitForCancellation:   true,
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		Priority:              priority(connection, contract.TriggerManual),
		StaticSummary:         summary,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			contract.AttributeConnection.ValueSet(connection),
			contract.AttributeStatus.ValueSet(status),
		),
	}
}

// notifyOptions are for creating a notification. It is given up soon, since the status shows the same.
func notifyOptions(connection, kind string) workflow.ActivityOptions {
	opts := answerOptions(connection, "notify: "+kind)
	opts.StartToCloseTimeout = 10 * time.Second
	opts.ScheduleToCloseTimeout = time.Minute
	return opts
}

// deliveryOptions are for the admin's webhook. Temporal retries for a day.
func deliveryOptions() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Minute},
		Summary:                "call the webhook",
	}
}

// deliveryChild are the options of a child that outlives the Integration that starts it.
func deliveryChild(connection, notice string) workflow.ChildWorkflowOptions {
	return workflow.ChildWorkflowOptions{
		WorkflowID:        contract.NotificationID(notice),
		ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON,
		StaticSummary:     "Notification of " + connection,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			contract.AttributeConnection.ValueSet(connection),
			contract.AttributeStatus.ValueSet(contract.RunRunning),
		),
	}
}

// The tries of a push while its side is unavailable: for about a day, since an accepted push is not given up
// lightly.
const (
	maxPushFailures = 300
	maxPushBackOff  = 5 * time.Minute
)

// pushOptions are for the activities of a push: a few calls each, ahead of all others. Temporal retries crashes.
// Failures are final: the workflow decides what to do.
func pushOptions(connection, summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 2 * time.Minute,
		HeartbeatTimeout:    20 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 5 * time.Second,
			NonRetryableErrorTypes: []string{"PanicError"},
		},
		Priority: temporal.Priority{PriorityKey: contract.PushPriority, FairnessKey: connection},
		Summary:  summary,
	}
}

// pruneOptions are for pruning the history: in small parts, given up at the first failure.
func pruneOptions(connection string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 1},
		Priority:            temporal.Priority{PriorityKey: priorityInitial, FairnessKey: connection},
		Summary:             "prune the history",
	}
}

// syncOptions are for a sync as a child of its connection's Integration.
func syncOptions(connection string, ref contract.RunRef) workflow.ChildWorkflowOptions {
	return workflow.ChildWorkflowOptions{
		WorkflowID:            ref.WorkflowID,
		WaitForCancellation:   true,
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		Priority:              priority(connection, ref.Trigger),
		StaticSummary:         "Sync of " + connection + " (" + ref.Trigger + ")",
		TypedSearchAttributes: temporal.NewSearchAttributes(
			contract.AttributeConnection.ValueSet(connection),
			contract.AttributeStatus.ValueSet(contract.RunRunning),
		),
	}
}

func priority(connection, trigger string) temporal.Priority {
	key := priorityPeriodic
	if trigger == contract.TriggerInitial {
		key = priorityInitial
	}
	return temporal.Priority{PriorityKey: key, FairnessKey: connection}
}
