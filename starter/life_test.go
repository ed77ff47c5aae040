package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
)

// fakeLife answers what stops a connection, takes it up again and ends it, as the test says.
type fakeLife struct {
	signals   []string
	signalErr error
	statuses  []contract.Status // what Status says in turn, before anything else; the last one stays

	disabled  []contract.DisableRequest
	workspace map[string]int // what disabling asks to confirm; nil asks nothing
	enabled   []contract.EnableRequest
	told      []contract.ReauthorizeRequest
	plans     int
	deletes   []contract.DeleteRequest
	resumes   int
	givenUp   []string
	onTold    func() // when the connection is told of a credential
	refuses   error  // what every update is answered with
}

func (f *fakeLife) next() (contract.Status, bool) {
	if len(f.statuses) == 0 {
		return contract.Status{}, false
	}
	s := f.statuses[0]
	if len(f.statuses) > 1 {
		f.statuses = f.statuses[1:]
	}
	return s, true
}

func (f *fakeLife) Pause(_ context.Context, connection string, req contract.ControlRequest) error {
	f.signals = append(f.signals, "pause "+connection+" "+req.Who+" "+req.Why)
	return f.signalErr
}

func (f *fakeLife) Resume(_ context.Context, connection string, req contract.ControlRequest) error {
	f.signals = append(f.signals, "resume "+connection+" "+req.Who+" "+req.Why)
	return f.signalErr
}

func (f *fakeLife) Disable(_ context.Context, _ string, req contract.DisableRequest) (contract.DisableAnswer, error) {
	f.disabled = append(f.disabled, req)
	if f.workspace != nil && !req.Confirm && f.refuses == nil {
		return contract.DisableAnswer{State: contract.StateActive, NeedsConfirmation: true, Workspace: f.workspace}, nil
	}
	return contract.DisableAnswer{State: contract.StateDisabling, Workspace: f.workspace}, f.refuses
}

func (f *fakeLife) Enable(_ context.Context, _ string, req contract.EnableRequest) (contract.EnableAnswer, error) {
	f.enabled = append(f.enabled, req)
	return contract.EnableAnswer{State: contract.StateActive, RunRef: contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}}, f.refuses
}

func (f *fakeLife) Reauthorize(_ context.Context, _ string, req contract.ReauthorizeRequest) (contract.ReauthorizeAnswer, error) {
	f.told = append(f.told, req)
	if f.onTold != nil {
		f.onTold()
	}
	return contract.ReauthorizeAnswer{State: contract.StateActive, Resumed: true}, f.refuses
}

func (f *fakeLife) PlanDelete(_ context.Context, _ string, req contract.PlanDeleteRequest) (contract.PlanDeletionResult, error) {
	f.plans++
	f.givenUp = req.GiveUp
	return contract.PlanDeletionResult{Done: true, Plan: plan(), Token: "t0k3n"}, f.refuses
}

func (f *fakeLife) Delete(_ context.Context, connection string, req contract.DeleteRequest) (contract.DeleteAnswer, error) {
	f.deletes = append(f.deletes, req)
	return contract.DeleteAnswer{State: contract.StateDeleting, Plan: req.Plan, WorkflowID: contract.DeleteID(connection)}, f.refuses
}

func (f *fakeLife) ResumeDelete(_ context.Context, connection string, req contract.ResumeDeleteRequest) (contract.DeleteAnswer, error) {
	f.resumes++
	f.givenUp = req.GiveUp
	return contract.DeleteAnswer{State: contract.StateDeleting, Plan: "p1", WorkflowID: contract.DeleteID(connection)}, f.refuses
}

// refusedBy is an answer of the connection itself, as Temporal hands it over.
func refusedBy(code, reason string) error {
	return contract.Failure{Type: contract.ErrorConflict, Code: code, Reason: reason}.Error()
}

func demoTrial(t *testing.T, statuses ...contract.Status) *trial {
	t.Helper()
	x := newTrial(t)
	x.connection("demo")
	for i := range statuses {
		statuses[i].Connection = "demo"
	}
	x.temporal.statuses = statuses
	return x
}

