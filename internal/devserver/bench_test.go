package devserver_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"causeway/internal/devserver"
)

// BenchmarkStart measures a start on a new data directory, with the Web UI.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := devserver.Start(b.Context(), devserver.Options{DataDir: b.TempDir(), SearchAttributes: attributes})
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, s.Close(context.Background()))
		b.StartTimer()
	}
}

// BenchmarkChain measures 500 trivial activities, one after the other.
func BenchmarkChain(b *testing.B) {
	s := start(b, devserver.Options{DataDir: b.TempDir(), DisableUI: true})
	c := dial(b, s)
	work(b, c)
	for b.Loop() {
		run, err := c.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{TaskQueue: taskQueue}, chain, 500)
		require.NoError(b, err)
		require.NoError(b, run.Get(b.Context(), nil))
	}
}

// BenchmarkUpdateWithStart reports median and 99th percentile of an update-with-start that runs one activity.
func BenchmarkUpdateWithStart(b *testing.B) {
	s := start(b, devserver.Options{DataDir: b.TempDir(), DisableUI: true})
	c := dial(b, s)
	work(b, c)
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		_, err := updateWithStart(b.Context(), c, fmt.Sprintf("update/%d/%d", b.N, len(took)))
		require.NoError(b, err)
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
