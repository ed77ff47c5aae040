package runs_test

import (
	"errors"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestARunThatWasPausedIsABadAnswerToWhoeverWaitsForIt(t *testing.T) {
	t.Parallel()
	err := runs.Judge(report.Run{RunID: "r1", Connection: "demo", Status: contract.RunPaused})
	require.True(t, errors.As(err, &session.BadAnswer{}))
	require.ErrorContains(t, err, "starter resume demo")
}

func TestSyncSaysWhatItStarted(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	ref := contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1", Trigger: "schedule"}
	x.Temporal.Accepted = contract.SyncAccepted{RunRef: ref, Joined: true}
	status, out, errOut := x.Run("sync", "--output", "json")
	require.Equal(t, cli.ExitDone, status)
	require.JSONEq(t, `{"run_id":"r1","workflow_id":"periodic-sync/demo/1","joined":true,"queued":false}`, out)
	require.Contains(t, errOut, "Joined run r1")
}

func TestSyncWaitsForTheRunAndPrintsIt(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"sync"}, {"retry", "r1"}} {
		x := clitest.New(t)
		x.Connection("demo")
		x.Finished("demo", "r1", 1)
		x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}
		status, out, _ := x.Run(append(command, "--wait", "--output", "json")...)
		require.Equal(t, cli.ExitDone, status, "a parked record does not make a run bad")
		require.JSONEq(t, clitest.RunJSON, out)
	}
}

func TestAWorkflowThatHasNotBeenStartedYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.NotYet = 3
	x.Temporal.Accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r2"}, Queued: true}
	x.Temporal.WaitErr = &contract.RunError{Run: contract.RunRef{RunID: "r2"}, Failure: contract.Failure{Code: "X", Reason: "no"}}
	status, out, errOut := x.Run("sync", "--wait", "--output", "json")
	require.Equal(t, cli.ExitBad, status)
	require.Zero(t, x.Temporal.NotYet)
	require.Contains(t, out, `"run_id":"r2"`)
	require.Contains(t, errOut, "starts when the running one has ended")
}

func TestAnInterruptedWaitEndsWithTwoAndSaysThatTheRunGoesOn(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.Hangs, x.Limit = true, 100*time.Millisecond
	x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r1"}
	status, out, errOut := x.Run("sync", "--wait")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "interrupted: what was started in Temporal continues by itself")
	require.NotContains(t, errOut, "rpc")
}

func TestARunThatFailedEndsWithOneAndIsPrinted(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r1"}
	x.Temporal.WaitErr = &contract.RunError{Run: contract.RunRef{RunID: "r1"},
		Failure: contract.Failure{Type: "Unauthorized", Code: "INVALID_TOKEN", Reason: "token refused"}}
	status, out, errOut := x.Run("retry", "last", "--wait", "--output", "json")
	require.Equal(t, cli.ExitBad, status)
	require.JSONEq(t, clitest.With(t, clitest.RunJSON, map[string]string{"status": `"failed"`,
		"failure": `{"type":"Unauthorized","code":"INVALID_TOKEN","reason":"token refused"}`}), out)
	require.Contains(t, errOut, "run r1 failed: token refused [INVALID_TOKEN]")
	require.Equal(t, "r1", x.Temporal.Retried.Run)
}
