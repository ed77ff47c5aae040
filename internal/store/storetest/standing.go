package storetest

import (
	"testing"
	"time"

	"causeway/internal/store/history"
	"causeway/internal/store/worklist"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// ended stores an operation of an account that ended so.
func ended(t *testing.T, s *Store, run, account string, outcome record.Outcome, code string, at time.Time) record.Operation {
	t.Helper()
	op := planned(t, nil, run, account)
	op.State, op.Outcome, op.Code, op.Reason, op.PlannedAt, op.DoneAt = record.OpDone, outcome, code, "because "+code, at, at
	insert(t, s, op)
	return op
}

func standing(t *testing.T, s *Store, list history.List) map[string]string {
	t.Helper()
	found, err := s.History.Standing(t.Context(), demo, history.StandingQuery{List: list, Entity: record.EntityCustomers, Fed: []record.Module{record.Accounts}, Limit: 10})
	require.NoError(t, err)
	out := map[string]string{}
	for _, f := range found {
		out[f.ID] = f.Code
	}
	return out
}

func testEachRecordStandsInOneListByItsNewestOperation(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first, second := startRun(t, s, 1), startRun(t, s, 2)
		linked(t, s, linkOf("1", "b1"), linkOf("2", "b2"), linkOf("3", "b3"))
		gone := linkOf("4", "b4")
		gone.Gone = record.CRM
		linked(t, s, gone)
		ended(t, s, first.ID, "1", record.Failed, "FIELD_INVALID", now)
		ended(t, s, second.ID, "1", record.Updated, "", now.Add(time.Minute))
		ended(t, s, first.ID, "2", record.Updated, "", now)
		ended(t, s, second.ID, "2", record.Conflicts, "FIELD_CONFLICT", now.Add(time.Minute))
		ended(t, s, first.ID, "4", record.Deleted, "DELETED", now)
		ended(t, s, first.ID, "5", record.Failed, "NAME_MISSING", now)
		ended(t, s, first.ID, "6", record.Failed, "NAME_MISSING", now)
		ended(t, s, second.ID, "6", record.Skipped, "DUPLICATE", now.Add(time.Minute))
		require.Equal(t, map[string]string{"1": "", "3": ""}, standing(t, s, history.InSync))
		require.Equal(t, map[string]string{"2": "FIELD_CONFLICT", "5": "NAME_MISSING"}, standing(t, s, history.Failing))
		require.Equal(t, map[string]string{"4": "DELETED", "6": "DUPLICATE"}, standing(t, s, history.Excluded))

		contact := linkOf("7", "b7")
		contact.CRMModule = record.Contacts
		linked(t, s, contact)
		require.Equal(t, map[string]string{"1": "", "3": ""}, standing(t, s, history.InSync), "a customer that comes of accounts only is none")
		require.Equal(t, map[string]string{"7": "NOT_IN_MODE"}, standing(t, s, history.Resting))

		open, err := s.History.OpenConflicts(t.Context(), demo)
		require.NoError(t, err)
		require.Len(t, open, 1)
		require.Equal(t, "2", open[0].SourceID)

		failed, err := s.History.Failed(t.Context(), first.ID, "NAME_MISSING")
		require.NoError(t, err)
		require.Len(t, failed, 2)
		all, err := s.History.Failed(t.Context(), first.ID, "")
		require.NoError(t, err)
		require.Len(t, all, 3)
	})
}

func testWhatAViewLeavesOutIsListedWithoutAnOperation(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "v", 1, []string{"2"}))
		_, _, err := s.Mirror.FinishView(t.Context(), demo, record.Accounts, run.ID, "v", 1)
		require.NoError(t, err)
		out, err := s.History.OutOfView(t.Context(), demo, record.EntityCustomers, []record.Module{record.Accounts}, "", 10)
		require.NoError(t, err)
		require.Len(t, out, 1)
		require.Equal(t, "1", out[0].ID)
		require.Equal(t, "NOT_IN_VIEW", out[0].Code)
	})
}

func testARecordIsExplainedFromEitherSide(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first, second := startRun(t, s, 1), startRun(t, s, 2)
		put(t, s, crmRecord(record.Accounts, "1", "x", now))
		linked(t, s, linkOf("1", "b1"))
		ended(t, s, first.ID, "1", record.Added, "", now)
		back := planned(t, nil, second.ID, "b1")
		back.SourceModule, back.TargetModule, back.TargetID, back.PlannedAt = record.Customers, record.Accounts, "1", now.Add(time.Minute)
		insert(t, s, back)
		for _, ref := range []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: "1"}, {Side: record.Billing, Module: record.Customers, ID: "b1"}} {
			got, err := s.History.Explain(t.Context(), demo, ref)
			require.NoError(t, err)
			require.Len(t, got.Operations, 2, ref)
			require.Equal(t, 1, got.Operations[0].Run.Number)
			require.Equal(t, record.ToCRM, got.Operations[1].Operation.Direction())
			require.Equal(t, "b1", got.Links[0].BillingID)
			require.NotNil(t, got.CRM)
		}
		_, err := s.History.Explain(t.Context(), demo, record.Ref{Side: record.CRM, Module: record.Accounts, ID: "404"})
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testCustomersAreListedByWhereTheyCameFrom(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, billingRecord(record.Customers, "b1", "Acme"))
		born := linkOf("2", "b2")
		born.Born = record.Billing
		linked(t, s, linkOf("1", "b1"), born)
		got, err := s.History.LinkedCustomers(t.Context(), demo, record.CRM, "", 10)
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "Acme", got[0].Name)
		got, err = s.History.LinkedCustomers(t.Context(), demo, "", "1", 10)
		require.NoError(t, err)
		require.Len(t, got, 1)
		counts, err := s.Links.CountByModule(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, 2, counts[record.EntityCustomers][record.Accounts])
		ids, err := s.Connections.OfCRM(t.Context(), "crm-1")
		require.NoError(t, err)
		require.Equal(t, []string{demo}, ids)
	})
}

