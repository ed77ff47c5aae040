package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"causeway/internal/store/history"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"

	"causeway/internal/record"

	"causeway/internal/store/runs"

	"github.com/stretchr/testify/require"
)

func testARunIsStartedOnceAndResumedWhenPaused(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		r := startRun(t, s, 1)
		again := startRun(t, s, 1)
		require.Equal(t, r, again, "another id changes nothing")
		for range 2 {
			paused, err := s.Runs.Finish(t.Context(), r.ID, record.RunPaused, "", "", 10, now.Add(time.Minute))
			require.NoError(t, err)
			require.Equal(t, record.RunPaused, paused.Status)
			require.Equal(t, 10, paused.TemporalEvents)
			require.Zero(t, paused.EndedAt, "a paused run has not ended")
		}
		resumed := startRun(t, s, 1)
		require.Equal(t, record.RunRunning, resumed.Status)
		require.Zero(t, resumed.EndedAt)
		for range 2 {
			done, err := s.Runs.Finish(t.Context(), r.ID, record.RunCompleted, "", "", 5, now.Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, 15, done.TemporalEvents)
			require.Equal(t, now.Add(time.Hour), done.EndedAt)
		}
		ended, err := s.Runs.Finish(t.Context(), r.ID, record.RunFailed, "X", "late", 1, now)
		require.NoError(t, err)
		require.Equal(t, record.RunCompleted, ended.Status, "a run that has ended keeps its end")
		require.Equal(t, ended, startRun(t, s, 1))
		_, err = s.Runs.Start(t.Context(), record.Run{ID: r.ID, Connection: demo, Number: 2})
		require.True(t, record.IsKind(err, record.Conflict))
		_, err = s.Runs.Get(t.Context(), "no such run")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testRunsAreListedNewestFirst(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		last, err := s.Runs.Last(t.Context(), demo)
		require.NoError(t, err)
		require.Nil(t, last)
		for n := 1; n <= 3; n++ {
			startRun(t, s, n)
		}
		runs, err := s.Runs.List(t.Context(), demo, 2)
		require.NoError(t, err)
		require.Equal(t, []int{3, 2}, []int{runs[0].Number, runs[1].Number})
		last, err = s.Runs.Last(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, runs[0], *last)
	})
}

func testCallsAndEventsAdd(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		r := startRun(t, s, 1)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				require.NoError(t, s.Runs.AddCalls(context.Background(), r.ID, record.Billing, runs.Taken{Calls: record.Calls{Read: 1, Write: 2, Other: 3}, Spent: 6, At: now}))
				require.NoError(t, s.Runs.AddEvents(context.Background(), r.ID, 4))
			})
		}
		wg.Wait()
		require.NoError(t, s.Runs.AddCalls(t.Context(), r.ID, record.CRM, runs.Taken{Calls: record.Calls{Read: 7}, Spent: 9, At: now, Listing: true}))
		got, err := s.Runs.Get(t.Context(), r.ID)
		require.NoError(t, err)
		require.Equal(t, map[record.Side]record.Calls{record.CRM: {Read: 7}, record.Billing: {Read: 10, Write: 20, Other: 30}}, got.Calls)
		require.Equal(t, map[record.Side]int{record.CRM: 9, record.Billing: 60}, got.Spent)
		require.Equal(t, map[record.Side]int{record.CRM: 9, record.Billing: 0}, got.Listed)
		require.Equal(t, 40, got.TemporalEvents)
		require.True(t, record.IsKind(s.Runs.AddEvents(t.Context(), "no such run", 1), record.NotFound))
	})
}

