package connection_test

import (
	"context"
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
)

func TestPauseAndResumeSayWhereTheConnectionStandsThen(t *testing.T) {
	t.Parallel()
	paused := `{"who":"ann","why":"month end","since":"2026-03-04T05:06:07Z"}`
	for rule, c := range map[string]struct {
		args   []string
		heard  []contract.Status
		status int
		want   string
		says   string
	}{
		"pause": {[]string{"pause", "demo", "--why", "month end", "--who", "ann"}, []contract.Status{{State: "pausing", Paused: clitest.ByAnn}},
			cli.ExitDone, `{"connection":"demo","state":"pausing","paused":` + paused + `,"note":""}`, ""},
		"pause that is waited for": {[]string{"pause", "--wait"}, []contract.Status{{State: "pausing", Paused: clitest.ByAnn}, {State: "pausing"}, {State: "paused", Paused: clitest.ByAnn}},
			cli.ExitDone, `{"connection":"demo","state":"paused","paused":` + paused + `,"note":""}`, ""},
		"pause of what is paused": {[]string{"pause"}, []contract.Status{{State: "paused", Paused: clitest.ByAnn, Note: "pause by bob: it is paused already"}},
			cli.ExitDone, `{"connection":"demo","state":"paused","paused":` + paused + `,"note":"pause by bob: it is paused already"}`, ""},
		"pause of what is disabled": {[]string{"pause"}, []contract.Status{{State: "disabled", Note: "pause by bob: nothing to pause, the connection is disabled"}},
			cli.ExitBad, `{"connection":"demo","state":"disabled","paused":null,"note":"pause by bob: nothing to pause, the connection is disabled"}`, "nothing to pause"},
		"pause that somebody resumed in the same instant": {[]string{"pause"}, []contract.Status{{State: "active"}},
			cli.ExitDone, `{"connection":"demo","state":"active","paused":null,"note":""}`, ""},
		"pause that no worker has heard yet": {[]string{"pause"}, nil, cli.ExitDone, `{"connection":"demo","state":"","paused":null,"note":""}`, "no worker answers yet"},
		"resume":                             {[]string{"resume"}, []contract.Status{{State: "active"}}, cli.ExitDone, `{"connection":"demo","state":"active","paused":null,"note":""}`, ""},
		"resume of what runs": {[]string{"resume"}, []contract.Status{{State: "active", Note: "resume by ann: it is active, not paused"}},
			cli.ExitDone, `{"connection":"demo","state":"active","paused":null,"note":"resume by ann: it is active, not paused"}`, ""},
		"resume of what is disabled": {[]string{"resume"}, []contract.Status{{State: "disabled", Note: "resume by ann: the connection is disabled"}},
			cli.ExitBad, `{"connection":"demo","state":"disabled","paused":null,"note":"resume by ann: the connection is disabled"}`, "the connection is disabled"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.DemoTrial(t, c.heard...)
			status, out, errOut := x.Run(append(c.args, "--output", "json")...)
			require.Equal(t, c.status, status, errOut)
			require.JSONEq(t, c.want, out)
			require.Contains(t, errOut, c.says)
			require.Len(t, x.Temporal.Signals, 1)
		})
	}
	x := clitest.DemoTrial(t, contract.Status{State: "paused", Paused: clitest.ByAnn})
	_, out, _ := x.Run("pause", "--who", "ann", "--why", "month end")
	require.Equal(t, []string{"pause demo ann month end"}, x.Temporal.Signals)
	require.Contains(t, out, "demo is paused by ann since ")
	require.Contains(t, out, ": month end")
}

func TestASignalThatCannotBeSentSaysWhy(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]struct {
		err  error
		says string
	}{
		"too long a reason":   {clitest.RefusedBy(contract.CodeRequest, "pause: why: 500 characters at most"), "error: pause: why: 500 characters at most"},
		"no workflow":         {contract.ErrNotConnected, "not connected"},
		"deleted connection":  {contract.ErrDeleted, "deleted"},
		"Temporal is no more": {serviceerror.NewUnavailable("gone"), "gone"},
	} {
		for _, command := range []string{"pause", "resume"} {
			x := clitest.DemoTrial(t)
			x.Temporal.SignalErr = c.err
			status, out, errOut := x.Run(command)
			require.Equal(t, cli.ExitCouldNot, status, rule)
			require.Empty(t, out)
			require.Contains(t, errOut, c.says)
		}
	}
}

