package runs_test

import (
	"strconv"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"

	"github.com/stretchr/testify/require"
)

func TestHistoryListsRunsNewestFirst(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	_, out, _ := x.Run("history", "--output", "json")
	require.JSONEq(t, `{"runs":[]}`, out)
	x.Finished("demo", "r1", 1)
	x.Finished("demo", "r2", 2)
	second := clitest.With(t, clitest.RunJSON, map[string]string{"run_id": `"r2"`, "workflow_id": `"periodic-sync/demo/2"`})
	_, out, _ = x.Run("history", "demo", "--output", "json")
	require.JSONEq(t, `{"runs":[`+second+`,`+clitest.RunJSON+`]}`, out)
	_, out, _ = x.Run("history", "--limit", "1", "--output", "json")
	require.JSONEq(t, `{"runs":[`+second+`]}`, out)
}

func TestHistoryShowsARunWithItsOperations(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	bad := `{"entity":"customers","direction":"to_billing","action":"fail","outcome":"failed","crm_id":"11","billing_id":"","name":"Bad\u001b[31m",
		"code":"FIELD_INVALID","rule":"","reason":"Email is not an e-mail address"}`
	skipped := `{"entity":"customers","direction":"to_billing","action":"skip","outcome":"skipped","crm_id":"12","billing_id":"99","name":"",
		"code":"","rule":"","reason":"billing has it"}`
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"r1"}, bad + "," + skipped},
		{[]string{"last"}, bad + "," + skipped},
		{[]string{"last", "--connection", "demo", "--outcome", "skipped"}, skipped},
		{[]string{"r1", "--entity", "items"}, ""},
		{[]string{"r1", "--limit", "1"}, bad},
	} {
		status, out, _ := x.Run(append([]string{"history", "show", "--output", "json"}, c.args...)...)
		require.Equal(t, cli.ExitDone, status)
		require.JSONEq(t, clitest.With(t, clitest.RunJSON, map[string]string{"operations": "[" + c.want + "]", "drift": "[]", "web_ui": strconv.Quote(clitest.Ui("periodic-sync/demo/1"))}), out, c.args)
	}
}