func testCountsAreSumsOverOperations(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first := startRun(t, s, 1)
		accounts(t, s, first.ID, 4)
		finishAll(t, s, first.ID)
		second := startRun(t, s, 2)
		linked := planned(t, s, second.ID, "a000")
		linked.Action, linked.State, linked.Outcome, linked.Changed = record.ActionLink, record.OpDone, record.Linked, true
		unchanged := planned(t, s, second.ID, "a001")
		unchanged.Action, unchanged.State, unchanged.Outcome = record.ActionNone, record.OpDone, record.Unchanged
		insert(t, s, linked, unchanged)
		for range 2 {
			require.NoError(t, s.History.SetUnchanged(t.Context(), second.ID))
			got, err := s.History.Counts(t.Context(), second.ID)
			require.NoError(t, err)
			require.Equal(t, map[record.Entity]record.Counts{record.EntityCustomers: {Linked: 1, Updated: 1, Unchanged: 3}}, got)
		}
		got, err := s.History.Counts(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, map[record.Entity]record.Counts{record.EntityCustomers: {Added: 4}}, got)
	})
}

func testTheNewestFinalOperationExplainsARecord(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "1", "x", now))
		for n, reason := range []string{"", "first", "second"} {
			if n == 0 {
				continue
			}
			op := planned(t, s, startRun(t, s, n).ID, "1")
			op.Action, op.State, op.Outcome, op.Reason, op.DoneAt = record.ActionFail, record.OpDone, record.Failed, reason, now.Add(time.Duration(n)*time.Hour)
			insert(t, s, op)
		}
		insert(t, s, planned(t, s, startRun(t, s, 3).ID, "1"))
		last, err := s.Operations.Last(t.Context(), demo, record.EntityCustomers, record.Accounts, []string{"1", "2"})
		require.NoError(t, err)
		require.Len(t, last, 1)
		require.Equal(t, "second", last["1"].Reason)
	})
}

func testWhatADayTookIsKeptByTheHourOverAllRuns(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		hour := now.Truncate(time.Hour)
		take := func(run string, side record.Side, spent int, at time.Time) {
			require.NoError(t, s.Runs.AddCalls(t.Context(), run, side, runs.Taken{Calls: record.Calls{Read: 1}, Spent: spent, At: at}))
		}
		first, second := startRun(t, s, 1), startRun(t, s, 2)
		take(first.ID, record.CRM, 3, hour.Add(-30*time.Hour))
		take(first.ID, record.CRM, 5, hour.Add(-time.Minute))
		take(first.ID, record.CRM, 50, hour.Add(time.Minute))
		take(second.ID, record.CRM, 1, hour.Add(59*time.Minute))
		take(second.ID, record.Billing, 9, hour)
		got, err := s.Runs.Spent(t.Context(), demo, record.CRM, hour.Add(-24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, []record.Spent{{Hour: hour.Add(-time.Hour), Calls: 5}, {Hour: hour, Calls: 51}}, got)
		got, err = s.Runs.Spent(t.Context(), demo, record.CRM, hour.Add(-30*time.Hour))
		require.NoError(t, err)
		require.Len(t, got, 3, "an hour that has begun before")
		run, err := s.Runs.Get(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, map[record.Side]int{record.CRM: 58, record.Billing: 0}, run.Spent)
		_, err = s.History.Prune(t.Context(), demo, hour)
		require.NoError(t, err)
		got, err = s.Runs.Spent(t.Context(), demo, record.CRM, time.Time{}.Add(time.Hour*24*365))
		require.NoError(t, err)
		require.Equal(t, []record.Spent{{Hour: hour, Calls: 51}}, got)
	})
}

// endRun ends a run at an instant.
func endRun(t *testing.T, s *Store, run string, at time.Time) {
	t.Helper()
	_, err := s.Runs.Finish(t.Context(), run, record.RunCompleted, "", "", 1, at)
	require.NoError(t, err)
}

func runIDs(t *testing.T, s *Store) []string {
	t.Helper()
	runs, err := s.Runs.List(t.Context(), demo, 10)
	require.NoError(t, err)
	out := []string{}
	for _, r := range runs {
		out = append(out, r.ID)
	}
	return out
}

