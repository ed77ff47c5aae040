package storetest

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/history"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"

	"github.com/stretchr/testify/require"
)

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

var pruneTests = []Test{
	{"OldRunsAreForgottenAndLinksNever", testOldRunsAreForgottenAndLinksNever},
	{"WhatIsNotInSyncKeepsTheRunThatSaysWhy", testWhatIsNotInSyncKeepsTheRunThatSaysWhy},
	{"ARunThatHasNotEndedIsNeverForgotten", testARunThatHasNotEndedIsNeverForgotten},
	{"ARescanReadsAllAgainAndForgetsNothing", testARescanReadsAllAgainAndForgetsNothing},
}