func TestWhatAConnectionRefusesIsSaidInItsOwnWords(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"disable"}, {"enable", "--crm-org", "2"}, {"delete", "--plan-only"}, {"delete", "--resume"},
		{"delete", "--plan", "p1", "--choice", "convert_all", "--token", "x"},
	} {
		x := clitest.DemoTrial(t)
		x.Temporal.Refuses = clitest.RefusedBy(contract.CodeState, "no: demo is active. It is possible when demo is disabled. Disable it first: `starter disable demo`")
		status, out, errOut := x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status, args)
		require.Empty(t, out)
		require.Equal(t, "error: no: demo is active. It is possible when demo is disabled. Disable it first: `starter disable demo`", clitest.LastLine(errOut))
	}
}

func TestAConnectionThatOnlyItsWorkflowKnowsIsSteeredAllTheSame(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	status, _, errOut := x.Run("delete", "demo", "--resume")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `"demo"`)
	require.Zero(t, x.Temporal.Resumes)
	x.Temporal.HasWorkflow = true // its last step has removed it from the store, and stopped
	status, _, errOut = x.Run("delete", "demo", "--resume")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, 1, x.Temporal.Resumes)
}

func TestStatusSaysWhoStoppedAConnectionAndHowItGoesOn(t *testing.T) {
	t.Parallel()
	run := contract.RunRef{RunID: "r7", Number: 7, WorkflowID: "periodic-sync/demo/7", Trigger: "schedule"}
	for rule, c := range map[string]struct {
		status contract.Status
		want   map[string]string
		says   []string
	}{
		"paused": {contract.Status{State: "paused", Paused: clitest.ByAnn, Suspended: &run},
			map[string]string{"paused": `{"who":"ann","why":"month end","since":"2026-03-04T05:06:07Z"}`,
				"suspended": `{"run_id":"r7","number":7,"workflow_id":"periodic-sync/demo/7","trigger":"schedule"}`},
			[]string{"paused      by ann since", "month end", "run r7 (schedule) keeps its place", "starter resume demo"}},
		"stepped aside": {contract.Status{State: "active", Running: &contract.RunRef{RunID: "r8", Trigger: "import", Scoped: true, Ahead: true}, Yielded: &run},
			map[string]string{"yielded": `{"run_id":"r7","number":7,"workflow_id":"periodic-sync/demo/7","trigger":"schedule"}`},
			[]string{"waiting     run r7 (schedule) waits for the run that somebody asked for"}},
		"disabled": {contract.Status{State: "disabled", Disabled: &contract.Disabled{Who: "ann", Since: clitest.At}},
			map[string]string{"disabled": `{"who":"ann","since":"2026-03-04T05:06:07Z"}`}, []string{"disabled    by ann", "starter enable demo --crm-org 1`"}},
		"stopped deletion": {contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all", Since: clitest.At,
			Stopped: &contract.Stopped{Step: "items", Code: "X", Reason: "billing is away"}}},
			map[string]string{"deletion": `{"plan":"p1","choice":"convert_all","since":"2026-03-04T05:06:07Z","stopped":{"step":"items","code":"X","reason":"billing is away"}}`},
			[]string{"plan p1, choice convert_all", "at the step items: billing is away [X]", "starter delete demo --resume"}},
		"deletion under way": {contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all", Since: clitest.At,
			Done: &contract.DeleteCounts{Converted: 3, Gone: 1}, Now: &contract.DeletionNow{Step: "items", DeleteCounts: contract.DeleteCounts{Converted: 2, Unknown: 1}}}},
			map[string]string{"deletion": `{"plan":"p1","choice":"convert_all","since":"2026-03-04T05:06:07Z","done":{"converted":3,"deleted":0,"kept":0,"gone":1},
				"now":{"step":"items","converted":2,"deleted":0,"kept":0,"gone":0,"unknown":1}}`},
			[]string{"step        items", "so far      5 converted, 0 deleted, 0 kept, 1 gone already, 1 not checked (side given up)"}},
		"degraded": {contract.Status{State: "active", Degraded: &contract.Degraded{Reason: "token refused", Since: clitest.At}, Note: "resume by x: it is active"},
			map[string]string{"degraded": `{"reason":"token refused","since":"2026-03-04T05:06:07Z"}`, "note": `"resume by x: it is active"`},
			[]string{"token refused", "starter reauthorize demo --side crm|billing", "note        resume by x"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.DemoTrial(t, c.status)
			_, out, _ := x.Run("status")
			for _, text := range c.says {
				require.Contains(t, out, text)
			}
			_, out, _ = x.Run("status", "--output", "json")
			got := clitest.AnswerOf[map[string]any](t, out)
			require.Equal(t, c.status.State, got["state"])
			for name, want := range c.want {
				require.JSONEq(t, want, clitest.AsJSON(t, got[name]), name)
			}
		})
	}
}

