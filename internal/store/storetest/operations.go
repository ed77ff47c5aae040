package storetest

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func testARecordHasOneOperationInARun(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		first, second := planned(t, s, run.ID, "1"), planned(t, s, run.ID, "2")
		insert(t, s, first)
		again := planned(t, s, run.ID, "1")
		n, err := s.Operations.Insert(t.Context(), []record.Operation{first, again, second})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		ops, err := s.Operations.List(t.Context(), run.ID, operations.Filter{})
		require.NoError(t, err)
		require.Equal(t, []string{first.ID, second.ID}, idsOf(ops))
		require.Less(t, ops[0].Seq, ops[1].Seq)
		first.Seq, first.Before = ops[0].Seq, record.Values{}
		require.Equal(t, first, ops[0], "as it was given")
		_, err = s.Operations.Insert(t.Context(), []record.Operation{planned(t, s, "no such run", "1")})
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testOperationsAreFiltered(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 5)
		finishAll(t, s, run.ID)
		all, err := s.Operations.List(t.Context(), run.ID, operations.Filter{Entity: record.EntityCustomers, Outcome: record.Added})
		require.NoError(t, err)
		require.Len(t, all, 5)
		some, err := s.Operations.List(t.Context(), run.ID, operations.Filter{AfterSeq: all[1].Seq, Limit: 2})
		require.NoError(t, err)
		require.Equal(t, all[2:4], some)
		none, err := s.Operations.List(t.Context(), run.ID, operations.Filter{Entity: record.EntityItems})
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func testAnOutcomeIsWrittenOnceWithAllThatFollows(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 2)
		ops, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", idsOf(ops), now)
		require.NoError(t, err)
		parked := ops[1]
		parked.Outcome, parked.Code, parked.Reason = record.Failed, "BAD_EMAIL", "not an e-mail"
		outcomes := []operations.Outcome{added(ops[0], "c1"), {Operation: parked}}
		written, err := s.Operations.Finish(t.Context(), "t", now, outcomes)
		require.NoError(t, err)
		require.Equal(t, idsOf(ops), written)
		was := versions(t, s, "links") + versions(t, s, "operations") + versions(t, s, "mirror")
		written, err = s.Operations.Finish(t.Context(), "t", now, outcomes)
		require.NoError(t, err)
		require.Empty(t, written)
		require.Equal(t, was, versions(t, s, "links")+versions(t, s, "operations")+versions(t, s, "mirror"))

		link, err := s.Links.BySource(t.Context(), demo, record.EntityCustomers, record.Accounts, "a000")
		require.NoError(t, err)
		require.Equal(t, outcomes[0].Link, link)
		byTarget, err := s.Links.ByTarget(t.Context(), demo, record.Customers, "c1")
		require.NoError(t, err)
		require.Equal(t, link, byTarget)
		none, err := s.Links.ByTarget(t.Context(), demo, record.Customers, "c9")
		require.NoError(t, err)
		require.Nil(t, none)
		linked, err := s.Links.Linked(t.Context(), demo, record.Customers, []string{"c1", "c9"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"c1": true}, linked)
		page, err := s.Links.Page(t.Context(), demo, record.EntityCustomers, "", 10)
		require.NoError(t, err)
		require.Len(t, page, 1)
		m, err := s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "c1")
		require.NoError(t, err)
		require.Equal(t, *outcomes[0].Mirror, m)
		next := startRun(t, s, 2)
		require.Equal(t, []string{"a001"}, dueIDs(t, s, worklist.Query{Run: next.ID, Module: record.Accounts}), "the parked one alone")
	})
}

func testAnOutcomeNeverSettlesANewerChange(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 1)
		put(t, s, crmRecord(record.Accounts, "a000", "changed meanwhile", now.Add(time.Second)))
		finishAll(t, s, run.ID)
		next := startRun(t, s, 2)
		require.Equal(t, []string{"a000"}, dueIDs(t, s, worklist.Query{Run: next.ID, Module: record.Accounts}))
	})
}

func testUnsettledOperationsComeByDeadline(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 3))
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		for i, id := range ids {
			_, err := s.Operations.MarkSent(t.Context(), "t", []string{id}, now.Add(-time.Duration(i)*time.Minute))
			require.NoError(t, err)
		}
		ops, err := s.Operations.Unsettled(t.Context(), run.ID, record.EntityCustomers, 2)
		require.NoError(t, err)
		require.Equal(t, []string{ids[2], ids[1]}, idsOf(ops))
	})
}

