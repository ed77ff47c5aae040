package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"go.temporal.io/sdk/temporal"
)

// quieter is the log of a Temporal client. It logs cancelled activities at level debug, since every pause cancels
// one. The SDK logs the heartbeat that reports the cancellation as a warning, and the activity's end as an error.
type quieter struct{ slog.Handler }

// Handle logs records about a cancellation at level debug.
func (q quieter) Handle(ctx context.Context, r slog.Record) error {
	if r.Level > slog.LevelDebug && tellsOfCancel(r) {
		if r.Level = slog.LevelDebug; !q.Enabled(ctx, r.Level) {
			return nil
		}
	}
	return q.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (q quieter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quieter{q.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (q quieter) WithGroup(name string) slog.Handler { return quieter{q.Handler.WithGroup(name)} }

func tellsOfCancel(r slog.Record) bool {
	if !strings.HasPrefix(r.Message, "RecordActivityHeartbeat") && !strings.HasPrefix(r.Message, "Activity error") {
		return false
	}
	canceled := false
	r.Attrs(func(a slog.Attr) bool {
		err, ok := a.Value.Any().(error)
		canceled = canceled || ok && (errors.Is(err, context.Canceled) || temporal.IsCanceledError(err))
		return !canceled
	})
	return canceled
}