var byAnn = &contract.Paused{Who: "ann", Why: "month end", Since: at}

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
		"pause": {[]string{"pause", "demo", "--why", "month end", "--who", "ann"}, []contract.Status{{State: "pausing", Paused: byAnn}},
			exitDone, `{"connection":"demo","state":"pausing","paused":` + paused + `,"note":""}`, ""},
		"pause that is waited for": {[]string{"pause", "--wait"}, []contract.Status{{State: "pausing", Paused: byAnn}, {State: "pausing"}, {State: "paused", Paused: byAnn}},
			exitDone, `{"connection":"demo","state":"paused","paused":` + paused + `,"note":""}`, ""},
		"pause of what is paused": {[]string{"pause"}, []contract.Status{{State: "paused", Paused: byAnn, Note: "pause by bob: it is paused already"}},
			exitDone, `{"connection":"demo","state":"paused","paused":` + paused + `,"note":"pause by bob: it is paused already"}`, ""},
		"pause of what is disabled": {[]string{"pause"}, []contract.Status{{State: "disabled", Note: "pause by bob: nothing to pause, the connection is disabled"}},
			exitBad, `{"connection":"demo","state":"disabled","paused":null,"note":"pause by bob: nothing to pause, the connection is disabled"}`, "nothing to pause"},
		"pause that somebody resumed in the same instant": {[]string{"pause"}, []contract.Status{{State: "active"}},
			exitDone, `{"connection":"demo","state":"active","paused":null,"note":""}`, ""},
		"pause that no worker has heard yet": {[]string{"pause"}, nil, exitDone, `{"connection":"demo","state":"","paused":null,"note":""}`, "no worker answers yet"},
		"resume":                             {[]string{"resume"}, []contract.Status{{State: "active"}}, exitDone, `{"connection":"demo","state":"active","paused":null,"note":""}`, ""},
		"resume of what runs": {[]string{"resume"}, []contract.Status{{State: "active", Note: "resume by ann: it is active, not paused"}},
			exitDone, `{"connection":"demo","state":"active","paused":null,"note":"resume by ann: it is active, not paused"}`, ""},
		"resume of what is disabled": {[]string{"resume"}, []contract.Status{{State: "disabled", Note: "resume by ann: the connection is disabled"}},
			exitBad, `{"connection":"demo","state":"disabled","paused":null,"note":"resume by ann: the connection is disabled"}`, "the connection is disabled"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := demoTrial(t, c.heard...)
			status, out, errOut := x.run(append(c.args, "--output", "json")...)
			require.Equal(t, c.status, status, errOut)
			require.JSONEq(t, c.want, out)
			require.Contains(t, errOut, c.says)
			require.Len(t, x.temporal.signals, 1)
		})
	}
	x := demoTrial(t, contract.Status{State: "paused", Paused: byAnn})
	_, out, _ := x.run("pause", "--who", "ann", "--why", "month end")
	require.Equal(t, []string{"pause demo ann month end"}, x.temporal.signals)
	require.Contains(t, out, "demo is paused by ann since ")
	require.Contains(t, out, ": month end")
}

func TestASignalThatCannotBeSentSaysWhy(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]struct {
		err  error
		says string
	}{
		"too long a reason":   {refusedBy(contract.CodeRequest, "pause: why: 500 characters at most"), "error: pause: why: 500 characters at most"},
		"no workflow":         {contract.ErrNotConnected, "not connected"},
		"deleted connection":  {contract.ErrDeleted, "deleted"},
		"Temporal is no more": {serviceerror.NewUnavailable("gone"), "gone"},
	} {
		for _, command := range []string{"pause", "resume"} {
			x := demoTrial(t)
			x.temporal.signalErr = c.err
			status, out, errOut := x.run(command)
			require.Equal(t, exitCouldNot, status, rule)
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
		x := demoTrial(t)
		x.temporal.refuses = refusedBy(contract.CodeState, "no: the connection is active; it is taken when it is disabled: disable it first")
		status, out, errOut := x.run(args...)
		require.Equal(t, exitCouldNot, status, args)
		require.Empty(t, out)
		require.Equal(t, "error: no: the connection is active; it is taken when it is disabled: disable it first", lastLine(errOut))
	}
}

func TestAConnectionThatOnlyItsWorkflowKnowsIsSteeredAllTheSame(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	status, _, errOut := x.run("delete", "demo", "--resume")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, `"demo"`)
	require.Zero(t, x.temporal.resumes)
	x.temporal.running = true // its last step has removed it from the store, and stopped
	status, _, errOut = x.run("delete", "demo", "--resume")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, 1, x.temporal.resumes)
}

