package storetest

import (
	"context"
	"testing"
	"time"

	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func testTheCRMsCandidatesAreFreeRecordsOfThatNameOrSKU(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		var records []record.Record
		for _, id := range []string{"free", "linked", "deleted", "kept", "target"} {
			r := crmRecord(record.Products, id, "x", now)
			r.Name = " Desk  LAMP "
			records = append(records, r)
		}
		bySKU := crmRecord(record.Products, "sku", "x", now)
		bySKU.SKU = "L-1"
		put(t, s, append(records, bySKU, crmRecord(record.Products, "other", "x", now))...)
		link := func(id string, gone record.Side) record.Link {
			return record.Link{Connection: demo, Entity: record.EntityItems, CRMModule: record.Products, CRMID: id,
				BillingModule: record.Items, BillingID: "b-" + id, Born: record.CRM, Gone: gone}
		}
		linked(t, s, link("linked", ""), link("deleted", record.CRM), link("kept", record.Billing))
		op := planned(t, nil, run.ID, "b9")
		op.Entity, op.SourceModule, op.TargetModule, op.TargetID = record.EntityItems, record.Items, record.Products, "target"
		insert(t, s, op)

		got, err := s.Worklist.CRMCandidates(t.Context(), demo, record.Products, []string{record.NameKey("desk lamp")}, []string{"l-1"})
		require.NoError(t, err)
		ids := []string{}
		for _, r := range got {
			ids = append(ids, r.ID)
		}
		require.Equal(t, []string{"deleted", "free", "sku"}, ids,
			"a record that came back is free; one whose other half was deleted in billing is not, nor is an open operation's target")
	})
}

func testRecordsAreMadeDueOneByOneOrAsAModule(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, billingRecord(record.Customers, "1", "A"), billingRecord(record.Customers, "2", "B"), billingRecord(record.Customers, "3", "C"))
		q := worklist.Query{Run: run.ID, Side: record.Billing, Module: record.Customers}
		for _, want := range []int{1, 0} { // delivered twice
			n, err := s.Mirror.MarkDue(t.Context(), demo, record.Billing, record.Customers, []string{"2", "404"})
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Equal(t, []string{"2"}, dueIDs(t, s, q))
		n, err := s.Mirror.MarkDue(t.Context(), demo, record.Billing, record.Customers, []string{})
		require.NoError(t, err)
		require.Zero(t, n, "no ids are no records, not all")
		for _, want := range []int{2, 0} {
			n, err := s.Mirror.MarkDue(t.Context(), demo, record.Billing, record.Customers, nil)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Equal(t, []string{"1", "2", "3"}, dueIDs(t, s, q))
	})
}

func testUnsureCustomersAreReadOnceMoreWhenTheirSecondIsOver(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		unsure := billingRecord(record.Customers, "1", "A")
		later := billingRecord(record.Customers, "2", "B")
		later.Modified = now.Add(time.Hour) // the last edits of a list are unsure in any case
		put(t, s, unsure, later)
		for range 2 {
			require.NoError(t, s.Mirror.MarkUnsure(t.Context(), demo, []record.Record{unsure}, now))
		}
		again := func(at time.Time, limit int) int {
			n, err := s.Mirror.Reread(t.Context(), demo, record.Customers, at, limit)
			require.NoError(t, err)
			return n
		}
		require.Equal(t, 1, again(now.Add(time.Second), 10))
		require.Equal(t, []string{"1"}, dueIDs(t, s, worklist.Query{Run: run.ID, Side: record.Billing, Module: record.Customers}))
		r, err := s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "1")
		require.NoError(t, err)
		require.False(t, r.Whole, "its details are asked for")
		require.Equal(t, 1, again(now.Add(5*time.Second), 10), "its second was not over the last time")
		require.NoError(t, s.Mirror.PutDetails(t.Context(), demo, []record.Record{unsure}, true))
		require.Zero(t, again(now.Add(10*time.Second), 10))

		require.NoError(t, s.Mirror.MarkUnsure(t.Context(), demo, []record.Record{unsure, later}, now))
		require.Zero(t, again(now.Add(5*time.Second), 1), "more than the limit are let be")
		require.Zero(t, again(now.Add(5*time.Second), 10), "and forgotten")
	})
}

