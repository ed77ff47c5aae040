package main

import (
	"context"
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// conflicted stores an operation that parked an account whose phone and notes both sides changed.
func (x *trial) conflicted(run string) {
	x.t.Helper()
	_, err := x.store.Operations.Insert(context.Background(), []record.Operation{{
		ID: run + "-conflict", Connection: "demo", Run: run, Entity: record.EntityCustomers, Action: record.ActionConflict,
		SourceModule: record.Accounts, SourceID: "31", SourceName: "Pier Ltd", TargetModule: record.Customers, TargetID: "b31",
		State: record.OpDone, Outcome: record.Conflicts, Code: "FIELD_CONFLICT", Rule: "conflicts:ask", Reason: "both sides changed notes, phone",
		Before: record.Values{"phone": "1", "notes": "theirs"}, After: record.Values{"phone": "2", "notes": "ours"}, PlannedAt: at, DoneAt: at,
	}})
	require.NoError(x.t, err)
}

func TestTheThreeListsAreCountedAndListed(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.link("demo", "r1", customerLink("21", "b21"), "Harbour Ltd")
	status, out, errOut := x.run("history", "records", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	none := `{"in_sync":0,"excluded":0,"failing":0}`
	counts := `{"customers":{"in_sync":1,"excluded":1,"failing":1},"contact_persons":` + none + `,"items":` + none + `}`
	require.JSONEq(t, `{"connection":"demo","counts":`+counts+`,"list":"","records":[]}`, out)

	bad := `{"entity":"customers","side":"crm","module":"Accounts","id":"11","name":"Bad\u001b[31m","crm_id":"11","billing_id":"",
		"code":"FIELD_INVALID","reason":"Email is not an e-mail address","rule":"","run_id":"r1","at":"2026-03-04T05:06:07Z"}`
	_, out, _ = x.run("history", "records", "demo", "--failing", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","counts":`+counts+`,"list":"failing","records":[`+bad+`]}`, out)
	_, out, _ = x.run("history", "records", "--in-sync", "--entity", "customers", "--output", "json")
	require.Len(t, answerOf[standings](t, out).Records, 1)
	_, out, _ = x.run("history", "records", "--excluded", "--entity", "items", "--output", "json")
	require.Empty(t, answerOf[standings](t, out).Records)
	_, out, _ = x.run("history", "records", "--failing")
	require.NotContains(t, out, "\x1b", "a name must not be able to steer the terminal")
}

func TestWhatTheModeSyncsNoMoreIsExcluded(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.link("demo", "r1", customerLink("21", "b21"), "Harbour Ltd")
	person := customerLink("31", "b31")
	person.Entity, person.CRMModule, person.BillingModule = record.EntityContactPersons, record.Contacts, record.ContactPersons
	x.link("demo", "r1", person, "Ana")
	for mode, want := range map[record.Mode]standingCounts{
		record.ModeAccountsAndContacts: {InSync: 1}, record.ModeAccounts: {Excluded: 1},
	} {
		prefs, err := x.store.Connections.Preferences(t.Context(), "demo", 0)
		if err != nil {
			require.True(t, record.IsKind(err, record.NotFound), err)
		}
		prefs.Customers.Mode = mode
		_, err = x.store.Connections.SavePreferences(t.Context(), "demo", prefs, prefs.Version)
		require.NoError(t, err)
		_, out, _ := x.run("history", "records", "--excluded", "--output", "json")
		got := answerOf[standings](t, out)
		require.Equal(t, want, got.Counts["contact_persons"], mode)
		require.Equal(t, standingCounts{InSync: 1, Excluded: 1, Failing: 1}, got.Counts["customers"], mode)
		require.Equal(t, mode == record.ModeAccounts, strings.Contains(out, "NOT_IN_MODE"), out)
	}
}

func TestConflictsAreListedWithBothValuesAndDecidedFieldByField(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	_, out, _ := x.run("conflicts", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","conflicts":[]}`, out)
	x.conflicted("r1")
	_, out, _ = x.run("conflicts", "list", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","conflicts":[{"id":"r1-conflict","entity":"customers","crm_module":"Accounts","crm_id":"31",
		"billing_module":"customers","billing_id":"b31","name":"Pier Ltd","since":"2026-03-04T05:06:07Z","run_id":"r1",
		"fields":[{"field":"notes","crm":"ours","billing":"theirs"},{"field":"phone","crm":"2","billing":"1"}]}]}`, out)

	x.temporal.accepted.RunRef = contract.RunRef{RunID: "r2"}
	for _, name := range []string{"31", "b31", "Accounts/31", "billing/customers/b31"} {
		status, _, errOut := x.run("conflicts", "resolve", name, "--winner", "crm", "--field", "phone=billing", "--who", "amy")
		require.Equal(t, exitDone, status, errOut)
	}
	require.Len(t, x.temporal.resolved, 4)
	require.Equal(t, contract.ResolveConflictRequest{Module: "Accounts", ID: "31", Winner: "crm", Conflict: "r1-conflict", Who: "amy",
		Fields: []contract.FieldDecision{{Field: "phone", Winner: "billing"}}}, x.temporal.resolved[3])

	for says, args := range map[string][]string{
		"both sides disagree on notes, phone of this record only": {"31", "--field", "fax=crm"},
		"no conflict of demo waits for a decision at 32":          {"32", "--winner", "crm"},
		"no conflict of demo waits for a decision at Contacts/31": {"Contacts/31", "--winner", "crm"},
	} {
		status, _, errOut := x.run(append([]string{"conflicts", "resolve"}, args...)...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Len(t, x.temporal.resolved, 4)
}

func TestARecordIsExplainedByItsIDOnEitherSide(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.link("demo", "r1", customerLink("21", "b21"), "Harbour Ltd")
	for _, name := range []string{"21", "b21", "Accounts/21", "accounts/21", "crm/Accounts/21", "customers/b21"} {
		status, out, errOut := x.run("explain", name, "--output", "json")
		require.Equal(t, exitDone, status, errOut)
		got := answerOf[explanation](t, out)
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
	_, out, _ := x.run("explain", "Accounts/21")
	require.Contains(t, out, "Accounts/21 of the CRM is customers/b21 of billing, and was in the CRM first")
	require.Contains(t, out, `display_name: null → "Harbour Ltd"`)
	for _, name := range []string{"404", "Contacts/21"} {
		status, _, errOut := x.run("explain", name)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, "has ever seen a record")
	}
}

func TestCustomersAreListedByTheSideOnWhichTheyExistedFirst(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.link("demo", "r1", customerLink("21", "b21"), "Harbour Ltd")
	other := customerLink("22", "b22")
	other.Born = record.Billing
	x.link("demo", "r1", other, "Quay Ltd")
	harbour := `{"billing_id":"b21","crm_module":"Accounts","crm_id":"21","name":"Harbour Ltd","source":"crm","gone":""}`
	quay := `{"billing_id":"b22","crm_module":"Accounts","crm_id":"22","name":"Quay Ltd","source":"billing","gone":""}`
	for want, args := range map[string][]string{
		harbour + "," + quay: {}, harbour: {"--source", "crm"}, quay: {"--source", "billing"},
	} {
		_, out, _ := x.run(append([]string{"customers", "--output", "json"}, args...)...)
		require.JSONEq(t, `{"connection":"demo","customers":[`+want+`]}`, out)
	}
	_, out, _ := x.run("customers", "--limit", "1", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","customers":[`+harbour+`]}`, out)
}

func TestARetryThatHasNothingToTryStartsNothingAndSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	_, err := x.store.Runs.Start(context.Background(), record.Run{ID: "r2", Connection: "demo", Number: 2, Trigger: record.TriggerManual,
		WorkflowID: "periodic-sync/demo/2", Preferences: 1, Status: record.RunRunning, StartedAt: at})
	require.NoError(t, err)
	for says, args := range map[string][]string{
		"run r2 has no failed record: nothing was started":     {"last"},
		"its records failed with FIELD_INVALID (1)":            {"r1", "--code", "OTHER"},
		"record 12 is not among the 1 failed records of run r": {"r1", "--record", "12"},
	} {
		status, _, errOut := x.run(append([]string{"retry"}, args...)...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Empty(t, x.temporal.retried)
	status, _, errOut := x.run("retry", "r1", "--code", "FIELD_INVALID", "--record", "11")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, contract.RetryRequest{Run: "r1", Code: "FIELD_INVALID", Records: []string{"11"}}, x.temporal.retried)
}

func TestOneRecordIsSyncedAgainOrImported(t *testing.T) {
	t.Parallel()
	x := north(t)
	x.finished("north", "r1", 1)
	x.link("north", "r1", customerLink("21", "b21"), "Harbour Ltd")
	x.temporal.accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r5", WorkflowID: "periodic-sync/north/5"}, Queued: true}
	status, out, errOut := x.run("resync", "accounts", "21", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, `{"run_id":"r5","workflow_id":"periodic-sync/north/5","joined":false,"queued":true}`, out)
	require.Equal(t, []contract.ResyncRecordRequest{{Module: "Accounts", ID: "21"}}, x.temporal.resynced)
	for _, record := range [][2]string{{"crm/Accounts", "21"}, {"Accounts", "21"}, {"billing/customers", "b21"}} {
		status, _, errOut = x.run("import", record[0], record[1], "--who", "amy")
		require.Equal(t, exitDone, status, errOut)
	}
	require.Equal(t, contract.ImportRecordRequest{Side: "billing", Module: "customers", ID: "b21", Who: "amy"}, x.temporal.imported[2])
	require.Equal(t, x.temporal.imported[0], x.temporal.imported[1])

	_, out, _ = x.run("map", "accounts", "try", "display_name", "--sample", "1", "--output", "json")
	unlinked := answerOf[tried](t, out).Tried[0].RecordID
	status, _, errOut = x.run("import", "crm/Accounts", unlinked)
	require.Equal(t, exitDone, status, errOut)
}

func TestWhoWaitsForOneRecordIsToldWhyItWasLeftAsItIs(t *testing.T) {
	t.Parallel()
	x := north(t)
	x.finished("north", "r1", 1)
	x.link("north", "r1", customerLink("21", "b21"), "Harbour Ltd")
	_, err := x.store.Runs.Start(t.Context(), record.Run{ID: "r7", Connection: "north", Number: 7, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID("north", 7), Preferences: 1, Status: record.RunRunning, StartedAt: at, Scoped: true})
	require.NoError(t, err)
	_, err = x.store.Operations.Insert(t.Context(), []record.Operation{{
		ID: "r7-1", Connection: "north", Run: "r7", Entity: record.EntityCustomers, Action: record.ActionSkip, SourceModule: record.Accounts,
		SourceID: "21", TargetModule: record.Customers, TargetID: "b9", State: record.OpDone, Outcome: record.Skipped, Reason: "billing has customer b9 of this name already",
		PlannedAt: at, DoneAt: at,
	}})
	require.NoError(t, err)
	_, err = x.store.Runs.Finish(t.Context(), "r7", record.RunCompleted, "", "", 9, at)
	require.NoError(t, err)
	x.temporal.accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r7", WorkflowID: contract.PeriodicSyncID("north", 7)}}
	status, out, errOut := x.run("resync", "accounts", "21", "--wait")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "billing has customer b9 of this name already")
}

func TestARecordThatNoSideHasStartsNothing(t *testing.T) {
	t.Parallel()
	x := north(t)
	for says, args := range map[string][]string{
		"the CRM has no record 5820000000000404 in Accounts": {"import", "crm/Accounts", "5820000000000404"},
		"billing has no record 404 in customers":             {"import", "billing/customers", "404"},
		"the CRM has no record 404 in Products":              {"resync", "Products", "404"},
	} {
		status, _, errOut := x.run(args...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, says)
	}
	require.Empty(t, x.temporal.imported)
	require.Empty(t, x.temporal.resynced)
}
