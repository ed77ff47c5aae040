package deletion_test

import (
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

const planJSON = `{"connection":"demo","token":"t0k3n","plan":{"id":"p1","at":"2026-03-04T05:06:07Z","crm_markers":6,"apps":2,
"entities":{"customers":{"linked":40,"born_crm":30,"born_billing":7,"duplicates":3,"with_transactions":11},
"contact_persons":{"linked":0,"born_crm":0,"born_billing":0,"duplicates":0,"with_transactions":0},
"items":{"linked":5,"born_crm":5,"born_billing":0,"duplicates":0,"with_transactions":0}},
"choices":{"convert_all":{"customers":{"converted":30,"deleted":0,"kept":10},"contact_persons":{"converted":0,"deleted":0,"kept":0},"items":{"converted":5,"deleted":0,"kept":0}},
"convert_with_transactions":{"customers":{"converted":11,"deleted":19,"kept":10},"contact_persons":{"converted":0,"deleted":0,"kept":0},"items":{"converted":0,"deleted":5,"kept":0}}}}}`

func TestAPlanIsShownWithWhatEachChoiceWouldDo(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	status, out, errOut := x.Run("delete", "demo", "--plan-only", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, planJSON, out)
	_, out, errOut = x.Run("delete", "--plan-only")
	for _, text := range []string{"plan        p1 of demo", "│ customers       │  40 │              30 │               7 │          3 │                11 │",
		"│ convert_with_transactions │ customers       │                   11 │          19 │                   10 │", "6 records lose", "2 other finance", "token       t0k3n"} {
		require.Contains(t, out, text)
	}
	require.Contains(t, errOut, "starter delete demo --plan p1 --choice convert_all|convert_with_transactions --token TOKEN")
	require.Empty(t, x.Temporal.Deletes)
}

func TestAPlanIsCarriedOutWithItsTokenFromEveryPlace(t *testing.T) {
	t.Parallel()
	want := contract.DeleteRequest{Plan: "p1", Choice: "convert_all", Token: "t0k3n", Who: "ann"}
	for rule, c := range map[string]struct {
		args []string
		give func(x *clitest.Trial)
	}{
		"the argument":    {[]string{"--token", "t0k3n"}, func(*clitest.Trial) {}},
		"the environment": {nil, func(x *clitest.Trial) { x.Env["CAUSEWAY_DELETE_TOKEN"] = "t0k3n" }},
		"standard input":  {[]string{"--token", "-"}, func(x *clitest.Trial) { x.Stdin = "t0k3n\n" }},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.DemoTrial(t)
			c.give(x)
			status, out, errOut := x.Run(append([]string{"delete", "demo", "--plan", "p1", "--choice", "convert_all", "--who", "ann", "--output", "json"}, c.args...)...)
			require.Equal(t, cli.ExitDone, status, errOut)
			require.JSONEq(t, `{"connection":"demo","state":"deleting","plan":"p1","choice":"convert_all","workflow_id":"delete/demo","stopped":null}`, out)
			require.Equal(t, []contract.DeleteRequest{want}, x.Temporal.Deletes)
			require.NotContains(t, errOut, "t0k3n")
		})
	}
	x := clitest.DemoTrial(t)
	status, _, errOut := x.Run("delete", "demo", "--plan", "p1", "--choice", "convert_all")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "the token of plan p1 is missing")
	require.Empty(t, x.Temporal.Deletes)
}

