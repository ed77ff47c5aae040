package main

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store/runs"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// halfDone is a connection with a run that goes on: 4 of 10 records are done, for 40 calls to billing.
func halfDone(t *testing.T) *trial {
	x := newTrial(t)
	x.connection("demo")
	_, err := x.store.Connections.SavePreferences(t.Context(), "demo", record.Preferences{Customers: record.CustomerOptions{Mode: record.ModeAccounts}}, 0)
	require.NoError(t, err)
	_, err = x.store.Runs.Start(t.Context(), record.Run{ID: "r1", Connection: "demo", Number: 1, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID("demo", 1), Preferences: 1, StartedAt: at})
	require.NoError(t, err)
	ops := make([]record.Operation, 10)
	for i := range ops {
		ops[i] = record.Operation{ID: fmt.Sprint("o", i), Connection: "demo", Run: "r1", Entity: record.EntityCustomers, SourceModule: record.Accounts,
			SourceID: fmt.Sprint(i), TargetModule: record.Customers, Action: record.ActionSkip, Outcome: record.Skipped, PlannedAt: at}
		ops[i].State = record.OpPlanned
		if i < 4 {
			ops[i].State, ops[i].DoneAt = record.OpDone, at
		}
	}
	_, err = x.store.Operations.Insert(t.Context(), ops)
	require.NoError(t, err)
	require.NoError(t, x.store.Runs.AddCalls(t.Context(), "r1", record.Billing, runs.Taken{Calls: record.Calls{Read: 36}, Spent: 36, At: at, Listing: true}))
	require.NoError(t, x.store.Runs.AddCalls(t.Context(), "r1", record.Billing, runs.Taken{Calls: record.Calls{Write: 4}, Spent: 4, At: at}))
	return x
}

func (x *trial) allow(perDay map[record.Side]int) {
	x.t.Helper()
	prefs, err := x.store.Connections.Preferences(x.t.Context(), "demo", 0)
	require.NoError(x.t, err)
	prefs.CallsPerDay = perDay
	_, err = x.store.Connections.SavePreferences(x.t.Context(), "demo", prefs, prefs.Version)
	require.NoError(x.t, err)
}

func (x *trial) budget() map[record.Side]app.Allowance {
	x.t.Helper()
	status, out, errOut := x.run("status", "demo", "--output", "json")
	require.Equal(x.t, exitDone, status, errOut)
	var got struct {
		Budget map[record.Side]app.Allowance `json:"budget"`
	}
	require.NoError(x.t, json.Unmarshal([]byte(out), &got))
	return got.Budget
}

func TestStatusSaysWhetherTheDaysBudgetLetsTheRunEnd(t *testing.T) {
	t.Parallel()
	x := halfDone(t)
	require.Empty(t, x.budget(), "no limit is known")

	x.allow(map[record.Side]int{record.Billing: 46})
	require.Equal(t, map[record.Side]app.Allowance{record.Billing: {Used24h: 40, Limit: 46, Needed: 6, Enough: true}}, x.budget())
	_, out, _ := x.run("status", "demo")
	require.Contains(t, out, "billing: 40 of 46 calls of the last 24 hours are used; the run will take about 6 more, for which the rest is enough")

	x.allow(map[record.Side]int{record.Billing: 45})
	frees := at.Truncate(time.Hour).Add(25 * time.Hour)
	got := x.budget()[record.Billing]
	require.NotNil(t, got.AllowsEndAt)
	require.True(t, frees.Equal(*got.AllowsEndAt), got.AllowsEndAt)
	require.False(t, got.Enough)
	_, out, _ = x.run("status", "demo")
	require.Contains(t, out, "about 6 more, which it allows at "+frees.Local().Format(time.DateTime))
}

func TestTheProvidersOwnLimitCountsWhereNobodyGaveOne(t *testing.T) {
	t.Parallel()
	x := halfDone(t)
	own := record.Credential{AccountsURL: "https://accounts.zoho.eu"}
	require.NoError(t, x.store.Connections.PutCredential(context.Background(), "demo", record.CRM, own))
	require.NoError(t, x.store.Connections.PutCredential(context.Background(), "demo", record.Billing, record.Credential{AccountsURL: "http://127.0.0.1:1"}))
	got := x.budget()
	require.Len(t, got, 1, "a sandbox has no limit that is known")
	require.Equal(t, app.Allowance{Limit: 50_000, Assumed: true, Enough: true}, got[record.CRM])
	_, out, _ := x.run("status", "demo")
	require.Contains(t, out, "--crm-calls-per-day")
	x.allow(map[record.Side]int{record.CRM: 7})
	require.Equal(t, app.Allowance{Limit: 7, Enough: true}, x.budget()[record.CRM], "somebody's own goes first")
}

func TestStatusSaysWhatTheSidesCanShow(t *testing.T) {
	t.Parallel()
	x := north(t)
	status, out, errOut := x.run("status", "north", "--check")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "reads       Accounts: what changed")
	require.Contains(t, out, "persons     an edit of a contact person alone in billing is seen with its customer's next change, as far as the records tell",
		"an organisation without any tells nothing")
	require.Contains(t, out, "deletions   the CRM tells those of the last")
}
