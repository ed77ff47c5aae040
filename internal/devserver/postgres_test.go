package devserver_test

import (
	"testing"

	"causeway/internal/devserver"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

func TestAServerOnPostgreSQLKeepsItsWorkflowsOverARestart(t *testing.T) {
	t.Parallel()
	options := devserver.Options{DataDir: t.TempDir(), DisableUI: true, SearchAttributes: attributes, Postgres: pgtest.New(t)}
	first, err := devserver.Start(t.Context(), options)
	require.NoError(t, err)
	c, err := client.DialContext(t.Context(), client.Options{HostPort: first.Address()})
	require.NoError(t, err)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "kept", TaskQueue: taskQueue}, "Nobody")
	require.NoError(t, err)
	c.Close()
	require.NoError(t, first.Close(t.Context()))

	second := start(t, options)
	c, err = client.DialContext(t.Context(), client.Options{HostPort: second.Address()})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	found, err := c.DescribeWorkflowExecution(t.Context(), "kept", "")
	require.NoError(t, err)
	require.Equal(t, run.GetRunID(), found.GetWorkflowExecutionInfo().GetExecution().GetRunId())
}

func TestADatabaseThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"mysql://h/d", "postgres:///d", "postgres://u@h:1/", `postgres://u@h:1/a"b`} {
		_, err := devserver.Start(t.Context(), devserver.Options{DataDir: t.TempDir(), DisableUI: true, Postgres: database})
		require.ErrorContains(t, err, "the Temporal server's database", database)
	}
}