func TestASideIsGivenUpByNameWithANewPlanOrWithResume(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	status, _, errOut := x.Run("delete", "demo", "--plan-only", "--give-up", "crm")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, []string{"crm"}, x.Temporal.GivenUp)
	status, _, errOut = x.Run("delete", "demo", "--resume", "--give-up", "billing", "--give-up", "crm")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, []string{"billing", "crm"}, x.Temporal.GivenUp)
	for says, args := range map[string][]string{
		"--give-up=books: use one of crm, billing": {"--resume", "--give-up", "books"},
		"--give-up goes with a new plan":           {"--plan", "p1", "--choice", "convert_all", "--token", "t", "--give-up", "crm"},
	} {
		status, _, errOut = x.Run(append([]string{"delete", "demo"}, args...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Equal(t, 1, x.Temporal.Plans)
	require.Equal(t, 1, x.Temporal.Resumes)
}

func TestWhoeverSitsAtTheTerminalIsLedThroughADeletion(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]struct {
		typed  string
		status int
		says   string
		sent   int
	}{
		"all the way":      {"2\ndemo\n", cli.ExitDone, "1 Keep every record  2 Keep records with transactions, delete the rest. Choose:", 1},
		"by its name":      {"convert_with_transactions\ndemo\n", cli.ExitDone, "NOT CHECKED (SIDE GIVEN UP)", 1},
		"no choice":        {"\n", cli.ExitCouldNot, "nothing was deleted", 0},
		"the end of input": {"", cli.ExitCouldNot, "nothing was deleted", 0},
		"another choice":   {"all\ndemo\n", cli.ExitCouldNot, "nothing was deleted: \"all\" is no choice: type 1 or 2", 0},
		"another id":       {"1\ndemos\n", cli.ExitCouldNot, "nothing was deleted: that is not the connection's id", 0},
		"a mere yes":       {"convert_all\ny\n", cli.ExitCouldNot, "nothing was deleted: that is not the connection's id", 0},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.DemoTrial(t)
			x.Attended, x.Stdin = true, c.typed
			status, _, errOut := x.Run("delete", "demo")
			require.Equal(t, c.status, status)
			require.Contains(t, errOut, "│ customers       │  40 │", "the plan is seen before anything is asked")
			require.Contains(t, errOut, c.says)
			require.Len(t, x.Temporal.Deletes, c.sent)
			if c.sent > 0 {
				require.Equal(t, contract.DeleteRequest{Plan: "p1", Choice: "convert_with_transactions", Token: "t0k3n"}, x.Temporal.Deletes[0])
			}
		})
	}
	x := clitest.DemoTrial(t)
	status, _, errOut := x.Run("delete", "demo")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "so nobody can choose")
	require.Zero(t, x.Temporal.Plans)
}

func TestADeletionThatStopsIsABadAnswerWithStepAndCode(t *testing.T) {
	t.Parallel()
	stopped := contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all",
		Stopped: &contract.Stopped{Step: "verify", Code: contract.CodeNotAsPlanned, Reason: "customer 7 lives"}}}
	x := clitest.DemoTrial(t, contract.Status{State: "deleting"}, contract.Status{State: "deleting"}, stopped)
	status, out, errOut := x.Run("delete", "demo", "--resume", "--wait", "--output", "json")
	require.Equal(t, cli.ExitBad, status)
	require.JSONEq(t, `{"connection":"demo","state":"deleting","plan":"p1","choice":"convert_all","workflow_id":"delete/demo",
		"stopped":{"step":"verify","code":"NOT_AS_PLANNED","reason":"customer 7 lives"}}`, out)
	require.Contains(t, errOut, "stopped at the step verify: customer 7 lives [NOT_AS_PLANNED]. Correct that, then run `starter delete demo --resume`")
	require.Contains(t, errOut, "starter delete demo --resume")
}

func TestADeletionThatIsWaitedForEndsWhenTheConnectionIsDeleted(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t, contract.Status{State: "deleting"}, contract.Status{State: "deleted", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all"}})
	status, out, _ := x.Run("delete", "demo", "--resume", "--wait")
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "demo is deleted. `starter export-deletion demo` shows what became of each record.")

	forgotten := clitest.New(t) // its workflow has ended, and the store has nothing of it
	forgotten.Temporal.HasWorkflow = true
	status, out, errOut := forgotten.Run("delete", "demo", "--resume", "--wait", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, `"state":"deleted"`)

	lost := clitest.DemoTrial(t) // its workflow is not running, and the store has it still
	status, _, errOut = lost.Run("delete", "demo", "--resume", "--wait")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "not connected")
}
