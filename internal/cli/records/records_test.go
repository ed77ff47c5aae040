package records_test

import (
	"context"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// conflicted stores an operation that parked an account whose phone and notes both sides changed.
func conflicted(x *clitest.Trial, run string) {
	x.T.Helper()
	_, err := x.Store.Operations.Insert(context.Background(), []record.Operation{{
		ID: run + "-conflict", Connection: "demo", Run: run, Entity: record.EntityCustomers, Action: record.ActionConflict,
		SourceModule: record.Accounts, SourceID: "31", SourceName: "Pier Ltd", TargetModule: record.Customers, TargetID: "b31",
		State: record.OpDone, Outcome: record.Conflicts, Code: "FIELD_CONFLICT", Rule: "conflicts:ask", Reason: "both sides changed notes, phone",
		Before: record.Values{"phone": "1", "notes": "theirs"}, After: record.Values{"phone": "2", "notes": "ours"}, PlannedAt: clitest.At, DoneAt: clitest.At,
	}})
	require.NoError(x.T, err)
}

func TestConflictsAreListedWithBothValuesAndDecidedFieldByField(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	_, out, _ := x.Run("conflicts", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","conflicts":[]}`, out)
	conflicted(x, "r1")
	_, out, _ = x.Run("conflicts", "list", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","conflicts":[{"id":"r1-conflict","entity":"customers","crm_module":"Accounts","crm_id":"31",
		"billing_module":"customers","billing_id":"b31","name":"Pier Ltd","since":"2026-03-04T05:06:07Z","run_id":"r1",
		"fields":[{"field":"notes","crm":"ours","billing":"theirs"},{"field":"phone","crm":"2","billing":"1"}]}]}`, out)

	x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r2"}
	for _, name := range []string{"31", "b31", "Accounts/31", "billing/customers/b31"} {
		status, _, errOut := x.Run("conflicts", "resolve", name, "--winner", "crm", "--field", "phone=billing", "--who", "amy")
		require.Equal(t, cli.ExitDone, status, errOut)
	}
	require.Len(t, x.Temporal.Resolved, 4)
	require.Equal(t, contract.ResolveConflictRequest{Module: "Accounts", ID: "31", Winner: "crm", Conflict: "r1-conflict", Who: "amy",
		Fields: []contract.FieldDecision{{Field: "phone", Winner: "billing"}}}, x.Temporal.Resolved[3])

	for says, args := range map[string][]string{
		"both sides disagree on notes, phone of this record only": {"31", "--field", "fax=crm"},
		"no conflict of demo waits for a decision on 32":          {"32", "--winner", "crm"},
		"no conflict of demo waits for a decision on Contacts/31": {"Contacts/31", "--winner", "crm"},
	} {
		status, _, errOut := x.Run(append([]string{"conflicts", "resolve"}, args...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Len(t, x.Temporal.Resolved, 4)
}

func TestARecordIsExplainedByItsIDOnEitherSide(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Link("demo", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	for _, name := range []string{"21", "b21", "Accounts/21", "accounts/21", "crm/Accounts/21", "customers/b21"} {
		status, out, errOut := x.Run("explain", name, "--output", "json")
		require.Equal(t, cli.ExitDone, status, errOut)
		got := clitest.AnswerOf[report.Explanation](t, out)
		require.Len(t, got.Links, 1, name)
		require.Len(t, got.Operations, 1)
		op := got.Operations[0]
		require.Equal(t, "r1", op.RunID)
		require.Equal(t, 1, op.RunNumber)
		require.Equal(t, "manual", op.Trigger)
		require.Equal(t, 1, op.Preferences)
		require.Equal(t, "added", op.Outcome)
		require.Equal(t, record.Values{"display_name": nil}, op.Before)
		require.Equal(t, record.Values{"display_name": "Harbour Ltd"}, op.After)
		require.Equal(t, "b21", got.Billing.ID)
	}
	_, out, _ := x.Run("explain", "Accounts/21")
	require.Contains(t, out, "Accounts/21 of the CRM is linked to customers/b21 of billing; it existed in the CRM first")
	require.Contains(t, out, `display_name: null → "Harbour Ltd"`)
	for _, name := range []string{"404", "Contacts/21"} {
		status, _, errOut := x.Run("explain", name)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, "has ever seen a record")
	}
}

func TestCustomersAreListedByTheSideOnWhichTheyExistedFirst(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Link("demo", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	other := clitest.CustomerLink("22", "b22")
	other.Born = record.Billing
	x.Link("demo", "r1", other, "Quay Ltd")
	harbour := `{"billing_id":"b21","crm_module":"Accounts","crm_id":"21","name":"Harbour Ltd","source":"crm","gone":""}`
	quay := `{"billing_id":"b22","crm_module":"Accounts","crm_id":"22","name":"Quay Ltd","source":"billing","gone":""}`
	for want, args := range map[string][]string{
		harbour + "," + quay: {}, harbour: {"--source", "crm"}, quay: {"--source", "billing"},
	} {
		_, out, _ := x.Run(append([]string{"customers", "--output", "json"}, args...)...)
		require.JSONEq(t, `{"connection":"demo","customers":[`+want+`]}`, out)
	}
	_, out, _ := x.Run("customers", "--limit", "1", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","customers":[`+harbour+`]}`, out)
}

