package storetest

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func testRecordsAreDueUntilTheyAreSettled(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now), crmRecord(record.Accounts, "3", "x", now))
		q := worklist.Query{Run: run.ID, Module: record.Accounts}
		require.Equal(t, []string{"1", "2", "3"}, dueIDs(t, s, q))
		q.After, q.Limit = "1", 1
		require.Equal(t, []string{"2"}, dueIDs(t, s, q))
		q.After, q.Limit = "", 0

		skip, none := planned(t, s, run.ID, "1"), planned(t, s, run.ID, "2")
		skip.Action, skip.State, skip.Outcome, skip.DoneAt = record.ActionSkip, record.OpDone, record.Skipped, now
		none.Action, none.State, none.Outcome, none.DoneAt = record.ActionNone, record.OpDone, record.Unchanged, now
		insert(t, s, skip, none)
		require.Equal(t, []string{"3"}, dueIDs(t, s, q), "the others have an operation of this run")
		next := startRun(t, s, 2)
		q.Run = next.ID
		require.Equal(t, []string{"1", "3"}, dueIDs(t, s, q), "what was skipped is looked at again")
		put(t, s, crmRecord(record.Accounts, "2", "changed", now.Add(time.Second)))
		require.Equal(t, []string{"1", "2", "3"}, dueIDs(t, s, q))
	})
}

func testOurOwnWritesMakeNothingDue(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 2)
		finishAll(t, s, run.ID)
		next := startRun(t, s, 2)
		touched := crmRecord(record.Accounts, "a000", "x", now.Add(time.Hour))
		require.Equal(t, 1, put(t, s, touched))
		require.Empty(t, dueIDs(t, s, worklist.Query{Run: next.ID, Module: record.Accounts}), "modified, with the same content")
	})
}

func testARetryTakesOnlyWhatFailedInThatRun(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now), crmRecord(record.Accounts, "3", "x", now))
		bad, skip := planned(t, s, run.ID, "2"), planned(t, s, run.ID, "3")
		bad.Action, bad.State, bad.Outcome, bad.Reason = record.ActionFail, record.OpDone, record.Failed, "no name"
		skip.Action, skip.State, skip.Outcome = record.ActionSkip, record.OpDone, record.Skipped
		insert(t, s, bad, skip)
		retry := startRun(t, s, 2)
		require.Equal(t, []string{"2"}, dueIDs(t, s, worklist.Query{Run: retry.ID, Module: record.Accounts, RetryOf: run.ID}))
		f, err := s.History.Failures(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, []record.Failure{{Entity: record.EntityCustomers, Side: record.CRM, RecordID: "2", Name: "Name 2", Reason: "no name"}}, f)
	})
}

func testAContactComesWithItsAccountAndWhatBecameOfIt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "good", "x", now), crmRecord(record.Accounts, "bad", "x", now))
		contacts := make([]record.Record, 0, 4)
		for id, parent := range map[string]string{"1": "good", "2": "bad", "3": "unknown", "4": ""} {
			c := crmRecord(record.Contacts, id, "x", now)
			c.ParentID = parent
			contacts = append(contacts, c)
		}
		put(t, s, contacts...)
		insert(t, s, planned(t, s, run.ID, "good"))
		finishAll(t, s, run.ID)
		bad := planned(t, s, run.ID, "bad")
		bad.Action, bad.State, bad.Outcome, bad.Code, bad.Reason, bad.DoneAt = record.ActionFail, record.OpDone, record.Failed, "C", "why", now
		insert(t, s, bad)

		yes, no := true, false
		due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: run.ID, Module: record.Contacts, Attached: &yes, Limit: 10})
		require.NoError(t, err)
		require.Len(t, due, 3)
		require.True(t, due[0].Parent.Known)
		require.Equal(t, "c-good", due[0].Parent.Link.BillingID)
		require.Equal(t, record.Added, due[0].Parent.Outcome)
		require.Equal(t, &worklist.Parent{Known: true, Name: "Name bad", Outcome: record.Failed, Code: "C", Reason: "why"}, due[1].Parent)
		require.Equal(t, &worklist.Parent{}, due[2].Parent)
		require.Equal(t, due[0].Record.Values.Hash(), due[0].Hash)
		due, err = s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: run.ID, Module: record.Contacts, Attached: &no, Limit: 10})
		require.NoError(t, err)
		require.Len(t, due, 1)
		require.Nil(t, due[0].Parent)
		require.Len(t, dueIDs(t, s, worklist.Query{Run: run.ID, Module: record.Contacts}), 4)
	})
}

func testADueRecordComesWithItsLink(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 1)
		finishAll(t, s, run.ID)
		put(t, s, crmRecord(record.Accounts, "a000", "changed", now.Add(time.Second)))
		next := startRun(t, s, 2)
		due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: next.ID, Module: record.Accounts, Limit: 10})
		require.NoError(t, err)
		require.Len(t, due, 1)
		require.Equal(t, "c-a000", due[0].Link.BillingID)
		require.Equal(t, record.Values{"display_name": "Name a000"}, due[0].Link.Base)
	})
}