func testWhatACutOffRunLeftIsDroppedOrMoved(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		cut := startRun(t, s, 1)
		ops := accounts(t, s, cut.ID, 3)
		_, err := s.Operations.Claim(t.Context(), cut.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", []string{ops[0].ID, ops[1].ID}, now)
		require.NoError(t, err)
		require.NoError(t, s.Operations.Replan(t.Context(), "t", []string{ops[1].ID})) // it may have had an effect all the same
		next := startRun(t, s, 2)
		require.Empty(t, dueIDs(t, s, worklist.Query{Run: next.ID, Module: record.Accounts}), "all have an open operation")
		moved, err := s.Operations.TakeElsewhere(t.Context(), demo, next.ID)
		require.NoError(t, err)
		require.Equal(t, 2, moved)
		moved, err = s.Operations.TakeElsewhere(t.Context(), demo, next.ID)
		require.NoError(t, err)
		require.Zero(t, moved)
		put(t, s, crmRecord(record.Accounts, "later", "x", now))
		insert(t, s, planned(t, s, next.ID, "later"))
		moved, err = s.Operations.TakeElsewhere(t.Context(), demo, cut.ID)
		require.NoError(t, err)
		require.Zero(t, moved, "an earlier run takes nothing from a later one")
		open, err := s.Operations.CountOpen(t.Context(), next.ID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, operations.OpenCounts{Planned: 2, Sent: 1, NextDeadline: now}, open, "nor drops anything of it")
		unsettled, err := s.Operations.Unsettled(t.Context(), next.ID, record.EntityCustomers, 10)
		require.NoError(t, err)
		require.Equal(t, []string{ops[0].ID}, idsOf(unsettled))
		require.Equal(t, []string{"a002"}, dueIDs(t, s, worklist.Query{Run: next.ID, Module: record.Accounts}))
		written, err := s.Operations.Finish(t.Context(), "t", now, []operations.Outcome{added(ops[0], "c")})
		require.NoError(t, err)
		require.Equal(t, []string{ops[0].ID}, written, "an outcome that comes late is as good")
	})
}

// startPush is the run that brings records to billing for a push.
func startPush(t *testing.T, s *Store, seq int, accounts ...string) record.Run {
	t.Helper()
	r, err := s.Runs.Start(t.Context(), record.Run{
		ID: newID(t), Connection: demo, Push: seq, Trigger: record.TriggerPush, StartedAt: now, Status: record.RunRunning, Scoped: true,
	})
	require.NoError(t, err)
	refs := make([]record.Ref, len(accounts))
	for i, id := range accounts {
		refs[i] = record.Ref{Side: record.CRM, Module: record.Accounts, ID: id}
	}
	require.NoError(t, s.Runs.SetRecords(t.Context(), r.ID, refs))
	return r
}

func testARunOfSingleRecordsTakesWhatASyncHasOpenOfThem(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		sync := startRun(t, s, 1)
		ops := accounts(t, s, sync.ID, 4)
		_, err := s.Operations.Claim(t.Context(), sync.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", []string{ops[1].ID, ops[3].ID}, now)
		require.NoError(t, err)
		require.NoError(t, s.Operations.Replan(t.Context(), "t", []string{ops[3].ID})) // it may have had an effect all the same
		push := startPush(t, s, 1, "a000", "a001", "a003")
		scope := worklist.Query{Run: push.ID, Module: record.Accounts, Scoped: true}
		require.Empty(t, dueIDs(t, s, scope), "the sync has them")

		got, err := s.Operations.TakeBeside(t.Context(), demo, push.ID, record.CRM, now)
		require.NoError(t, err)
		require.Equal(t, operations.Beside{Dropped: 1, Moved: 2}, got)
		got, err = s.Operations.TakeBeside(t.Context(), demo, push.ID, record.CRM, now)
		require.NoError(t, err)
		require.Zero(t, got)
		require.Equal(t, []string{"a000"}, dueIDs(t, s, scope), "what was planned is planned again")
		granted, err := s.Operations.MarkSent(t.Context(), "t", []string{ops[0].ID, ops[2].ID}, now)
		require.NoError(t, err)
		require.Equal(t, []string{ops[2].ID}, granted, "the sync carries out what was left to it")
		unsettled, err := s.Operations.Unsettled(t.Context(), push.ID, record.EntityCustomers, 10)
		require.NoError(t, err)
		require.Equal(t, []string{ops[1].ID}, idsOf(unsettled))
		written, err := s.Operations.Finish(t.Context(), "t", now, []operations.Outcome{added(ops[1], "c1")})
		require.NoError(t, err)
		require.Equal(t, []string{ops[1].ID}, written, "the attempt that sent it stores its outcome")
	})
}