func TestStatusSaysWhoStoppedAConnectionAndHowItGoesOn(t *testing.T) {
	t.Parallel()
	run := contract.RunRef{RunID: "r7", Number: 7, WorkflowID: "periodic-sync/demo/7", Trigger: "schedule"}
	for rule, c := range map[string]struct {
		status contract.Status
		want   map[string]string
		says   []string
	}{
		"paused": {contract.Status{State: "paused", Paused: byAnn, Suspended: &run},
			map[string]string{"paused": `{"who":"ann","why":"month end","since":"2026-03-04T05:06:07Z"}`,
				"suspended": `{"run_id":"r7","number":7,"workflow_id":"periodic-sync/demo/7","trigger":"schedule"}`},
			[]string{"paused      by ann since", "month end", "run r7 (schedule) stands where it was", "starter resume demo"}},
		"stepped aside": {contract.Status{State: "active", Running: &contract.RunRef{RunID: "r8", Trigger: "import", Scoped: true, Ahead: true}, Yielded: &run},
			map[string]string{"yielded": `{"run_id":"r7","number":7,"workflow_id":"periodic-sync/demo/7","trigger":"schedule"}`},
			[]string{"aside       run r7 (schedule) has stepped aside"}},
		"disabled": {contract.Status{State: "disabled", Disabled: &contract.Disabled{Who: "ann", Since: at}},
			map[string]string{"disabled": `{"who":"ann","since":"2026-03-04T05:06:07Z"}`}, []string{"disabled    by ann", "starter enable demo --crm-org 1`"}},
		"stopped deletion": {contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all", Since: at,
			Stopped: &contract.Stopped{Step: "items", Code: "X", Reason: "billing is away"}}},
			map[string]string{"deletion": `{"plan":"p1","choice":"convert_all","since":"2026-03-04T05:06:07Z","stopped":{"step":"items","code":"X","reason":"billing is away"}}`},
			[]string{"plan p1, choice convert_all", "at the step items: billing is away [X]", "starter delete demo --resume"}},
		"deletion under way": {contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all", Since: at,
			Done: &contract.DeleteCounts{Converted: 3, Gone: 1}, Now: &contract.DeletionNow{Step: "items", DeleteCounts: contract.DeleteCounts{Converted: 2, Unknown: 1}}}},
			map[string]string{"deletion": `{"plan":"p1","choice":"convert_all","since":"2026-03-04T05:06:07Z","done":{"converted":3,"deleted":0,"kept":0,"gone":1},
				"now":{"step":"items","converted":2,"deleted":0,"kept":0,"gone":0,"unknown":1}}`},
			[]string{"step        items", "so far      5 converted, 0 deleted, 0 kept, 1 gone already, 1 not looked at"}},
		"degraded": {contract.Status{State: "active", Degraded: &contract.Degraded{Reason: "token refused", Since: at}, Note: "resume by x: it is active"},
			map[string]string{"degraded": `{"reason":"token refused","since":"2026-03-04T05:06:07Z"}`, "note": `"resume by x: it is active"`},
			[]string{"token refused", "starter reauthorize demo --side crm|billing", "note        resume by x"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := demoTrial(t, c.status)
			_, out, _ := x.run("status")
			for _, text := range c.says {
				require.Contains(t, out, text)
			}
			_, out, _ = x.run("status", "--output", "json")
			got := answerOf[map[string]any](t, out)
			require.Equal(t, c.status.State, got["state"])
			for name, want := range c.want {
				require.JSONEq(t, want, asJSON(t, got[name]), name)
			}
		})
	}
}

func TestAWaitThatIsBrokenOffEndsWithTwo(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"pause", "--wait"}, {"disable", "--wait"}, {"delete", "--resume", "--wait"}} {
		x := demoTrial(t, contract.Status{State: map[string]string{"pause": "pausing", "disable": "disabling", "delete": "deleting"}[args[0]]})
		x.limit = 50e6
		status, out, errOut := x.run(args...)
		require.Equal(t, exitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, "interrupted; what was started in Temporal goes on by itself")
	}
}

func TestARunThatWasPausedIsABadAnswerToWhoeverWaitsForIt(t *testing.T) {
	t.Parallel()
	err := judge(report.Run{RunID: "r1", Connection: "demo", Status: contract.RunPaused})
	require.True(t, errors.As(err, &badAnswer{}))
	require.ErrorContains(t, err, "starter resume demo")
}

func TestAnIdThatNoConnectionCanHaveReachesNothing(t *testing.T) {
	t.Parallel()
	x := demoTrial(t)
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
				status, out, errOut := x.run(args...)
				require.Equal(t, exitCouldNot, status, args)
				require.Empty(t, out)
				require.Contains(t, errOut, "use 1 to 40 of the characters a-z, 0-9 and -", args)
				require.Less(t, len(errOut), 250)
			}
		}
	}
	require.Empty(t, x.temporal.signals)
	require.Empty(t, x.temporal.deletes)
}

func TestBackOffsAreScaledWhereAConnectionIsMade(t *testing.T) {
	t.Parallel()
	x := demoTrial(t)
	status, _, errOut := x.run("connect", "demo", "--back-off-percent", "5")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, contract.Tuning{BackOffPercent: 5}, x.tuning)
}
