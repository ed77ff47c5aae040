package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

func TestACancelledActivityIsToldToWhoeverDebugsAlone(t *testing.T) {
	t.Parallel()
	for _, level := range []slog.Level{slog.LevelWarn, slog.LevelDebug} {
		var out bytes.Buffer
		l := log.With(log.NewStructuredLogger(slog.New(quieter{slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level})})), "Namespace", "default")
		l.Warn("RecordActivityHeartbeat with error", "Error", temporal.NewCanceledError())
		l.Error("Activity error.", "Error", fmt.Errorf("mirror: %w", context.Canceled))
		require.Equal(t, level == slog.LevelDebug, out.Len() > 0, out.String())
		require.NotContains(t, out.String(), "level=WARN")
		require.NotContains(t, out.String(), "level=ERROR")
		l.Error("Activity error.", "Error", errors.New("the disk is full"))
		l.Warn("RecordActivityHeartbeat with error", "Error", errors.New("no connection"))
		l.Warn("Something else", "Error", context.Canceled)
		for _, text := range []string{"level=ERROR", "the disk is full", "no connection", "Something else"} {
			require.Contains(t, out.String(), text)
		}
	}
}
