package store

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/history"
	"causeway/internal/store/links"
	"causeway/internal/store/operations"
	"causeway/internal/store/pushes"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func TestTheCRMsCandidatesAreFreeRecordsOfThatNameOrSKU(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestRecordsAreMadeDueOneByOneOrAsAModule(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestUnsureCustomersAreReadOnceMoreWhenTheirSecondIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestAContactThatBecomesACustomerRetiresItsLinkAsAPerson(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestAContactPersonComesWithItsCustomer(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestAMergedRecordsPastIsExplainedWithTheSurvivors(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestARunKeepsWhatDriftedAndWhichRecordsMetACode(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

// What is looked for among hundreds of thousands of records is found by an index, also while PostgreSQL has no
// statistics: a condition that it makes a join of compares all with all then.
func TestNoLookIsMadeAJoinBeforeThereAreStatistics(t *testing.T) {
	t.Parallel()
	s := fresh(t, databases["postgres"](t))
	run := startRun(t, s, 1)
	accounts(t, s, run.ID, 3000)
	for range 3 {
		finishAll(t, s, run.ID) // a thousand of them
	}
	due, dueArgs := worklist.Query{Connection: demo, Run: run.ID, Module: record.Accounts, Limit: 500}.Statement()
	for name, look := range map[string]struct {
		query string
		args  []any
	}{
		"due":       {due, dueArgs},
		"in sync":   {history.InSyncLinks, []any{demo, record.EntityCustomers, "", s.db.List([]string{"Accounts"}), 100}},
		"resting":   {history.RestLinks, []any{demo, record.EntityCustomers, "", s.db.List([]string{"Accounts"}), 100}},
		"invoiced":  {pushes.InvoicedCustomers, []any{demo, record.Invoice, "", 100}},
		"excluded":  {history.ExcludedOps, []any{demo, record.EntityCustomers, "", 100}},
		"failing":   {history.FailingOps, []any{demo, record.EntityCustomers, "", 100}},
		"conflicts": {history.ConflictOps, []any{demo}},
		"persons":   {links.PersonsOf, []any{demo, s.db.List([]string{"b1"})}},
		"failed":    {history.FailedOps, []any{run.ID, "", ""}},
		"merged":    {history.MergedInto, []any{"b1", record.Customers, demo}},
	} {
		var lines []string
		require.NoError(t, s.db.Reader().All(t.Context(), &lines, "EXPLAIN "+look.query, look.args...), name)
		plan := ""
		for _, line := range lines {
			plan += line + "\n"
		}
		require.NotContains(t, plan, "Seq Scan", name+"\n"+plan)
		require.NotContains(t, plan, "Join", name+"\n"+plan)
		if name == "due" {
			require.Contains(t, plan, "mirror_due", plan)
		}
	}
}
