package workflows_test

import (
	"path/filepath"
	"testing"

	"causeway/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
)

// TestEveryRecordedHistoryReplays checks that workflows continue that an earlier build began: a workflow that is
// running when a worker is replaced must go on. worker/dev/record_test.go tells how to record histories.
func TestEveryRecordedHistoryReplays(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/histories/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: workflows.Interceptors(nil)})
			require.NoError(t, err)
			workflows.Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
		})
	}
}