func testOldRunsAreForgottenAndLinksNever(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		old, young := startRun(t, s, 1), startRun(t, s, 2)
		linked(t, s, linkOf("1", "b1"))
		ended(t, s, old.ID, "1", record.Added, "", now)
		endRun(t, s, old.ID, now)
		endRun(t, s, young.ID, now.Add(48*time.Hour))
		for _, want := range []int{1, 0} {
			n, err := s.History.Prune(t.Context(), demo, now.Add(24*time.Hour))
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Equal(t, []string{young.ID}, runIDs(t, s))
		ops, err := s.Operations.List(t.Context(), old.ID, operations.Filter{})
		require.NoError(t, err)
		require.Empty(t, ops)
		require.Equal(t, map[string]string{"1": ""}, standing(t, s, history.InSync))
	})
}

func testWhatIsNotInSyncKeepsTheRunThatSaysWhy(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first, second, third := startRun(t, s, 1), startRun(t, s, 2), startRun(t, s, 3)
		ended(t, s, first.ID, "1", record.Failed, "NAME_MISSING", now)
		ended(t, s, second.ID, "1", record.Skipped, "DUPLICATE", now.Add(time.Minute))
		ended(t, s, second.ID, "2", record.Added, "", now.Add(time.Minute))
		for _, r := range []record.Run{first, second, third} {
			endRun(t, s, r.ID, now.Add(time.Minute))
		}
		n, err := s.History.Prune(t.Context(), demo, now.Add(24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n, "what a newer operation overtook is no reason any more")
		require.Equal(t, []string{third.ID, second.ID}, runIDs(t, s), "the newest run numbers the next one")
		require.Equal(t, map[string]string{"1": "DUPLICATE"}, standing(t, s, history.Excluded))
		ops, err := s.Operations.List(t.Context(), second.ID, operations.Filter{})
		require.NoError(t, err)
		require.Len(t, ops, 1, "of a kept run, the operations of records that are in sync are forgotten")
	})
}

func testARunThatHasNotEndedIsNeverForgotten(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		running := startRun(t, s, 1)
		endRun(t, s, startRun(t, s, 2).ID, now)
		n, err := s.History.Prune(t.Context(), demo, now.Add(365*24*time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
		require.Contains(t, runIDs(t, s), running.ID)
	})
}

func testARescanReadsAllAgainAndForgetsNothing(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "1", "x", now))
		before, err := s.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
		require.NoError(t, err)
		require.True(t, before.Completed)
		require.NoError(t, s.Mirror.Rescan(t.Context(), demo, record.CRM, record.Accounts))
		after, err := s.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
		require.NoError(t, err)
		require.False(t, after.Completed)
		require.True(t, after.Cursor.IsZero())
		_, err = s.Mirror.Record(t.Context(), demo, record.CRM, record.Accounts, "1")
		require.NoError(t, err)

		// A page that a frozen worker read in the pass before must not end this one.
		_, err = s.Mirror.PutPage(t.Context(), mirror.Page{
			Connection: demo, Side: record.CRM, Module: record.Accounts, Records: []record.Record{crmRecord(record.Accounts, "2", "x", now)},
			Done: true, From: &before,
		})
		require.NoError(t, err)
		after, err = s.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
		require.NoError(t, err)
		require.False(t, after.Completed)
	})
}

var runsTests = []Test{
	{"ARunIsStartedOnceAndResumedWhenPaused", testARunIsStartedOnceAndResumedWhenPaused},
	{"RunsAreListedNewestFirst", testRunsAreListedNewestFirst},
	{"CallsAndEventsAdd", testCallsAndEventsAdd},
	{"CountsAreSumsOverOperations", testCountsAreSumsOverOperations},
	{"TheNewestFinalOperationExplainsARecord", testTheNewestFinalOperationExplainsARecord},
	{"WhatADayTookIsKeptByTheHourOverAllRuns", testWhatADayTookIsKeptByTheHourOverAllRuns},
	{"OldRunsAreForgottenAndLinksNever", testOldRunsAreForgottenAndLinksNever},
	{"WhatIsNotInSyncKeepsTheRunThatSaysWhy", testWhatIsNotInSyncKeepsTheRunThatSaysWhy},
	{"ARunThatHasNotEndedIsNeverForgotten", testARunThatHasNotEndedIsNeverForgotten},
	{"ARescanReadsAllAgainAndForgetsNothing", testARescanReadsAllAgainAndForgetsNothing},
}
