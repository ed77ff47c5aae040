package storetest

import (
	"testing"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/deletions"

	"github.com/stretchr/testify/require"
)

func testAPlanDeletesOnlyWhatWasCreatedHereAndHasNoTransactions(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		scene(t, s)
		planOf(t, s, "p1", now)
		rows := rowsOf(t, s, "p1")
		got := map[string][2]string{}
		for id, r := range rows {
			got[id] = [2]string{r.PlanAll, r.PlanSome}
		}
		require.Equal(t, map[string][2]string{
			"c1": {deletion.Converted, deletion.Deleted}, "c2": {deletion.Converted, deletion.Converted}, "c3": {deletion.Kept, deletion.Kept}, "c4": {deletion.Kept, deletion.Kept}, "c5": {deletion.Kept, deletion.Kept},
			"c6": {deletion.Converted, deletion.Converted}, "c7": {deletion.Kept, deletion.Kept}, "c8": {deletion.Kept, deletion.Kept}, "c9": {deletion.Gone, deletion.Gone},
			"p1": {deletion.Converted, deletion.Deleted}, "p2": {deletion.Converted, deletion.Converted}, "p6": {deletion.Kept, deletion.Kept},
			"a3": {deletion.Converted, deletion.Converted}, "a8": {deletion.Converted, deletion.Converted}, "i1": {deletion.Converted, deletion.Converted},
		}, got)
		require.Equal(t, deletion.HeldPersons, rows["c6"].Held)
		require.True(t, rows["c4"].Transactions)
		require.Equal(t, deletion.RowDone, rows["c9"].State)
		counts, err := s.Deletions.CountPlan(t.Context(), "p1")
		require.NoError(t, err)
		require.Equal(t, deletions.PlanCounts{Linked: 8, BornCRM: 3, BornBilling: 2, Duplicates: 3, Transactions: 2,
			All: map[string]int{deletion.Converted: 3, deletion.Kept: 5}, Some: map[string]int{deletion.Converted: 2, deletion.Deleted: 1, deletion.Kept: 5}}, counts["customers"])
		require.Equal(t, 2, counts[deletion.PartMarkers].CRM)
	})
}

func testWhatAnotherConnectionHasLinkedIsNotDeleted(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		pairOf(t, s, "1", record.CRM, inc+"accounts-a1")
		require.NoError(t, s.Connections.Create(t.Context(), record.Connection{ID: "other", Incarnation: "inc2", CRMOrg: "crm-2", BillingOrg: "bill-1", CreatedAt: now}))
		linked(t, s, record.Link{Connection: "other", Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "z1",
			BillingModule: record.Customers, BillingID: "c1", Born: record.Billing})
		planOf(t, s, "p1", now)
		row := rowsOf(t, s, "p1")["c1"]
		require.Equal(t, deletion.Converted, row.PlanSome)
		require.Equal(t, deletion.HeldElsewhere, row.Held)
	})
}

func testAPlanMadeTwiceIsOnePlanWithOneToken(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		scene(t, s)
		d := planOf(t, s, "p1", now)
		before := rowsOf(t, s, "p1")
		late := d
		late.Place = deletions.Place{}
		next, _, err := s.Deletions.PlanPart(t.Context(), late, 100)
		require.NoError(t, err)
		require.True(t, next.Planned(), "an attempt that comes late learns where the plan stands")
		for stage := 0; !late.Place.AsksBilling(); stage++ {
			late.Place = deletions.Place{Stage: stage}
		}
		_, err = s.Deletions.MarkTransactions(t.Context(), late, 1, deletions.Transactions{Customers: []string{"c1"}})
		require.NoError(t, err)
		require.Equal(t, before, rowsOf(t, s, "p1"))
		require.NoError(t, s.Deletions.FinishPlan(t.Context(), d, "{}", "another"))
		require.NoError(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p1")))
	})
}

func code(t testing.TB, err error) string {
	t.Helper()
	require.True(t, record.IsKind(err, record.Conflict), "%v", err)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	return e.Code
}

func testATokenConfirmsItsOwnPlanOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		planOf(t, s, "p0", now)
		planOf(t, s, "p1", now.Add(time.Minute))
		require.Equal(t, deletion.CodeTokenOld, code(t, s.Deletions.Confirm(ctx, confirmation(t, s, "p0"))), "a newer plan")
		c := confirmation(t, s, "p1")
		other := c
		other.Token = confirmation(t, s, "p0").Token
		require.Equal(t, deletion.CodeTokenOtherPlan, code(t, s.Deletions.Confirm(ctx, other)))
		unknown := c
		unknown.Plan = "p9"
		require.Equal(t, deletion.CodePlanUnknown, code(t, s.Deletions.Confirm(ctx, unknown)))
		old := c
		old.At = now.Add(deletions.PlanLives + 2*time.Minute)
		require.Equal(t, deletion.CodeTokenOld, code(t, s.Deletions.Confirm(ctx, old)))
		require.NoError(t, s.Deletions.Confirm(ctx, c))
		require.NoError(t, s.Deletions.Confirm(ctx, c), "the same request, delivered twice")
		second := c
		second.Request = "r2"
		require.Equal(t, deletion.CodeTokenUsed, code(t, s.Deletions.Confirm(ctx, second)))
	})
}

