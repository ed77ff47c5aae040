package administration_test

import (
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"

	"github.com/stretchr/testify/require"
)

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	status, out, errOut := x.Run("tokens", "create", "shop", "--connection", "demo", "--user", clitest.Seller)
	require.Equal(t, cli.ExitDone, status, errOut)
	token := strings.TrimSpace(out)
	require.True(t, strings.HasPrefix(token, "cw_"))
	_, out, _ = x.Run("tokens")
	require.Contains(t, out, "shop")
	require.NotContains(t, out, token)
	status, _, _ = x.Run("tokens", "revoke", "shop")
	require.Equal(t, cli.ExitDone, status)
	status, _, errOut = x.Run("tokens", "revoke", "shop")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "no token has this id or name")
	status, _, errOut = x.Run("tokens", "create", "shop", "--connection", "nowhere")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "nowhere")
}