func testARunsProgressCountsWhatIsDoneWhatIsOpenAndWhatIsStillDue(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now),
			crmRecord(record.Accounts, "3", "x", now), crmRecord(record.Accounts, "4", "x", now))
		due := worklist.Query{Connection: demo, Run: run.ID, Entity: record.EntityCustomers, Module: record.Accounts, Limit: 1}
		n, err := s.History.CountDue(t.Context(), due)
		require.NoError(t, err)
		require.Equal(t, 4, n, "the limit of a page bounds no count")

		ended(t, s, run.ID, "1", record.Updated, "", now)
		ended(t, s, run.ID, "2", record.Failed, "X", now.Add(time.Minute))
		insert(t, s, planned(t, nil, run.ID, "3"))
		counted, err := s.History.Progress(t.Context(), run.ID, now.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, history.Progress{Done: 2, Open: 1, Recent: 1}, counted)
		n, err = s.History.CountDue(t.Context(), due)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

func testTheListsAreCountedAsTheyAreListed(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		linked(t, s, linkOf("1", "b1"))
		ended(t, s, run.ID, "2", record.Skipped, "DUPLICATE", now)
		ended(t, s, run.ID, "3", record.Skipped, "DUPLICATE", now)
		for list, want := range map[history.List]int{history.InSync: 1, history.Excluded: 2, history.Failing: 0} {
			n, err := s.History.CountStanding(t.Context(), demo, history.StandingQuery{List: list, Entity: record.EntityCustomers, Fed: []record.Module{record.Accounts}})
			require.NoError(t, err)
			require.Equal(t, want, n, list)
		}
	})
}

func testWhatAViewLeavesOutAndAnOperationSpeaksOfIsListedOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "v", 1, nil))
		_, _, err := s.Mirror.FinishView(t.Context(), demo, record.Accounts, run.ID, "v", 1)
		require.NoError(t, err)
		ended(t, s, run.ID, "2", record.Skipped, "NOT_IN_VIEW", now)
		n, err := s.History.CountOutOfView(t.Context(), demo, []record.Module{record.Accounts})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		n, err = s.History.CountStanding(t.Context(), demo, history.StandingQuery{List: history.Excluded, Entity: record.EntityCustomers})
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

func testWhatGoesToTheCRMIsCountedByItself(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ended(t, s, run.ID, "1", record.Updated, "", now)
		back := planned(t, nil, run.ID, "b1")
		back.SourceModule, back.TargetModule = record.Customers, record.Accounts
		back.State, back.Outcome, back.DoneAt = record.OpDone, record.Failed, now
		insert(t, s, back)
		all, err := s.History.Counts(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, record.Counts{Updated: 1, Failed: 1}, all[record.EntityCustomers])
		toCRM, err := s.History.CountsToCRM(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, map[record.Entity]record.Counts{record.EntityCustomers: {Failed: 1}}, toCRM)

		failures, err := s.History.Failures(t.Context(), run.ID)
		require.NoError(t, err)
		require.Len(t, failures, 1)
		require.Equal(t, record.Billing, failures[0].Side, "the side from which the record comes")
	})
}

func testAPairWhoseTwoHalvesStandInOneListCountsOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		linked(t, s, linkOf("1", "b1"))
		back := func(id string, outcome record.Outcome, at time.Time) {
			op := planned(t, nil, run.ID, id)
			op.SourceModule, op.TargetModule, op.TargetID = record.Customers, record.Accounts, "1"
			op.State, op.Outcome, op.Code, op.PlannedAt, op.DoneAt = record.OpDone, outcome, "LEFT_VIEW", at, at
			insert(t, s, op)
		}
		back("b1", record.Skipped, now)
		require.Equal(t, map[string]string{"b1": "LEFT_VIEW"}, standing(t, s, history.Excluded), "alone it tells of itself")
		ended(t, s, run.ID, "1", record.Skipped, "LEFT_VIEW", now)
		require.Equal(t, map[string]string{"1": "LEFT_VIEW"}, standing(t, s, history.Excluded))
		second := startRun(t, s, 2)
		ended(t, s, second.ID, "1", record.Updated, "", now.Add(time.Minute))
		require.Equal(t, map[string]string{"b1": "LEFT_VIEW"}, standing(t, s, history.Excluded))
	})
}

var standingTests = []Test{
	{"EachRecordStandsInOneListByItsNewestOperation", testEachRecordStandsInOneListByItsNewestOperation},
	{"WhatAViewLeavesOutIsListedWithoutAnOperation", testWhatAViewLeavesOutIsListedWithoutAnOperation},
	{"ARecordIsExplainedFromEitherSide", testARecordIsExplainedFromEitherSide},
	{"CustomersAreListedByWhereTheyCameFrom", testCustomersAreListedByWhereTheyCameFrom},
	{"ARunsProgressCountsWhatIsDoneWhatIsOpenAndWhatIsStillDue", testARunsProgressCountsWhatIsDoneWhatIsOpenAndWhatIsStillDue},
	{"TheListsAreCountedAsTheyAreListed", testTheListsAreCountedAsTheyAreListed},
	{"WhatAViewLeavesOutAndAnOperationSpeaksOfIsListedOnce", testWhatAViewLeavesOutAndAnOperationSpeaksOfIsListedOnce},
	{"WhatGoesToTheCRMIsCountedByItself", testWhatGoesToTheCRMIsCountedByItself},
	{"APairWhoseTwoHalvesStandInOneListCountsOnce", testAPairWhoseTwoHalvesStandInOneListCountsOnce},
}
