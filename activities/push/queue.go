package push

import (
	"context"
	"errors"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
)

// queueChunk is how many queued pushes one activity signals.
const queueChunk = 200

// Release lets queued pushes continue, in the order of their sequence: each is open in the store before its workflow is
// told. It is idempotent: a push that is told twice continues once.
func Release(ctx context.Context, try *attempt.Attempt, in steps.QueueInput) (steps.QueueResult, error) {
	rows, err := try.Store.Pushes.Release(ctx, in.Connection, queueChunk)
	if err == nil {
		err = signal(ctx, try, in.Connection, rows, steps.ReleaseSignal, "")
	}
	return steps.QueueResult{Pushes: len(rows), More: len(rows) == queueChunk}, err
}

// Refuse ends queued pushes of a connection that is being disabled, and counts those that were admitted and have not
// ended. It is idempotent.
func Refuse(ctx context.Context, try *attempt.Attempt, in steps.QueueInput) (steps.QueueResult, error) {
	var out steps.QueueResult
	rows, err := try.Store.Pushes.Refuse(ctx, in.Connection, queueChunk)
	if err != nil {
		return out, err
	}
	conn, err := try.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if err := signal(ctx, try, in.Connection, rows, steps.RefuseSignal, string(conn.State)); err != nil {
		return out, err
	}
	out.Pushes, out.More = len(rows), len(rows) == queueChunk
	out.Open, err = try.Store.Pushes.CountOpen(ctx, in.Connection)
	return out, err
}

// signal signals the workflows of pushes. If somebody has terminated a workflow there is nothing to signal: a new
// request with its key carries the push out.
func signal(ctx context.Context, try *attempt.Attempt, connection string, rows []pushes.Push, signal, state string) error {
	temporal := activity.GetClient(ctx)
	seqs := make([]int64, 0, len(rows))
	for _, row := range rows {
		err := temporal.SignalWorkflow(ctx, row.WorkflowID, "", signal, steps.QueueSignal{Sequence: row.Sequence, State: state})
		var notFound *serviceerror.NotFound
		if errors.As(err, &notFound) {
			try.Log.Warn("a queued push has no workflow", "connection", connection, "sequence", row.Sequence)
		} else if err != nil {
			return &record.Error{Kind: record.Unavailable, Op: "signal " + row.WorkflowID, Code: "TEMPORAL", Message: "Temporal did not take a signal", Err: err}
		}
		seqs = append(seqs, row.Sequence)
	}
	return try.Store.Pushes.MarkTold(ctx, connection, seqs)
}
