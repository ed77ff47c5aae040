package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func linkOf(crm, billing string) record.Link {
	return record.Link{
		Connection: demo, Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: crm,
		BillingModule: record.Customers, BillingID: billing, Born: record.CRM, Base: record.Values{"display_name": "Name " + crm},
	}
}

// linked stores links as a sync would.
func linked(t testing.TB, s *Store, all ...record.Link) {
	t.Helper()
	require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error { return links.Put(t.Context(), tx, all) }))
}

func linkAt(t *testing.T, s *Store, entity record.Entity, module record.Module, id string) *record.Link {
	t.Helper()
	l, err := s.Links.BySource(t.Context(), demo, entity, module, id)
	require.NoError(t, err)
	return l
}

func testADeletionMarksTheLinkOnceAndTellsTheHistory(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		linked(t, s, linkOf("1", "b1"))
		for range 2 { // delivered twice
			_, err := s.Operations.MarkGone(t.Context(), run.ID, record.CRM, record.Accounts, []string{"1", "2"})
			require.NoError(t, err)
		}
		require.Equal(t, record.CRM, linkAt(t, s, record.EntityCustomers, record.Accounts, "1").Gone)
		counts, err := s.History.Counts(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, 1, counts[record.EntityCustomers].Deleted, "what was never linked concerns nobody")
		ops, err := s.Operations.List(t.Context(), run.ID, operations.Filter{})
		require.NoError(t, err)
		require.Len(t, ops, 1)
		require.Equal(t, "Name 1", ops[0].SourceName)
		require.Equal(t, "Account Name 1 (1) was deleted in the CRM. Its customer in billing is unchanged.", ops[0].Reason)
		names, err := s.Mirror.Names(t.Context(), demo, record.CRM, record.Accounts, []string{"1", "2"})
		require.NoError(t, err)
		require.Empty(t, names, "the mirror has forgotten both")
	})
}

func testACustomerThatIsDeletedTakesItsContactPersonsAlong(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		person := record.Link{Connection: demo, Entity: record.EntityContactPersons, CRMModule: record.Contacts, CRMID: "7",
			BillingModule: record.ContactPersons, BillingID: "p7", BillingParentID: "b1", Born: record.CRM}
		other := person
		other.CRMID, other.BillingID, other.BillingParentID = "8", "p8", "b2"
		linked(t, s, linkOf("1", "b1"), person, other)
		persons, err := s.Links.PersonsOf(t.Context(), demo, []string{"b1"})
		require.NoError(t, err)
		require.Equal(t, []string{"p7"}, persons)
		ops, err := s.Operations.MarkGone(t.Context(), run.ID, record.Billing, record.Customers, []string{"b1"})
		require.NoError(t, err)
		require.Len(t, ops, 2)
		require.Equal(t, record.ToCRM, ops[0].Direction(), "it was seen in billing, and concerns the CRM")
		require.Equal(t, record.Billing, linkAt(t, s, record.EntityContactPersons, record.Contacts, "7").Gone)
		require.Empty(t, linkAt(t, s, record.EntityContactPersons, record.Contacts, "8").Gone)
		persons, err = s.Links.PersonsOf(t.Context(), demo, []string{"b1"})
		require.NoError(t, err)
		require.Empty(t, persons)
	})
}

func testAMergeMovesTheLinkToTheSurvivor(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		linked(t, s, linkOf("1", "b1"))
		for range 2 {
			require.NoError(t, s.Operations.MoveLink(t.Context(), run.ID, record.EntityCustomers, record.Accounts, "1", "2"))
		}
		require.Nil(t, linkAt(t, s, record.EntityCustomers, record.Accounts, "1"))
		require.Equal(t, "b1", linkAt(t, s, record.EntityCustomers, record.Accounts, "2").BillingID)
		counts, err := s.History.Counts(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, 1, counts[record.EntityCustomers].Linked)
	})
}

func testAMergeIntoALinkedRecordLeavesItsOwnLink(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		linked(t, s, linkOf("1", "b1"), linkOf("2", "b2"))
		require.NoError(t, s.Operations.MoveLink(t.Context(), run.ID, record.EntityCustomers, record.Accounts, "1", "2"))
		require.Equal(t, "b2", linkAt(t, s, record.EntityCustomers, record.Accounts, "2").BillingID)
		require.Equal(t, record.CRM, linkAt(t, s, record.EntityCustomers, record.Accounts, "1").Gone)
	})
}

