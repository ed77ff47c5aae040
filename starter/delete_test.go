package main

import (
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func plan() *contract.DeletionPlan {
	return &contract.DeletionPlan{
		ID: "p1", At: at, CRMMarkers: 6, Apps: 2,
		Entities: map[string]contract.DeletionCounts{
			"customers": {Linked: 40, BornCRM: 30, BornBilling: 7, Duplicates: 3, WithTransactions: 11}, "contact_persons": {}, "items": {Linked: 5, BornCRM: 5},
		},
		Choices: map[string]map[string]contract.DeletionOutcome{
			contract.ChoiceConvertAll:              {"customers": {Converted: 30, Kept: 10}, "contact_persons": {}, "items": {Converted: 5}},
			contract.ChoiceConvertWithTransactions: {"customers": {Converted: 11, Deleted: 19, Kept: 10}, "contact_persons": {}, "items": {Deleted: 5}},
		},
	}
}

const planJSON = `{"connection":"demo","token":"t0k3n","plan":{"id":"p1","at":"2026-03-04T05:06:07Z","crm_markers":6,"apps":2,
"entities":{"customers":{"linked":40,"born_crm":30,"born_billing":7,"duplicates":3,"with_transactions":11},
"contact_persons":{"linked":0,"born_crm":0,"born_billing":0,"duplicates":0,"with_transactions":0},
"items":{"linked":5,"born_crm":5,"born_billing":0,"duplicates":0,"with_transactions":0}},
"choices":{"convert_all":{"customers":{"converted":30,"deleted":0,"kept":10},"contact_persons":{"converted":0,"deleted":0,"kept":0},"items":{"converted":5,"deleted":0,"kept":0}},
"convert_with_transactions":{"customers":{"converted":11,"deleted":19,"kept":10},"contact_persons":{"converted":0,"deleted":0,"kept":0},"items":{"converted":0,"deleted":5,"kept":0}}}}}`

func TestAPlanIsShownWithWhatEachChoiceWouldDo(t *testing.T) {
	t.Parallel()
	x := demoTrial(t)
	status, out, errOut := x.run("delete", "demo", "--plan-only", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, planJSON, out)
	_, out, errOut = x.run("delete", "--plan-only")
	for _, text := range []string{"plan        p1 of demo", "│ customers       │  40 │              30 │               7 │          3 │                11 │",
		"│ convert_with_transactions │ customers       │                   11 │          19 │                   10 │", "6 records lose", "2 other finance", "token       t0k3n"} {
		require.Contains(t, out, text)
	}
	require.Contains(t, errOut, "starter delete demo --plan p1 --choice convert_all|convert_with_transactions --token TOKEN")
	require.Empty(t, x.temporal.deletes)
}

func TestAPlanIsCarriedOutWithItsTokenFromEveryPlace(t *testing.T) {
	t.Parallel()
	want := contract.DeleteRequest{Plan: "p1", Choice: "convert_all", Token: "t0k3n", Who: "ann"}
	for rule, c := range map[string]struct {
		args []string
		give func(x *trial)
	}{
		"the argument":    {[]string{"--token", "t0k3n"}, func(*trial) {}},
		"the environment": {nil, func(x *trial) { x.env["CAUSEWAY_DELETE_TOKEN"] = "t0k3n" }},
		"standard input":  {[]string{"--token", "-"}, func(x *trial) { x.stdin = "t0k3n\n" }},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := demoTrial(t)
			c.give(x)
			status, out, errOut := x.run(append([]string{"delete", "demo", "--plan", "p1", "--choice", "convert_all", "--who", "ann", "--output", "json"}, c.args...)...)
			require.Equal(t, exitDone, status, errOut)
			require.JSONEq(t, `{"connection":"demo","state":"deleting","plan":"p1","choice":"convert_all","workflow_id":"delete/demo","stopped":null}`, out)
			require.Equal(t, []contract.DeleteRequest{want}, x.temporal.deletes)
			require.NotContains(t, errOut, "t0k3n")
		})
	}
	x := demoTrial(t)
	status, _, errOut := x.run("delete", "demo", "--plan", "p1", "--choice", "convert_all")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "the token of plan p1 is missing")
	require.Empty(t, x.temporal.deletes)
}

