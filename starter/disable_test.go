package main

import (
	"strings"
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestDisableAsksBeforeItRemovesAnything(t *testing.T) {
	t.Parallel()
	kept := map[string]int{"custom_reports": 2, "comments": 1}
	x := demoTrial(t)
	x.temporal.workspace = kept
	status, out, errOut := x.run("disable", "--why", "audit", "--output", "json")
	require.Equal(t, exitCouldNot, status)
	require.JSONEq(t, `{"connection":"demo","state":"active","needs_confirmation":true,"workspace":{"custom_reports":2,"comments":1},"disabled":null}`, out)
	require.Contains(t, errOut, "1 comments, 2 custom reports; the CRM's own records and billing's transactions stay; nothing was done: give --yes")
	require.Len(t, x.temporal.disabled, 1)

	x.attended, x.stdin = true, "no\n"
	status, out, errOut = x.run("disable")
	require.Equal(t, exitCouldNot, status)
	require.Empty(t, out)
	require.Equal(t, "error: nothing was disabled", lastLine(strings.ReplaceAll(errOut, "[y/N] ", "[y/N]\n")))
	require.False(t, x.temporal.disabled[len(x.temporal.disabled)-1].Confirm)

	x.stdin = "y\n"
	status, out, _ = x.run("disable", "--output", "json", "--who", "ann", "--why", "audit")
	require.Equal(t, exitDone, status)
	require.JSONEq(t, `{"connection":"demo","state":"disabling","needs_confirmation":false,"workspace":{"custom_reports":2,"comments":1},"disabled":null}`, out)
	require.Equal(t, contract.DisableRequest{Who: "ann", Why: "audit", Confirm: true}, x.temporal.disabled[len(x.temporal.disabled)-1])

	x.attended = false
	before := len(x.temporal.disabled)
	status, _, _ = x.run("disable", "--yes")
	require.Equal(t, exitDone, status)
	require.True(t, x.temporal.disabled[before].Confirm, "asked once")
}

func TestDisableThatIsWaitedForReportsWhatCameOfIt(t *testing.T) {
	t.Parallel()
	done := contract.Status{State: "disabled", Disabled: &contract.Disabled{Who: "ann", Since: at, DroppedRuns: 1,
		Report: &contract.DisableReport{Settled: 3, Dropped: 2, Unknown: 1, Removed: map[string]int{"comments": 4}, RefusedPushes: 3, OpenPushes: 1}}}
	x := demoTrial(t, contract.Status{State: "disabling"}, done)
	status, out, _ := x.run("disable", "--wait")
	require.Equal(t, exitDone, status)
	for _, line := range []string{"demo is disabled", "1 that ran, had been paused or waited were ended", "3 writes of unknown outcome were settled, 2 had not been sent", "1 writes stay of unknown", "4 comments",
		"3 quotes and invoices that waited in the queue were not pushed", "1 pushes had not ended: look at their workflows, push/demo/..."} {
		require.Contains(t, out, line)
	}
	status, out, _ = x.run("disable", "--wait", "--output", "json")
	require.Equal(t, exitDone, status)
	require.JSONEq(t, `{"connection":"demo","state":"disabled","needs_confirmation":false,"workspace":{},"disabled":{"who":"ann","since":"2026-03-04T05:06:07Z",
		"dropped_runs":1,"report":{"settled":3,"dropped":2,"unknown":1,"removed":{"comments":4},"refused_pushes":3,"open_pushes":1}}}`, out)
}

func TestEnableNamesTheOrganisationAndSaysWhatFetchesTheData(t *testing.T) {
	t.Parallel()
	x := demoTrial(t)
	x.finished("demo", "r1", 1)
	status, out, errOut := x.run("enable", "demo", "--crm-org", "1", "--who", "ann", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, `{"connection":"demo","state":"active","run_id":"r1","workflow_id":"periodic-sync/demo/1"}`, out)
	require.Equal(t, []contract.EnableRequest{{CRMOrg: "1", Who: "ann"}}, x.temporal.enabled)
	status, out, _ = x.run("enable", "--crm-org", "1", "--wait", "--output", "json")
	require.Equal(t, exitDone, status)
	require.JSONEq(t, runJSON, out)
}
