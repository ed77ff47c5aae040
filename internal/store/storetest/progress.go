package storetest

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/history"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

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

var progressTests = []Test{
	{"ARunsProgressCountsWhatIsDoneWhatIsOpenAndWhatIsStillDue", testARunsProgressCountsWhatIsDoneWhatIsOpenAndWhatIsStillDue},
	{"TheListsAreCountedAsTheyAreListed", testTheListsAreCountedAsTheyAreListed},
	{"WhatAViewLeavesOutAndAnOperationSpeaksOfIsListedOnce", testWhatAViewLeavesOutAndAnOperationSpeaksOfIsListedOnce},
	{"WhatGoesToTheCRMIsCountedByItself", testWhatGoesToTheCRMIsCountedByItself},
	{"APairWhoseTwoHalvesStandInOneListCountsOnce", testAPairWhoseTwoHalvesStandInOneListCountsOnce},
}