func TestOneRecordIsSyncedAgainOrImported(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Finished("north", "r1", 1)
	x.Link("north", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	x.Temporal.Accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r5", WorkflowID: "periodic-sync/north/5"}, Queued: true}
	status, out, errOut := x.Run("resync", "accounts", "21", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"run_id":"r5","workflow_id":"periodic-sync/north/5","joined":false,"queued":true}`, out)
	require.Equal(t, []contract.ResyncRecordRequest{{Module: "Accounts", ID: "21"}}, x.Temporal.Resynced)
	status, _, errOut = x.Run("resync", "Accounts/21")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, x.Temporal.Resynced[0], x.Temporal.Resynced[1], "both forms name one record")
	status, _, errOut = x.Run("import", "crm/Accounts/21", "--who", "amy")
	require.Equal(t, cli.ExitDone, status, errOut)
	for _, record := range [][2]string{{"crm/Accounts", "21"}, {"Accounts", "21"}, {"billing/customers", "b21"}} {
		status, _, errOut = x.Run("import", record[0], record[1], "--who", "amy")
		require.Equal(t, cli.ExitDone, status, errOut)
	}
	require.Equal(t, contract.ImportRecordRequest{Side: "billing", Module: "customers", ID: "b21", Who: "amy"}, x.Temporal.Imported[3])
	require.Equal(t, x.Temporal.Imported[0], x.Temporal.Imported[1])
	require.Equal(t, x.Temporal.Imported[1], x.Temporal.Imported[2])

	_, out, _ = x.Run("map", "accounts", "try", "display_name", "--sample", "1", "--output", "json")
	unlinked := clitest.AnswerOf[report.Tried](t, out).Tried[0].RecordID
	status, _, errOut = x.Run("import", "crm/Accounts", unlinked)
	require.Equal(t, cli.ExitDone, status, errOut)
}

func TestWhoWaitsForOneRecordIsToldWhyItWasLeftAsItIs(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Finished("north", "r1", 1)
	x.Link("north", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	_, err := x.Store.Runs.Start(t.Context(), record.Run{ID: "r7", Connection: "north", Number: 7, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID("north", 7), Preferences: 1, Status: record.RunRunning, StartedAt: clitest.At, Scoped: true})
	require.NoError(t, err)
	_, err = x.Store.Operations.Insert(t.Context(), []record.Operation{{
		ID: "r7-1", Connection: "north", Run: "r7", Entity: record.EntityCustomers, Action: record.ActionSkip, SourceModule: record.Accounts,
		SourceID: "21", TargetModule: record.Customers, TargetID: "b9", State: record.OpDone, Outcome: record.Skipped, Reason: "billing has customer b9 of this name already",
		PlannedAt: clitest.At, DoneAt: clitest.At,
	}})
	require.NoError(t, err)
	_, err = x.Store.Runs.Finish(t.Context(), "r7", record.RunCompleted, "", "", 9, clitest.At)
	require.NoError(t, err)
	x.Temporal.Accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r7", WorkflowID: contract.PeriodicSyncID("north", 7)}}
	status, out, errOut := x.Run("resync", "accounts", "21", "--wait")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "billing has customer b9 of this name already")
}

func TestARecordThatNoSideHasStartsNothing(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	for says, args := range map[string][]string{
		"the CRM has no record 5820000000000404 in Accounts": {"import", "crm/Accounts", "5820000000000404"},
		"billing has no record 404 in customers":             {"import", "billing/customers", "404"},
		"the CRM has no record 404 in Products":              {"resync", "Products", "404"},
	} {
		status, _, errOut := x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Empty(t, x.Temporal.Imported)
	require.Empty(t, x.Temporal.Resynced)
}