func TestAWaitThatIsBrokenOffEndsWithTwo(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"pause", "--wait"}, {"disable", "--wait"}, {"delete", "--resume", "--wait"}} {
		x := clitest.DemoTrial(t, contract.Status{State: map[string]string{"pause": "pausing", "disable": "disabling", "delete": "deleting"}[args[0]]})
		x.Limit = 50e6
		status, out, errOut := x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, "interrupted: what was started in Temporal continues by itself")
	}
}

func TestAnIdThatNoConnectionCanHaveReachesNothing(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	for _, command := range [][]string{
		{"pause"}, {"resume"}, {"disable"}, {"enable", "--crm-org", "1"}, {"reauthorize", "--side", "crm"}, {"delete", "--plan-only"}, {"delete", "--resume"},
		{"delete", "--plan", "p", "--choice", "convert_all", "--token", "t"},
	} {
		for _, id := range []string{"a/b", "../demo", "a b", " ", strings.Repeat("x", 300), "Demo", "démo", "-demo"} {
			for _, how := range []string{id, "--connection=" + id} {
				if how == "-demo" {
					continue // a flag
				}
				args := append(command[:len(command):len(command)], how)
				status, out, errOut := x.Run(args...)
				require.Equal(t, cli.ExitCouldNot, status, args)
				require.Empty(t, out)
				require.Contains(t, errOut, "use 1 to 40 of the characters a-z, 0-9 and -", args)
				require.Less(t, len(errOut), 250)
			}
		}
	}
	require.Empty(t, x.Temporal.Signals)
	require.Empty(t, x.Temporal.Deletes)
}

func TestBackOffsAreScaledWhereAConnectionIsMade(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	status, _, errOut := x.Run("connect", "demo", "--back-off-percent", "5")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, contract.Tuning{BackOffPercent: 5}, x.Tuning)
}

func TestAPauseWithoutAWhoIsTheMachinesUsers(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	x.User = "ann"
	x.Run("pause")
	x.Run("pause", "--who", "bea")
	require.Equal(t, []string{"pause demo ann ", "pause demo bea "}, x.Temporal.Signals)
}

func TestADeletedViewIsNamedWithTheCommandThatHelps(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t, contract.Status{State: "active", Degraded: &contract.Degraded{Since: clitest.At,
		Reason: "the view was deleted in the CRM [VIEW_DELETED]; choose another view, or all"}})
	_, err := x.Store.Connections.SavePreferences(context.Background(), "demo", record.Preferences{
		Customers: record.CustomerOptions{Mode: record.ModeAccounts, AccountView: &record.View{ID: "1", Name: "Mine"}}}, 0)
	require.NoError(t, err)
	_, out, _ := x.Run("status")
	require.Contains(t, out, "next        It retries, but fails until you run `starter configure demo --accounts-view all`.\n")
}