func testAPlanIsOldOnceTheConnectionWasSynced(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		scene(t, s)
		planOf(t, s, "p1", now)
		pairOf(t, s, "99", record.CRM, "")
		require.Equal(t, deletion.CodeTokenOld, code(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p1"))))
		planOf(t, s, "p2", now.Add(-time.Minute))
		planOf(t, s, "p3", now.Add(time.Minute))
		require.NoError(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p3")))
		planOf(t, s, "p4", now.Add(-time.Minute))
		startRun(t, s, 1)
		require.Equal(t, deletion.CodeTokenOld, code(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p4"))))
	})
}

func testARecordIsDoneUnderItsClaimAlone(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		first, last, err := s.Deletions.Claim(ctx, d, "customers", "one", deletions.RowPlace{}, 2)
		require.NoError(t, err)
		require.Len(t, first, 2)
		require.Equal(t, deletions.RowPlace{ID: "c2", Module: "customers"}, *last)
		granted, err := s.Deletions.MarkSent(ctx, d.ID, "customers", record.Customers, "one", []string{"c1", "c2", "c3"}, now)
		require.NoError(t, err)
		require.Equal(t, []string{"c1", "c2"}, granted, "c3 is not its own")
		_, _, err = s.Deletions.Claim(ctx, d, "customers", "two", deletions.RowPlace{}, 1)
		require.NoError(t, err)
		for i := range first {
			first[i].State, first[i].Outcome = deletion.RowDone, deletion.Deleted
		}
		written, _, err := s.Deletions.Finish(ctx, d.ID, "one", now, first)
		require.NoError(t, err)
		require.Equal(t, []string{"c2"}, written, "c1 was taken over")
		again, _, err := s.Deletions.Finish(ctx, d.ID, "one", now, first)
		require.NoError(t, err)
		require.Empty(t, again)
		granted, err = s.Deletions.MarkSent(ctx, d.ID, "customers", record.Customers, "one", []string{"c1", "c2"}, now)
		require.NoError(t, err)
		require.Empty(t, granted)
		rows, _, err := s.Deletions.Claim(ctx, d, "customers", "three", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		require.Len(t, rows, 7, "what is done, or gone, is claimed no more")
	})
}

func testContactPersonsGoWithTheirCustomers(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		rows, _, err := s.Deletions.Claim(ctx, d, "contact_persons", "one", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		require.Len(t, rows, 2, "p1 goes with its customer")
		open, err := s.Deletions.CountOpen(ctx, d, "contact_persons")
		require.NoError(t, err)
		require.Equal(t, deletions.OpenRows{Open: 2}, open)
		for _, outcome := range []string{deletion.Deleted, deletion.Converted} {
			require.NoError(t, s.DB.Write(ctx, func(tx db.Session) error {
				_, err := tx.Exec(ctx, `UPDATE deletion_records SET state = 'open' WHERE id = 'c1'`) // found alive, say
				return err
			}))
			customers, _, err := s.Deletions.Claim(ctx, d, "customers", "one", deletions.RowPlace{}, 1)
			require.NoError(t, err)
			customers[0].State, customers[0].Outcome = deletion.RowDone, outcome
			_, persons, err := s.Deletions.Finish(ctx, d.ID, "one", now, customers)
			require.NoError(t, err)
			require.Equal(t, []string{outcome}, persons)
			require.Equal(t, outcome, rowsOf(t, s, "p1")["p1"].Outcome)
		}
	})
}

// finished brings all records of a deletion to their planned outcomes.
var deletionTests = []Test{
	{"APlanDeletesOnlyWhatWasCreatedHereAndHasNoTransactions", testAPlanDeletesOnlyWhatWasCreatedHereAndHasNoTransactions},
	{"WhatAnotherConnectionHasLinkedIsNotDeleted", testWhatAnotherConnectionHasLinkedIsNotDeleted},
	{"APlanMadeTwiceIsOnePlanWithOneToken", testAPlanMadeTwiceIsOnePlanWithOneToken},
	{"ATokenConfirmsItsOwnPlanOnce", testATokenConfirmsItsOwnPlanOnce},
	{"APlanIsOldOnceTheConnectionWasSynced", testAPlanIsOldOnceTheConnectionWasSynced},
	{"ARecordIsDoneUnderItsClaimAlone", testARecordIsDoneUnderItsClaimAlone},
	{"ContactPersonsGoWithTheirCustomers", testContactPersonsGoWithTheirCustomers},
}
