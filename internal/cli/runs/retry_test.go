package runs_test

import (
	"context"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestARetryThatHasNothingToTryStartsNothingAndSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	_, err := x.Store.Runs.Start(context.Background(), record.Run{ID: "r2", Connection: "demo", Number: 2, Trigger: record.TriggerManual,
		WorkflowID: "periodic-sync/demo/2", Preferences: 1, Status: record.RunRunning, StartedAt: clitest.At})
	require.NoError(t, err)
	for says, args := range map[string][]string{
		"run r2 has no failed record: nothing was started":     {"last"},
		"its records failed with FIELD_INVALID (1)":            {"r1", "--code", "OTHER"},
		"record 12 is not among the 1 failed records of run r": {"r1", "--record", "12"},
	} {
		status, _, errOut := x.Run(append([]string{"retry"}, args...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Empty(t, x.Temporal.Retried)
	status, _, errOut := x.Run("retry", "r1", "--code", "FIELD_INVALID", "--record", "11")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, contract.RetryRequest{Run: "r1", Code: "FIELD_INVALID", Records: []string{"11"}}, x.Temporal.Retried)
}
