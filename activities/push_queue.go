package activities

import (
	"context"
	"errors"

	"causeway/internal/record"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
)

// queueChunk is how many queued pushes one activity tells.
const queueChunk = 200

// ReleasePushes lets queued pushes go on, in the order of their sequence: each is open in the store before its workflow
// is told. It is idempotent: one that is told twice goes on once.
func (s *Pushes) ReleasePushes(ctx context.Context, in contract.QueueInput) (contract.QueueResult, error) {
	ctx, p := s.begin(ctx, "")
	defer p.close()
	rows, err := s.Store.Pushes.Release(ctx, in.Connection, queueChunk)
	if err == nil {
		err = s.tell(ctx, in.Connection, rows, contract.ReleaseSignal, "")
	}
	return contract.QueueResult{Pushes: len(rows), More: len(rows) == queueChunk}, ended(ctx, "release queued pushes", err)
}

// RefusePushes ends queued pushes of a connection that is being disabled, and counts those that were admitted and have
// no end yet. It is idempotent.
func (s *Pushes) RefusePushes(ctx context.Context, in contract.QueueInput) (contract.QueueResult, error) {
	ctx, p := s.begin(ctx, "")
	defer p.close()
	out, err := s.refusePushes(ctx, in)
	return out, ended(ctx, "refuse queued pushes", err)
}

func (s *Pushes) refusePushes(ctx context.Context, in contract.QueueInput) (contract.QueueResult, error) {
	var out contract.QueueResult
	rows, err := s.Store.Pushes.Refuse(ctx, in.Connection, queueChunk)
	if err != nil {
		return out, err
	}
	conn, err := s.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if err := s.tell(ctx, in.Connection, rows, contract.RefuseSignal, string(conn.State)); err != nil {
		return out, err
	}
	out.Pushes, out.More = len(rows), len(rows) == queueChunk
	out.Open, err = s.Store.Pushes.CountOpen(ctx, in.Connection)
	return out, err
}

// tell signals the workflows of pushes. One whose workflow is gone, since somebody terminated it, has nobody to tell:
// who asks again with its key has it carried out.
func (s *Pushes) tell(ctx context.Context, connection string, rows []pushes.Push, signal, state string) error {
	temporal := activity.GetClient(ctx)
	seqs := make([]int64, 0, len(rows))
	for _, row := range rows {
		err := temporal.SignalWorkflow(ctx, row.WorkflowID, "", signal, contract.QueueSignal{Sequence: row.Sequence, State: state})
		var notFound *serviceerror.NotFound
		if errors.As(err, &notFound) {
			s.Log.Warn("a queued push has no workflow", "connection", connection, "sequence", row.Sequence)
		} else if err != nil {
			return &record.Error{Kind: record.Unavailable, Op: "signal " + row.WorkflowID, Code: "TEMPORAL", Message: "Temporal did not take a signal", Err: err}
		}
		seqs = append(seqs, row.Sequence)
	}
	return s.Store.Pushes.MarkTold(ctx, connection, seqs)
}