func testCandidatesAreFreeRecordsOfThatNameOrSKU(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		item := func(id, name, sku string) record.Record {
			r := billingRecord(record.Items, id, name)
			r.SKU = sku
			return r
		}
		put(t, s, item("1", " ＡＣＭＥ  Bolt", ""), item("2", "Other", "SKU-1"), item("3", "Other", ""), item("4", "acme bolt", "sku-1"), item("5", "acme bolt", ""))
		run := startRun(t, s, 1)
		op := planned(t, nil, run.ID, "x")
		op.Entity, op.TargetModule, op.TargetID, op.Action = record.EntityItems, record.Items, "5", record.ActionLink
		insert(t, s, op)
		linked(t, s, record.Link{Connection: demo, Entity: record.EntityItems, CRMID: "p", BillingModule: record.Items, BillingID: "3"})
		found := func(names, skus []string) []string {
			rows, err := s.Worklist.Candidates(t.Context(), demo, record.Items, names, skus)
			require.NoError(t, err)
			out := []string{}
			for _, r := range rows {
				out = append(out, r.ID)
			}
			return out
		}
		require.Equal(t, []string{"1", "4"}, found([]string{"acme bolt"}, nil), "5 is the target of an open operation")
		require.Equal(t, []string{"2"}, found([]string{"other"}, nil), "3 is linked")
		require.Equal(t, []string{"2", "4"}, found(nil, []string{"sku-1"}))
		require.Equal(t, []string{}, found(nil, []string{""}), "no SKU is nobody's")
	})
}

func testANameIsTakenByARecordOfOurs(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ops := accounts(t, s, run.ID, 2)
		taken := func(key, except string) bool {
			got, err := s.Operations.NameTaken(t.Context(), demo, record.EntityCustomers, key, except)
			require.NoError(t, err)
			return got
		}
		require.False(t, taken("name a000", ""), "planned is not taken")
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", idsOf(ops[:1]), now)
		require.NoError(t, err)
		require.True(t, taken("name a000", ""))
		require.False(t, taken("name a000", ops[0].ID), "not by itself")
		failed := ops[0]
		failed.Outcome = record.Failed
		_, err = s.Operations.Finish(t.Context(), "t", now, []operations.Outcome{{Operation: failed}})
		require.NoError(t, err)
		require.False(t, taken("name a000", ""), "a creation that failed took nothing")
		finishAll(t, s, run.ID)
		require.True(t, taken("name a001", ops[1].ID), "by the linked record")
	})
}

func testASKUIsTakenByAnItemOfOurs(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		product := func(id string) record.Operation {
			op := planned(t, nil, run.ID, id)
			op.Entity, op.SourceModule, op.TargetModule = record.EntityItems, record.Products, record.Items
			op.After = record.Values{"name": id, "sku": "A-1"}
			return op
		}
		first, second := product("p1"), product("p2")
		insert(t, s, first, second)
		taken := func(op record.Operation, sku string) bool {
			got, err := s.Operations.SKUTaken(t.Context(), op, sku)
			require.NoError(t, err)
			return got
		}
		require.False(t, taken(second, "A-1"), "planned is not taken")
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityItems, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", []string{first.ID}, now)
		require.NoError(t, err)
		require.True(t, taken(second, "a-1"), "it may just be created")
		require.False(t, taken(first, "A-1"), "not by itself")
		require.False(t, taken(second, ""))
		done := added(first, "i1")
		done.Link = &record.Link{Connection: demo, Entity: record.EntityItems, CRMModule: record.Products, CRMID: "p1", BillingModule: record.Items, BillingID: "i1"}
		done.Mirror = &record.Record{Side: record.Billing, Module: record.Items, ID: "i1", Name: "p1", SKU: "A-1", Whole: true, Values: first.After}
		_, err = s.Operations.Finish(t.Context(), "t", now, []operations.Outcome{done})
		require.NoError(t, err)
		require.True(t, taken(second, "A-1"), "by the linked item")
		require.False(t, taken(second, "A-2"))
	})
}

var worklistTests = []Test{
	{"RecordsAreDueUntilTheyAreSettled", testRecordsAreDueUntilTheyAreSettled},
	{"OurOwnWritesMakeNothingDue", testOurOwnWritesMakeNothingDue},
	{"ARetryTakesOnlyWhatFailedInThatRun", testARetryTakesOnlyWhatFailedInThatRun},
	{"AContactComesWithItsAccountAndWhatBecameOfIt", testAContactComesWithItsAccountAndWhatBecameOfIt},
	{"ADueRecordComesWithItsLink", testADueRecordComesWithItsLink},
	{"CandidatesAreFreeRecordsOfThatNameOrSKU", testCandidatesAreFreeRecordsOfThatNameOrSKU},
	{"ANameIsTakenByARecordOfOurs", testANameIsTakenByARecordOfOurs},
	{"ASKUIsTakenByAnItemOfOurs", testASKUIsTakenByAnItemOfOurs},
}
