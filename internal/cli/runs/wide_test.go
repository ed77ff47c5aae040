package runs_test

import (
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"
)

func TestTablesFitTheTerminalUnlessWide(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "0199a5b0-7c1f-7000-8000-000000000001", 1)
	x.Finished("demo", "0199a5b0-7c1f-7000-8000-000000000002", 2)
	x.Width = 100
	status, out, errOut := x.Run("history")
	require.Equal(t, cli.ExitDone, status)
	require.LessOrEqual(t, text.LongestLineLen(out), 100, out)
	require.Contains(t, errOut, "--wide")
	_, out, errOut = x.Run("history", "--wide")
	require.Contains(t, out, "0199a5b0-7c1f-7000-8000-000000000001")
	require.Empty(t, errOut)
	x.Width = 0
	_, out, _ = x.Run("history")
	require.Contains(t, out, "0199a5b0-7c1f-7000-8000-000000000001", "an output that is no terminal is not cut")
}
