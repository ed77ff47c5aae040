package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"go.temporal.io/sdk/temporal"
)

// quieter is the log of a Temporal client: that an activity was cancelled, as each pause does, is what was asked for,
// where the SDK warns of the heartbeat that brings it, and calls the activity's end an error.
type quieter struct{ slog.Handler }

// Handle logs what tells of a cancel alone for whoever debugs.
func (q quieter) Handle(ctx context.Context, r slog.Record) error {
	if r.Level > slog.LevelDebug && tellsOfCancel(r) {
		if r.Level = slog.LevelDebug; !q.Enabled(ctx, r.Level) {
			return nil
		}
	}
	return q.Handler.Handle(ctx, r)
}

// WithAttrs and WithGroup stay as quiet.
func (q quieter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quieter{q.Handler.WithAttrs(attrs)}
}

// WithGroup is of slog.Handler.
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
