package contract

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// pushTries is how often a push is sent if its workflow is just ending.
const pushTries = 5

// Push performs one action on a transaction, and returns when it is done, queued or refused. A refused or failed action is
// a result, not an error. A repeated call with the same key returns the first answer and does nothing twice. The context's
// deadline only bounds the wait: the push continues.
func (c *Client) Push(ctx context.Context, in PushInput, req PushRequest) (PushResult, error) {
	var out PushResult
	if err := in.Check(); err != nil {
		return out, Failure{Type: ErrorInvalid, Code: CodeRequest, Reason: err.Error()}.Error()
	}
	if err := req.Check(in.Type); err != nil {
		return out, Failure{Type: ErrorInvalid, Code: CodeRequest, Reason: err.Error()}.Error()
	}
	in.Tuning = c.tuning
	for try := 1; ; try++ {
		handle, err := c.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: c.temporal.NewWithStartWorkflowOperation(pushOptions(in), TransactionPushWorkflow, in),
			UpdateOptions: client.UpdateWorkflowOptions{
				// An id of its own for each call: Temporal would answer one that it has seen with what was said then,
				// "queued" say. Which request is repeated is for the store to tell, by its key.
				UpdateID: uuid.NewString(), UpdateName: PushUpdate, Args: []any{req},
				WaitForStage: client.WorkflowUpdateStageCompleted,
			},
		})
		if err == nil {
			err = handle.Get(ctx, &out)
		}
		if err == nil {
			return out, nil
		}
		if !wasEnding(err) || try == pushTries {
			return out, fmt.Errorf("push %s %s of connection %q: %w", in.Type, in.Transaction, in.Connection, err)
		}
	}
}

func pushOptions(in PushInput) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       PushID(in.Connection, in.Type, in.Transaction),
		TaskQueue:                TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		Priority:                 temporal.Priority{PriorityKey: PushPriority, FairnessKey: in.Connection},
		StaticSummary:            "Push of " + in.Type + " " + in.Transaction,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttributeConnection.ValueSet(in.Connection),
			AttributeStatus.ValueSet(RunRunning),
		),
	}
}

// PushPriority is the priority of a push's tasks. They come before those of any sync.
const PushPriority = 1

// wasEnding reports whether an update reached a workflow that was just ending. Nothing was done, and a new execution
// accepts it.
func wasEnding(err error) bool {
	var notFound *serviceerror.NotFound
	var aborted *serviceerror.Aborted
	var app *temporal.ApplicationError
	return errors.As(err, &notFound) || errors.As(err, &aborted) || (errors.As(err, &app) && app.Type() == "AcceptedUpdateCompletedWorkflow")
}