func testOnlyAWholeListingProvesThatSomethingIsMissing(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, billingRecord(record.Customers, "1", "A"), billingRecord(record.Customers, "2", "B"), billingRecord(record.Customers, "3", "C"))
		require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "customers", 2, []string{"3"}))
		missing := func() []string {
			ids, err := s.Mirror.NotListed(t.Context(), demo, record.Billing, record.Customers, run.ID, "customers", 2)
			require.NoError(t, err)
			return ids
		}
		require.Empty(t, missing(), "the first page is not this run's")
		require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "customers", 1, nil))
		require.Equal(t, []string{"1", "2"}, missing())
		require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "customers", 1, []string{"1"}), "the page came again")
		require.Equal(t, []string{"2"}, missing())
		require.NoError(t, s.Runs.DropListings(t.Context(), run.ID))
		require.Empty(t, missing())
	})
}

func testAViewBoundsWhatIsLookedAt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now), crmRecord(record.Accounts, "3", "x", now))
		linked(t, s, linkOf("3", "b3"))
		view := func(ids ...string) (int, int) {
			require.NoError(t, s.Runs.AddPage(t.Context(), run.ID, "Accounts/view", 1, ids))
			entered, left, err := s.Mirror.FinishView(t.Context(), demo, record.Accounts, run.ID, "Accounts/view", 1)
			require.NoError(t, err)
			return entered, left
		}
		_, left := view("1")
		require.Equal(t, 2, left)
		q := worklist.Query{Run: run.ID, Module: record.Accounts}
		require.Equal(t, []string{"1", "3"}, dueIDs(t, s, q), "3 is linked: the history says that it left")
		due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: run.ID, Module: record.Accounts, Limit: 10})
		require.NoError(t, err)
		require.False(t, due[0].OutOfView)
		require.True(t, due[1].OutOfView)
		entered, left := view("1")
		require.Zero(t, entered+left, "the same listing again changes nothing")
		entered, _ = view("1", "2")
		require.Equal(t, 1, entered)
		require.Equal(t, []string{"1", "2", "3"}, dueIDs(t, s, q))
		n, err := s.Mirror.ClearView(t.Context(), demo, record.Accounts)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, _, err = s.Mirror.FinishView(t.Context(), demo, record.Accounts, run.ID, "Accounts/view", 2)
		require.True(t, record.IsKind(err, record.Unavailable), "an incomplete listing says nothing")
	})
}

func testAScopedRunLooksAtItsOwnRecordsAlone(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		contact := crmRecord(record.Contacts, "5", "x", now)
		contact.ParentID = "2"
		put(t, s, contact, crmRecord(record.Contacts, "6", "x", now))
		require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error {
			_, err := tx.Exec(t.Context(), `UPDATE mirror SET due = FALSE`)
			return err
		}))
		refs := []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: "2"}}
		for range 2 {
			require.NoError(t, s.Runs.SetRecords(t.Context(), run.ID, refs))
		}
		got, err := s.Runs.Records(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, refs, got)
		require.Equal(t, []string{"2"}, dueIDs(t, s, worklist.Query{Run: run.ID, Module: record.Accounts, Scoped: true}))
		require.Equal(t, []string{"5"}, dueIDs(t, s, worklist.Query{Run: run.ID, Module: record.Contacts, Scoped: true}), "the contacts of its account")

		put(t, s, billingRecord(record.Customers, "b2", "x"), billingRecord(record.Customers, "b3", "x"))
		linked(t, s, linkOf("2", "b2"), linkOf("1", "b3"))
		require.Equal(t, []string{"b2"}, dueIDs(t, s, worklist.Query{Run: run.ID, Side: record.Billing, Module: record.Customers, Scoped: true}),
			"the other half of the pair")
	})
}

func testBillingRecordsAreDueWhereTheSyncGoesBothWays(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		page := mirror.Page{Connection: demo, Side: record.Billing, Module: record.Customers, Records: []record.Record{billingRecord(record.Customers, "b1", "A")}, Done: true}
		_, err := s.Mirror.PutPage(t.Context(), page)
		require.NoError(t, err)
		q := worklist.Query{Run: run.ID, Side: record.Billing, Module: record.Customers}
		require.Empty(t, dueIDs(t, s, q))
		page.Records = []record.Record{billingRecord(record.Customers, "b1", "B")}
		page.Due = true
		_, err = s.Mirror.PutPage(t.Context(), page)
		require.NoError(t, err)
		require.Equal(t, []string{"b1"}, dueIDs(t, s, q))

		put(t, s, crmRecord(record.Accounts, "1", "x", now))
		linked(t, s, linkOf("1", "b1"))
		due, err := s.Worklist.Due(t.Context(), worklist.Query{Connection: demo, Run: run.ID, Side: record.Billing, Module: record.Customers, Limit: 5})
		require.NoError(t, err)
		require.Equal(t, "1", due[0].Target.ID, "the other half comes along")
		require.Equal(t, "1", due[0].Link.CRMID)
	})
}

