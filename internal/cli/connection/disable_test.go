package connection_test

import (
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestDisableAsksBeforeItRemovesAnything(t *testing.T) {
	t.Parallel()
	kept := map[string]int{"custom_reports": 2, "comments": 1}
	x := clitest.DemoTrial(t)
	x.Temporal.Workspace = kept
	status, out, errOut := x.Run("disable", "--why", "audit", "--output", "json")
	require.Equal(t, cli.ExitCouldNot, status)
	require.JSONEq(t, `{"connection":"demo","state":"active","needs_confirmation":true,"workspace":{"custom_reports":2,"comments":1},"disabled":null}`, out)
	require.Contains(t, errOut, "1 comments, 2 custom reports. The CRM's own records and billing's transactions stay. Disable demo? Confirm with --yes")
	require.Len(t, x.Temporal.Disabled, 1)

	x.Attended, x.Stdin = true, "no\n"
	status, out, errOut = x.Run("disable")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Equal(t, "error: nothing was disabled", clitest.LastLine(strings.ReplaceAll(errOut, "[y/N] ", "[y/N]\n")))
	require.False(t, x.Temporal.Disabled[len(x.Temporal.Disabled)-1].Confirm)

	x.Stdin = "y\n"
	status, out, _ = x.Run("disable", "--output", "json", "--who", "ann", "--why", "audit")
	require.Equal(t, cli.ExitDone, status)
	require.JSONEq(t, `{"connection":"demo","state":"disabling","needs_confirmation":false,"workspace":{"custom_reports":2,"comments":1},"disabled":null}`, out)
	require.Equal(t, contract.DisableRequest{Who: "ann", Why: "audit", Confirm: true}, x.Temporal.Disabled[len(x.Temporal.Disabled)-1])

	x.Attended = false
	before := len(x.Temporal.Disabled)
	status, _, _ = x.Run("disable", "--yes")
	require.Equal(t, cli.ExitDone, status)
	require.True(t, x.Temporal.Disabled[before].Confirm, "asked once")
}

func TestDisableThatIsWaitedForReportsWhatCameOfIt(t *testing.T) {
	t.Parallel()
	done := contract.Status{State: "disabled", Disabled: &contract.Disabled{Who: "ann", Since: clitest.At, DroppedRuns: 1,
		Report: &contract.DisableReport{Settled: 3, Dropped: 2, Unknown: 1, Removed: map[string]int{"comments": 4}, RefusedPushes: 3, OpenPushes: 1}}}
	x := clitest.DemoTrial(t, contract.Status{State: "disabling"}, done)
	status, out, _ := x.Run("disable", "--wait")
	require.Equal(t, cli.ExitDone, status)
	for _, line := range []string{"demo is disabled", "syncs       1 were ended", "drained     3 writes were settled; 2 that were not sent were dropped.", "unknown     1 writes", "4 comments",
		"3 queued quotes and invoices were not pushed", "1 pushes have not ended: look at the workflows push/demo/..."} {
		require.Contains(t, out, line)
	}
	status, out, _ = x.Run("disable", "--wait", "--output", "json")
	require.Equal(t, cli.ExitDone, status)
	require.JSONEq(t, `{"connection":"demo","state":"disabled","needs_confirmation":false,"workspace":{},"disabled":{"who":"ann","since":"2026-03-04T05:06:07Z",
		"dropped_runs":1,"report":{"settled":3,"dropped":2,"unknown":1,"removed":{"comments":4},"refused_pushes":3,"open_pushes":1}}}`, out)
}

func TestDisableThatRemovesNothingSaysSo(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	x.Temporal.Workspace = map[string]int{}
	status, _, errOut := x.Run("disable")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Equal(t, "error: Nothing is removed. Disable demo? Confirm with --yes\n", errOut)
}

func TestADrainOfNothingSaysThatNothingWasInProgress(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t, contract.Status{State: "disabled", Disabled: &contract.Disabled{Since: clitest.At, Report: &contract.DisableReport{}}})
	_, out, _ := x.Run("status")
	require.Contains(t, out, "drained     Nothing was in progress.\n")
}

func TestEnableNamesTheOrganisationAndSaysWhatFetchesTheData(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	x.Finished("demo", "r1", 1)
	status, out, errOut := x.Run("enable", "demo", "--crm-org", "1", "--who", "ann", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"connection":"demo","state":"active","run_id":"r1","workflow_id":"periodic-sync/demo/1"}`, out)
	require.Equal(t, []contract.EnableRequest{{CRMOrg: "1", Who: "ann"}}, x.Temporal.Enabled)
	status, out, _ = x.Run("enable", "--crm-org", "1", "--wait", "--output", "json")
	require.Equal(t, cli.ExitDone, status)
	require.JSONEq(t, clitest.RunJSON, out)
}
