package storetest

import (
	"context"
	"testing"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"

	"github.com/stretchr/testify/require"
)

const inc = "cw-inc1-"

// pairOf puts a customer and its account into both mirrors and links them.
func pairOf(t testing.TB, s *Store, id string, born record.Side, billingMarker string) {
	t.Helper()
	c := billingRecord(record.Customers, "c"+id, "Name "+id)
	c.Marker = billingMarker
	put(t, s, crmRecord(record.Accounts, "a"+id, "x", now))
	put(t, s, c)
	linked(t, s, record.Link{
		Connection: demo, Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "a" + id,
		BillingModule: record.Customers, BillingID: "c" + id, Born: born,
	})
}

func personOf(t testing.TB, s *Store, id, customer string, born record.Side) {
	t.Helper()
	linked(t, s, record.Link{
		Connection: demo, Entity: record.EntityContactPersons, CRMModule: record.Contacts, CRMID: "k" + id,
		BillingModule: record.ContactPersons, BillingID: "p" + id, BillingParentID: customer, Born: born,
	})
}

// scene has a customer of each kind.
func scene(t testing.TB, s *Store) {
	t.Helper()
	pairOf(t, s, "1", record.CRM, inc+"accounts-a1")      // created by us
	pairOf(t, s, "2", record.CRM, inc+"accounts-a2")      // created by us, with transactions
	pairOf(t, s, "3", record.Billing, "")                 // pushed to the CRM
	pairOf(t, s, "4", record.Billing, "")                 // there on both sides
	pairOf(t, s, "5", record.CRM, "")                     // there on both sides, found from billing
	pairOf(t, s, "6", record.CRM, inc+"accounts-a6")      // created by us, with a person of billing's
	pairOf(t, s, "7", record.CRM, "cw-other-accounts-a7") // another connection has created it
	pairOf(t, s, "8", record.Billing, "cw-x")             // pushed, marked by somebody else
	personOf(t, s, "1", "c1", record.CRM)
	personOf(t, s, "6", "c6", record.Billing)
	personOf(t, s, "2", "c2", record.CRM)
	gone := record.Link{Connection: demo, Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "a9",
		BillingModule: record.Customers, BillingID: "c9", Born: record.CRM, Gone: record.Billing, GoneAt: now}
	linked(t, s, gone)
	stray := billingRecord(record.Items, "i1", "Stray")
	stray.Marker = inc + "products-9"
	put(t, s, stray)
}

// marked are what the CRM shows of the scene.
var marked = map[record.Module][]record.Record{record.Accounts: {
	{Module: record.Accounts, ID: "a3", Marker: inc + "customers-c3"}, {Module: record.Accounts, ID: "a4", Marker: "cw-other-customers-c4"},
	{Module: record.Accounts, ID: "a8", Marker: inc + "customers-c8"}, {Module: record.Accounts, ID: "a7"},
}}

// planOf makes a plan, in parts of two.
func planOf(t testing.TB, s *Store, id string, at time.Time) deletions.Deletion {
	t.Helper()
	ctx := context.Background()
	d, err := s.Deletions.Begin(ctx, id, demo, "ann", at)
	require.NoError(t, err)
	for !d.Place.Planned() {
		if module, ok := d.Place.AsksCRM(); ok {
			d.Place, err = s.Deletions.MarkCRM(ctx, d, marked[module], record.Cursor{ID: "a3"}, module == record.Accounts && d.Place.Cursor.ID == "")
		} else if d.Place.AsksBilling() {
			d.Place, err = s.Deletions.MarkTransactions(ctx, d, 1, deletions.Transactions{Customers: []string{"c2", "c4", "unknown"}, More: d.Place.Page == 0})
		} else {
			d.Place, _, err = s.Deletions.PlanPart(ctx, d, 2)
		}
		require.NoError(t, err)
	}
	token, err := s.Deletions.Token(ctx, id)
	require.NoError(t, err)
	require.NoError(t, s.Deletions.FinishPlan(ctx, d, `{"id":"`+id+`"}`, token))
	d, err = s.Deletions.Get(ctx, demo, id)
	require.NoError(t, err)
	return d
}

func confirmation(t testing.TB, s *Store, plan string) deletions.Confirmation {
	t.Helper()
	token, err := s.Deletions.Token(context.Background(), plan)
	require.NoError(t, err)
	return deletions.Confirmation{Connection: demo, Plan: plan, Choice: deletion.ConvertWithTransactions, Token: token, Request: "r1", Who: "ann", At: now.Add(time.Hour)}
}

func confirmed(t testing.TB, s *Store, plan string) deletions.Deletion {
	t.Helper()
	planOf(t, s, plan, now)
	require.NoError(t, s.Deletions.Confirm(context.Background(), confirmation(t, s, plan)))
	d, err := s.Deletions.Get(context.Background(), demo, plan)
	require.NoError(t, err)
	return d
}

// rowsOf are the records of a deletion by id.
func rowsOf(t testing.TB, s *Store, id string) map[string]deletions.Record {
	t.Helper()
	out := map[string]deletions.Record{}
	require.NoError(t, s.Deletions.EachRecord(context.Background(), id, func(r deletions.Record) error {
		out[r.ID] = r
		return nil
	}))
	return out
}