func testAContactThatBecomesACustomerRetiresItsLinkAsAPerson(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Contacts, "7", "x", now))
		linked(t, s, record.Link{Connection: demo, Entity: record.EntityContactPersons, CRMModule: record.Contacts, CRMID: "7",
			BillingModule: record.ContactPersons, BillingID: "p7", BillingParentID: "b1", Born: record.CRM})
		op := planned(t, nil, run.ID, "7")
		op.SourceModule = record.Contacts
		insert(t, s, op)
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		for range 2 {
			_, err = s.Operations.Finish(t.Context(), "t", now, []operations.Outcome{added(op, "b7")})
			require.NoError(t, err)
		}
		require.Equal(t, record.Moved, linkAt(t, s, record.EntityContactPersons, record.Contacts, "7").Gone)
		require.Empty(t, linkAt(t, s, record.EntityCustomers, record.Contacts, "7").Gone)

		links, err := s.Links.OfModule(t.Context(), demo, record.Contacts, []string{"7", "404"})
		require.NoError(t, err)
		require.Len(t, links, 1)
		require.Equal(t, "b7", links["7"].BillingID, "the one that both sides have")
		links, err = s.Links.OfTargets(t.Context(), demo, record.Customers, []string{"b7", "b8"})
		require.NoError(t, err)
		require.Len(t, links, 1)
		require.Equal(t, "7", links["b7"].CRMID)

		_, err = s.Mirror.MarkDue(t.Context(), demo, record.CRM, record.Contacts, []string{"7"})
		require.NoError(t, err)
		for entity, want := range map[record.Entity]string{record.EntityCustomers: "b7", record.EntityContactPersons: "p7"} {
			due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: startRun(t, s, 2).ID, Entity: entity, Module: record.Contacts, Limit: 5})
			require.NoError(t, err)
			require.Equal(t, want, due[0].Link.BillingID, "a plan goes by the link of its own entity")
		}
	})
}

func testAContactPersonComesWithItsCustomer(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		person := billingRecord(record.ContactPersons, "p7", "Ann")
		person.ParentID = "b1"
		put(t, s, billingRecord(record.Customers, "b1", "Acme"))
		put(t, s, person)
		linked(t, s, linkOf("1", "b1"))
		_, err := s.Mirror.MarkDue(t.Context(), demo, record.Billing, record.ContactPersons, nil)
		require.NoError(t, err)
		due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: run.ID, Side: record.Billing, Module: record.ContactPersons, Limit: 5})
		require.NoError(t, err)
		require.True(t, due[0].Parent.Known)
		require.Equal(t, "Acme", due[0].Parent.Name)
		require.Equal(t, "1", due[0].Parent.Link.CRMID)
	})
}

func testAMergedRecordsPastIsExplainedWithTheSurvivors(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first, second := startRun(t, s, 1), startRun(t, s, 2)
		linked(t, s, linkOf("1", "b1"))
		created := ended(t, s, first.ID, "1", record.Added, "", now)
		require.NoError(t, s.Operations.MoveLink(t.Context(), second.ID, record.EntityCustomers, record.Accounts, "1", "2"))
		for _, ref := range []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: "2"}, {Side: record.Billing, Module: record.Customers, ID: "b1"}} {
			got, err := s.History.Explain(t.Context(), demo, ref)
			require.NoError(t, err)
			require.Len(t, got.Operations, 2, ref)
			require.Equal(t, created.ID, got.Operations[0].Operation.ID)
			require.Equal(t, record.ActionMerge, got.Operations[1].Operation.Action)
		}
	})
}

func testARunKeepsWhatDriftedAndWhichRecordsMetACode(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		drift := []record.Drift{{Side: record.CRM, Module: record.Accounts, Field: "Tax_ID", What: "is gone", Remedy: "map another field"}}
		for range 2 {
			require.NoError(t, s.Runs.SetDrift(t.Context(), run.ID, drift))
		}
		got, err := s.Runs.Get(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, drift, got.Drift)
		require.NoError(t, s.Runs.SetDrift(t.Context(), run.ID, nil))
		got, err = s.Runs.Get(t.Context(), run.ID)
		require.NoError(t, err)
		require.Empty(t, got.Drift)

		ended(t, s, run.ID, "1", record.Conflicts, "FIELD_CONFLICT", now)
		ended(t, s, run.ID, "2", record.Failed, "NAME_MISSING", now)
		with, err := s.Operations.WithCode(t.Context(), run.ID, record.Accounts, "FIELD_CONFLICT", []string{"1", "2", "3"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"1": true}, with)
	})
}

