package workflows_test

import (
	"path/filepath"
	"testing"

	"causeway/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
)

// TestEveryRecordedHistoryReplays holds the workflows to what earlier builds have begun: a workflow that is
// running when a worker is replaced must go on. How to record: internal/e2e/record_test.go.
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
