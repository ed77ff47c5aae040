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

// pushTries is how often a push is sent whose workflow was just ending.
const pushTries = 5

// Push carries one action on a transaction out, and answers when it is done, or queued, or refused: what was refused
// or has failed is a result, not an error. Sent again with the same key, after an error say, it gives the first
// answer and does nothing twice. The context's deadline bounds the wait and nothing else: the push goes on.
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

// PushPriority is the priority of a push's tasks: before those of any sync.
const PushPriority = 1

// wasEnding says that an update came to a workflow in its last moment: nothing of it was done, and a new execution
// takes it.
func wasEnding(err error) bool {
	var notFound *serviceerror.NotFound
	var aborted *serviceerror.Aborted
	var app *temporal.ApplicationError
	return errors.As(err, &notFound) || errors.As(err, &aborted) || (errors.As(err, &app) && app.Type() == "AcceptedUpdateCompletedWorkflow")
}