func testAFieldIsGoneWhereNoRecordShowsItAndSeveralLinksHadIt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		item := func(id string, values record.Values) {
			r := record.Record{Side: record.Billing, Module: record.Customers, ID: id, Name: id, Whole: true, Values: values, Modified: now}
			put(t, s, r)
		}
		agreed := func(n string, base record.Values) {
			l := linkOf(n, "b"+n)
			l.Base = base
			linked(t, s, l)
		}
		gone := func() bool {
			is, err := s.Worklist.FieldGone(t.Context(), demo, record.EntityCustomers, "cf_a_b")
			require.NoError(t, err)
			return is
		}
		item("b1", record.Values{"cf_axb": "another field", "cf_a_bc": "another"})
		require.False(t, gone(), "nobody ever had it")
		agreed("1", record.Values{"cf_a_b": "x"})
		agreed("2", record.Values{"cf_a_b": nil})
		agreed("3", record.Values{"cf_a_b": ""})
		require.False(t, gone(), "one alone was cleared, for all one can tell")
		agreed("4", record.Values{"cf_a_b": 4})
		require.True(t, gone())
		item("b9", record.Values{"cf_a_b": ""})
		require.False(t, gone(), "one that shows it empty shows it")
		shown, err := s.Mirror.Showing(t.Context(), demo, record.EntityCustomers, "cf_a_b", 5)
		require.NoError(t, err)
		require.Equal(t, []record.Record{{Side: record.Billing, Module: record.Customers, ID: "b9"}}, shown)
	})
}

func testWhatIsDueWithoutALinkIsSeen(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx, attached, unattached := context.Background(), true, false
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 2)
		open := func(entity record.Entity, module record.Module, attached *bool) bool {
			found, err := s.Worklist.AnyUnlinked(ctx, demo, entity, module, attached)
			require.NoError(t, err)
			return found
		}
		require.True(t, open(record.EntityCustomers, record.Accounts, nil))
		require.False(t, open(record.EntityItems, record.Products, nil))
		finishAll(t, s, run.ID)
		require.False(t, open(record.EntityCustomers, record.Accounts, nil), "both are linked, and in step")
		put(t, s, crmRecord(record.Accounts, "a000", "y", now))
		require.False(t, open(record.EntityCustomers, record.Accounts, nil), "one is due again, and linked")
		of := crmRecord(record.Contacts, "c1", "x", now)
		of.ParentID = "a000"
		put(t, s, of)
		require.True(t, open(record.EntityCustomers, record.Contacts, &attached))
		require.False(t, open(record.EntityCustomers, record.Contacts, &unattached))

		n, err := s.Mirror.Count(ctx, demo, record.Billing, record.Customers)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
}

var readsTests = []Test{
	{"TheCRMsCandidatesAreFreeRecordsOfThatNameOrSKU", testTheCRMsCandidatesAreFreeRecordsOfThatNameOrSKU},
	{"RecordsAreMadeDueOneByOneOrAsAModule", testRecordsAreMadeDueOneByOneOrAsAModule},
	{"UnsureCustomersAreReadOnceMoreWhenTheirSecondIsOver", testUnsureCustomersAreReadOnceMoreWhenTheirSecondIsOver},
	{"AContactThatBecomesACustomerRetiresItsLinkAsAPerson", testAContactThatBecomesACustomerRetiresItsLinkAsAPerson},
	{"AContactPersonComesWithItsCustomer", testAContactPersonComesWithItsCustomer},
	{"AMergedRecordsPastIsExplainedWithTheSurvivors", testAMergedRecordsPastIsExplainedWithTheSurvivors},
	{"ARunKeepsWhatDriftedAndWhichRecordsMetACode", testARunKeepsWhatDriftedAndWhichRecordsMetACode},
	{"AFieldIsGoneWhereNoRecordShowsItAndSeveralLinksHadIt", testAFieldIsGoneWhereNoRecordShowsItAndSeveralLinksHadIt},
	{"WhatIsDueWithoutALinkIsSeen", testWhatIsDueWithoutALinkIsSeen},
}
