package connection_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/runs"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	since := clitest.At.Add(-3600e9)
	for rule, c := range map[string]struct {
		temporal *clitest.FakeTemporal
		state    string
		degraded string
		note     string
	}{
		"as the workflow says": {
			&clitest.FakeTemporal{Says: &contract.Status{State: "connected", Degraded: &contract.Degraded{Reason: "token refused", Since: since}}},
			`"connected"`, `{"reason":"token refused","since":"2026-03-04T04:06:07Z"}`, "",
		},
		"as the store last heard, where no workflow runs":        {&clitest.FakeTemporal{}, `"active"`, `null`, "Temporal does not know \"demo\". Check TEMPORAL_ADDRESS"},
		"as the store last heard, where Temporal is unreachable": {nil, `"active"`, `null`, "does not answer"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.New(t)
			x.Connection("demo")
			x.Temporal = c.temporal
			want := map[string]string{"connection": `"demo"`, "state": c.state, "degraded": c.degraded, "run": "null",
				"progress": "null", "drift": "[]", "budget": "{}", "capabilities": "null", "web_ui": `""`,
				"paused": "null", "suspended": "null", "yielded": "null", "disabled": "null", "deletion": "null", "note": `""`}
			status, out, errOut := x.Run("status", "demo", "--output", "json")
			require.Equal(t, cli.ExitDone, status)
			require.JSONEq(t, clitest.With(t, `{}`, want), out)
			require.Contains(t, errOut, c.note)

			x.Finished("demo", "r1", 1)
			want["run"], want["web_ui"] = clitest.RunJSON, strconv.Quote(clitest.Ui("periodic-sync/demo/1"))
			_, out, _ = x.Run("status", "--connection", "demo", "--output", "json")
			require.JSONEq(t, clitest.With(t, `{}`, want), out)
		})
	}
}

// halfDone is a connection with a run that goes on: 4 of 10 records are done, for 40 calls to billing.
func halfDone(t *testing.T) *clitest.Trial {
	x := clitest.New(t)
	x.Connection("demo")
	_, err := x.Store.Connections.SavePreferences(t.Context(), "demo", record.Preferences{Customers: record.CustomerOptions{Mode: record.ModeAccounts}}, 0)
	require.NoError(t, err)
	_, err = x.Store.Runs.Start(t.Context(), record.Run{ID: "r1", Connection: "demo", Number: 1, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID("demo", 1), Preferences: 1, StartedAt: clitest.At})
	require.NoError(t, err)
	ops := make([]record.Operation, 10)
	for i := range ops {
		ops[i] = record.Operation{ID: fmt.Sprint("o", i), Connection: "demo", Run: "r1", Entity: record.EntityCustomers, SourceModule: record.Accounts,
			SourceID: fmt.Sprint(i), TargetModule: record.Customers, Action: record.ActionSkip, Outcome: record.Skipped, PlannedAt: clitest.At}
		ops[i].State = record.OpPlanned
		if i < 4 {
			ops[i].State, ops[i].DoneAt = record.OpDone, clitest.At
		}
	}
	_, err = x.Store.Operations.Insert(t.Context(), ops)
	require.NoError(t, err)
	require.NoError(t, x.Store.Runs.AddCalls(t.Context(), "r1", record.Billing, runs.Taken{Calls: record.Calls{Read: 36}, Spent: 36, At: clitest.At, Listing: true}))
	require.NoError(t, x.Store.Runs.AddCalls(t.Context(), "r1", record.Billing, runs.Taken{Calls: record.Calls{Write: 4}, Spent: 4, At: clitest.At}))
	return x
}

func allow(x *clitest.Trial, perDay map[record.Side]int) {
	x.T.Helper()
	prefs, err := x.Store.Connections.Preferences(x.T.Context(), "demo", 0)
	require.NoError(x.T, err)
	prefs.CallsPerDay = perDay
	_, err = x.Store.Connections.SavePreferences(x.T.Context(), "demo", prefs, prefs.Version)
	require.NoError(x.T, err)
}

func budget(x *clitest.Trial) map[record.Side]report.Allowance {
	x.T.Helper()
	status, out, errOut := x.Run("status", "demo", "--output", "json")
	require.Equal(x.T, cli.ExitDone, status, errOut)
	var got struct {
		Budget map[record.Side]report.Allowance `json:"budget"`
	}
	require.NoError(x.T, json.Unmarshal([]byte(out), &got))
	return got.Budget
}

func TestStatusSaysWhetherTheDaysBudgetLetsTheRunEnd(t *testing.T) {
	t.Parallel()
	x := halfDone(t)
	require.Empty(t, budget(x), "no limit is known")

	allow(x, map[record.Side]int{record.Billing: 46})
	require.Equal(t, map[record.Side]report.Allowance{record.Billing: {Used24h: 40, Limit: 46, Needed: 6, Enough: true}}, budget(x))
	_, out, _ := x.Run("status", "demo")
	require.Contains(t, out, "billing: 40 of 46 calls of the last 24 hours are used; the run will take about 6 more, for which the rest is enough")

	allow(x, map[record.Side]int{record.Billing: 45})
	frees := clitest.At.Truncate(time.Hour).Add(25 * time.Hour)
	got := budget(x)[record.Billing]
	require.NotNil(t, got.AllowsEndAt)
	require.True(t, frees.Equal(*got.AllowsEndAt), got.AllowsEndAt)
	require.False(t, got.Enough)
	_, out, _ = x.Run("status", "demo")
	require.Contains(t, out, "about 6 more, which it allows at "+frees.Local().Format(time.DateTime))
}

func TestTheProvidersOwnLimitCountsWhereNobodyGaveOne(t *testing.T) {
	t.Parallel()
	x := halfDone(t)
	own := record.Credential{AccountsURL: "https://accounts.zoho.eu"}
	require.NoError(t, x.Store.Connections.PutCredential(context.Background(), "demo", record.CRM, own))
	require.NoError(t, x.Store.Connections.PutCredential(context.Background(), "demo", record.Billing, record.Credential{AccountsURL: "http://127.0.0.1:1"}))
	got := budget(x)
	require.Len(t, got, 1, "a sandbox has no limit that is known")
	require.Equal(t, report.Allowance{Limit: 50_000, Assumed: true, Enough: true}, got[record.CRM])
	_, out, _ := x.Run("status", "demo")
	require.Contains(t, out, "--crm-calls-per-day")
	allow(x, map[record.Side]int{record.CRM: 7})
	require.Equal(t, report.Allowance{Limit: 7, Enough: true}, budget(x)[record.CRM], "somebody's own goes first")
}

func TestStatusSaysWhatTheSidesCanShow(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("status", "north", "--check")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "reads       Accounts: what changed")
	require.Contains(t, out, "persons     an edit of a contact person alone in billing is seen with its customer's next change, as far as the records tell",
		"an organisation without any tells nothing")
	require.Contains(t, out, "deletions   the CRM reports those of the last")
}
