package devserver

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// logger hands the server's log to slog.
type logger struct {
	to    *slog.Logger
	level slog.Leveler
	// closing silences all but errors that have another cause than the closing: the services' polls and
	// connections fail when they are stopped one after the other, and say so.
	closing *atomic.Bool
}

var (
	_ log.Logger     = logger{}
	_ log.WithLogger = logger{}
)

// Debug and its siblings map one to one.
func (l logger) Debug(msg string, tags ...tag.Tag) { l.log(slog.LevelDebug, msg, tags) }

// Info logs what happens in the normal course.
func (l logger) Info(msg string, tags ...tag.Tag) { l.log(slog.LevelInfo, msg, tags) }

// Warn logs what may need attention.
func (l logger) Warn(msg string, tags ...tag.Tag) { l.log(slog.LevelWarn, msg, tags) }

// Error logs what failed.
func (l logger) Error(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// DPanic panics in the server's own development builds only: here it is an error.
func (l logger) DPanic(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// Panic logs, and panics as the server expects.
func (l logger) Panic(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal ends the process, as the server expects: it does not go on after a fatal message. A panic, unlike
// os.Exit, says where it came from.
func (l logger) Fatal(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic("temporal server: " + msg)
}

// With puts tags before those of every later message.
func (l logger) With(tags ...tag.Tag) log.Logger {
	l.to = slog.New(l.to.Handler().WithAttrs(attrs(tags)))
	return l
}

// pageSizeWarning is what the server warns of each time the Web UI shows a history: the UI's choice of
// page, and nothing that the user of this program could change.
const pageSizeWarning = "GetHistory page size is larger than threshold"

func (l logger) log(level slog.Level, msg string, tags []tag.Tag) {
	ctx := context.Background()
	if l.closing.Load() && (level < slog.LevelError || canceled(tags)) {
		return
	}
	if level < slog.LevelError && strings.HasPrefix(msg, pageSizeWarning) {
		return
	}
	if level < l.level.Level() || !l.to.Enabled(ctx, level) {
		return
	}
	l.to.LogAttrs(ctx, level, msg, attrs(tags)...)
}

// canceled tells whether the message is of a call that was given up. The text is looked at, since a call
// between services loses the error's identity.
func canceled(tags []tag.Tag) bool {
	for _, t := range tags {
		if strings.Contains(fmt.Sprint(t.Value()), context.Canceled.Error()) {
			return true
		}
	}
	return false
}

func attrs(tags []tag.Tag) []slog.Attr {
	out := make([]slog.Attr, 0, len(tags))
	for _, t := range tags {
		value := t.Value()
		if err, ok := value.(error); ok {
			value = fmt.Sprint(err) // handlers that write JSON would show an error as {}
		}
		out = append(out, slog.Any(t.Key(), value))
	}
	return out
}