func testAnOutcomeInTheCRMSettlesBillingsRecordAndMayLeaveTheTargetDue(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		_, err := s.Mirror.PutPage(t.Context(), mirror.Page{Connection: demo, Side: record.Billing, Module: record.Customers, Due: true, Done: true,
			Records: []record.Record{billingRecord(record.Customers, "b1", "A")}})
		require.NoError(t, err)
		op := planned(t, nil, run.ID, "b1")
		op.SourceModule, op.TargetModule = record.Customers, record.Accounts
		op.SourceHash = billingRecord(record.Customers, "b1", "A").Values.Hash()
		op.Base, op.Rule = record.Values{"display_name": "A"}, "conflicts:newest"
		insert(t, s, op)
		claimed, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t1", 10)
		require.NoError(t, err)
		require.Equal(t, op.Base, claimed[0].Base)
		require.Equal(t, op.Rule, claimed[0].Rule)
		op.Outcome, op.TargetID = record.Added, "1"
		link := linkOf("1", "b1")
		link.Base = op.Base
		target := crmRecord(record.Accounts, "1", "x", now)
		_, err = s.Operations.Finish(t.Context(), "t1", now, []operations.Outcome{{Operation: op, Link: &link, Mirror: &target, Due: true}})
		require.NoError(t, err)
		require.Empty(t, dueIDs(t, s, worklist.Query{Run: startRun(t, s, 2).ID, Side: record.Billing, Module: record.Customers}))
		require.Equal(t, []string{"1"}, dueIDs(t, s, worklist.Query{Run: startRun(t, s, 3).ID, Module: record.Accounts}))
	})
}

func testDecisionsAreKeptUntilTheyAreSpent(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		decide := func(field, winner string) {
			for range 2 {
				require.NoError(t, s.Operations.Decide(t.Context(), demo, record.EntityItems, record.Products, "1", []record.Decision{
					{Field: field, Winner: record.Side(winner), CRM: json.Number("1.10"), Billing: map[string]any{"city": "Bern"}},
				}))
			}
		}
		decide("rate", "crm")
		decide("name", "crm")
		decide("rate", "billing")
		got, err := s.Operations.Decisions(t.Context(), demo, record.EntityItems, record.Products, []string{"1", "2"})
		require.NoError(t, err)
		require.Equal(t, map[string][]record.Decision{"1": {
			{Field: "name", Winner: record.CRM, CRM: json.Number("1.10"), Billing: map[string]any{"city": "Bern"}},
			{Field: "rate", Winner: record.Billing, CRM: json.Number("1.10"), Billing: map[string]any{"city": "Bern"}},
		}}, got)
		require.NoError(t, s.Operations.SetDecisions(t.Context(), demo, record.EntityItems, record.Products, "1", nil))
		got, err = s.Operations.Decisions(t.Context(), demo, record.EntityItems, record.Products, []string{"1"})
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func testADraftIsKeptForADay(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		d := connections.Draft{ID: "d1", Connection: demo, Base: 3, Who: "anna", At: now, Preferences: record.Preferences{Cadence: time.Hour}}
		for range 2 {
			require.NoError(t, s.Connections.PutDraft(t.Context(), d))
		}
		got, err := s.Connections.Draft(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, d, got)
		require.NoError(t, s.Connections.PutDraft(t.Context(), connections.Draft{ID: "d2", Connection: demo, At: now.Add(25 * time.Hour)}))
		_, err = s.Connections.Draft(t.Context(), "d1")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

var bothwaysTests = []Test{
	{"ADeletionMarksTheLinkOnceAndTellsTheHistory", testADeletionMarksTheLinkOnceAndTellsTheHistory},
	{"ACustomerThatIsDeletedTakesItsContactPersonsAlong", testACustomerThatIsDeletedTakesItsContactPersonsAlong},
	{"AMergeMovesTheLinkToTheSurvivor", testAMergeMovesTheLinkToTheSurvivor},
	{"AMergeIntoALinkedRecordLeavesItsOwnLink", testAMergeIntoALinkedRecordLeavesItsOwnLink},
	{"OnlyAWholeListingProvesThatSomethingIsMissing", testOnlyAWholeListingProvesThatSomethingIsMissing},
	{"AViewBoundsWhatIsLookedAt", testAViewBoundsWhatIsLookedAt},
	{"AScopedRunLooksAtItsOwnRecordsAlone", testAScopedRunLooksAtItsOwnRecordsAlone},
	{"BillingRecordsAreDueWhereTheSyncGoesBothWays", testBillingRecordsAreDueWhereTheSyncGoesBothWays},
	{"AnOutcomeInTheCRMSettlesBillingsRecordAndMayLeaveTheTargetDue", testAnOutcomeInTheCRMSettlesBillingsRecordAndMayLeaveTheTargetDue},
	{"DecisionsAreKeptUntilTheyAreSpent", testDecisionsAreKeptUntilTheyAreSpent},
	{"ADraftIsKeptForADay", testADraftIsKeptForADay},
}