func TestASideIsGivenUpByNameWithANewPlanOrWithResume(t *testing.T) {
	t.Parallel()
	x := demoTrial(t)
	status, _, errOut := x.run("delete", "demo", "--plan-only", "--give-up", "crm")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, []string{"crm"}, x.temporal.givenUp)
	status, _, errOut = x.run("delete", "demo", "--resume", "--give-up", "billing", "--give-up", "crm")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, []string{"billing", "crm"}, x.temporal.givenUp)
	for says, args := range map[string][]string{
		"--give-up=books: use one of crm, billing": {"--resume", "--give-up", "books"},
		"--give-up goes with a new plan":           {"--plan", "p1", "--choice", "convert_all", "--token", "t", "--give-up", "crm"},
	} {
		status, _, errOut = x.run(append([]string{"delete", "demo"}, args...)...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Equal(t, 1, x.temporal.plans)
	require.Equal(t, 1, x.temporal.resumes)
}

func TestWhoeverSitsAtTheTerminalIsLedThroughADeletion(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]struct {
		typed  string
		status int
		says   string
		sent   int
	}{
		"all the way":      {"convert_with_transactions\ndemo\n", exitDone, "What is done", 1},
		"no choice":        {"\n", exitCouldNot, "nothing was deleted", 0},
		"the end of input": {"", exitCouldNot, "nothing was deleted", 0},
		"another choice":   {"all\ndemo\n", exitCouldNot, "--choice=all: use one of convert_all, convert_with_transactions", 0},
		"another id":       {"convert_all\ndemos\n", exitCouldNot, "nothing was deleted: that is not the connection's id", 0},
		"a mere yes":       {"convert_all\ny\n", exitCouldNot, "nothing was deleted: that is not the connection's id", 0},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := demoTrial(t)
			x.attended, x.stdin = true, c.typed
			status, _, errOut := x.run("delete", "demo")
			require.Equal(t, c.status, status)
			require.Contains(t, errOut, "│ customers       │  40 │", "the plan is seen before anything is asked")
			require.Contains(t, errOut, c.says)
			require.Len(t, x.temporal.deletes, c.sent)
			if c.sent > 0 {
				require.Equal(t, contract.DeleteRequest{Plan: "p1", Choice: "convert_with_transactions", Token: "t0k3n"}, x.temporal.deletes[0])
			}
		})
	}
	x := demoTrial(t)
	status, _, errOut := x.run("delete", "demo")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "nobody is there to choose")
	require.Zero(t, x.temporal.plans)
}

func TestADeletionThatStopsIsABadAnswerWithStepAndCode(t *testing.T) {
	t.Parallel()
	stopped := contract.Status{State: "deleting", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all",
		Stopped: &contract.Stopped{Step: "verify", Code: contract.CodeNotAsPlanned, Reason: "customer 7 lives"}}}
	x := demoTrial(t, contract.Status{State: "deleting"}, contract.Status{State: "deleting"}, stopped)
	status, out, errOut := x.run("delete", "demo", "--resume", "--wait", "--output", "json")
	require.Equal(t, exitBad, status)
	require.JSONEq(t, `{"connection":"demo","state":"deleting","plan":"p1","choice":"convert_all","workflow_id":"delete/demo",
		"stopped":{"step":"verify","code":"NOT_AS_PLANNED","reason":"customer 7 lives"}}`, out)
	require.Contains(t, errOut, "at the step verify: customer 7 lives [NOT_AS_PLANNED]; nothing was skipped")
	require.Contains(t, errOut, "starter delete demo --resume")
}

func TestADeletionThatIsWaitedForEndsWhenTheConnectionIsDeleted(t *testing.T) {
	t.Parallel()
	x := demoTrial(t, contract.Status{State: "deleting"}, contract.Status{State: "deleted", Deletion: &contract.Deletion{Plan: "p1", Choice: "convert_all"}})
	status, out, _ := x.run("delete", "demo", "--resume", "--wait")
	require.Equal(t, exitDone, status)
	require.Contains(t, out, "demo is deleted; what became of each record: `starter export-deletion demo`")

	forgotten := newTrial(t) // its workflow has ended, and the store has nothing of it
	forgotten.temporal.running = true
	status, out, errOut := forgotten.run("delete", "demo", "--resume", "--wait", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, `"state":"deleted"`)

	lost := demoTrial(t) // its workflow is not running, and the store has it still
	status, _, errOut = lost.run("delete", "demo", "--resume", "--wait")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "not connected")
}