func testARunOfARecordOfBillingTakesWhatASyncHasOpenTowardsTheCRM(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		sync := startRun(t, s, 1)
		ops := accounts(t, s, sync.ID, 1)
		put(t, s, billingRecord(record.Customers, "c1", "One"), billingRecord(record.Customers, "c2", "Two"))
		for _, id := range []string{"c1", "c2"} {
			insert(t, s, record.Operation{
				ID: newID(t), Connection: demo, Run: sync.ID, Entity: record.EntityCustomers, Action: record.ActionCreate,
				SourceModule: record.Customers, SourceID: id, TargetModule: record.Accounts, State: record.OpPlanned, PlannedAt: now,
			})
		}
		one := startRun(t, s, 2)
		require.NoError(t, s.Runs.SetRecords(t.Context(), one.ID, []record.Ref{{Side: record.Billing, Module: record.Customers, ID: "c1"}}))
		got, err := s.Operations.TakeBeside(t.Context(), demo, one.ID, record.CRM, now)
		require.NoError(t, err)
		require.Zero(t, got, "it is none of the CRM's records")
		got, err = s.Operations.TakeBeside(t.Context(), demo, one.ID, record.Billing, now)
		require.NoError(t, err)
		require.Equal(t, operations.Beside{Dropped: 1}, got)
		open, err := s.Operations.CountOpen(t.Context(), sync.ID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, len(ops)+1, open.Planned, "the others stay")
	})
}

func testWhatAnotherPushHasJustPlannedIsLeftToIt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "a", "x", now))
		first, second := startPush(t, s, 1, "a"), startPush(t, s, 2, "a")
		insert(t, s, planned(t, s, first.ID, "a"))
		got, err := s.Operations.TakeBeside(t.Context(), demo, second.ID, record.CRM, now.Add(-time.Minute))
		require.NoError(t, err)
		require.Equal(t, operations.Beside{Held: 1}, got)
		got, err = s.Operations.TakeBeside(t.Context(), demo, second.ID, record.CRM, now.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, operations.Beside{Dropped: 1}, got, "a minute later the other one seems to have ended")
	})
}

func testARecordHasOneOpenOperationAmongRunsThatGoOnBesideEachOther(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "a", "x", now), crmRecord(record.Accounts, "b", "x", now))
		sync, push := startRun(t, s, 1), startPush(t, s, 1, "a")
		insert(t, s, planned(t, s, push.ID, "a"))
		plan := []record.Operation{planned(t, s, sync.ID, "a"), planned(t, s, sync.ID, "b")}
		n, err := s.Operations.Insert(t.Context(), plan)
		require.NoError(t, err)
		require.Equal(t, 1, n, "the push has the other one")

		finishAll(t, s, push.ID)
		n, err = s.Operations.Insert(t.Context(), plan[:1])
		require.NoError(t, err)
		require.Zero(t, n, "it was linked since the sync decided to create it")
	})
}

var operationsTests = []Test{
	{"ARecordHasOneOperationInARun", testARecordHasOneOperationInARun},
	{"OperationsAreFiltered", testOperationsAreFiltered},
	{"AnOutcomeIsWrittenOnceWithAllThatFollows", testAnOutcomeIsWrittenOnceWithAllThatFollows},
	{"AnOutcomeNeverSettlesANewerChange", testAnOutcomeNeverSettlesANewerChange},
	{"UnsettledOperationsComeByDeadline", testUnsettledOperationsComeByDeadline},
	{"WhatACutOffRunLeftIsDroppedOrMoved", testWhatACutOffRunLeftIsDroppedOrMoved},
	{"ARunOfSingleRecordsTakesWhatASyncHasOpenOfThem", testARunOfSingleRecordsTakesWhatASyncHasOpenOfThem},
	{"ARunOfARecordOfBillingTakesWhatASyncHasOpenTowardsTheCRM", testARunOfARecordOfBillingTakesWhatASyncHasOpenTowardsTheCRM},
	{"WhatAnotherPushHasJustPlannedIsLeftToIt", testWhatAnotherPushHasJustPlannedIsLeftToIt},
	{"ARecordHasOneOpenOperationAmongRunsThatGoOnBesideEachOther", testARecordHasOneOpenOperationAmongRunsThatGoOnBesideEachOther},
}
