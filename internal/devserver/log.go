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

// logger passes the server's log on to slog.
type logger struct {
	to    *slog.Logger
	level slog.Leveler
	// closing suppresses all messages but errors with another cause than the closing. The server's services are
	// stopped one after the other, so their polls and connections fail and are logged.
	closing *atomic.Bool
}

var (
	_ log.Logger     = logger{}
	_ log.WithLogger = logger{}
)

// Debug and the methods below map one to one.
func (l logger) Debug(msg string, tags ...tag.Tag) { l.log(slog.LevelDebug, msg, tags) }

// Info logs the normal course.
func (l logger) Info(msg string, tags ...tag.Tag) { l.log(slog.LevelInfo, msg, tags) }

// Warn logs what may need attention.
func (l logger) Warn(msg string, tags ...tag.Tag) { l.log(slog.LevelWarn, msg, tags) }

// Error logs what failed.
func (l logger) Error(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// DPanic panics only in the server's own development builds. Here it logs an error.
func (l logger) DPanic(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// Panic logs, then panics as the server expects.
func (l logger) Panic(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal ends the process, since the server does not continue after a fatal message. It panics rather than calling
// os.Exit, so that the stack is shown.
func (l logger) Fatal(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic("temporal server: " + msg)
}

// With adds tags to every later message.
func (l logger) With(tags ...tag.Tag) log.Logger {
	l.to = slog.New(l.to.Handler().WithAttrs(attrs(tags)))
	return l
}

// pageSizeWarning is a warning that the server logs each time the Web UI shows a history. The Web UI chose the page
// size, and users of this program cannot change it.
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

// canceled reports whether the message is about a cancelled call. It compares texts, since an error loses its
// identity in a call between services.
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
			value = fmt.Sprint(err) // JSON handlers would write an error as {}
		}
		out = append(out, slog.Any(t.Key(), value))
	}
	return out
}
