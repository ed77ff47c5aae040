package billingtest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

func createTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		tr := f.one(t, typ, "Söhne 株式会社 "+string(typ))
		tr.Lines[0].Description = "a thing"
		made := f.push(t, tr)
		require.NotEmpty(t, made.ID)
		require.NotEmpty(t, made.Number)
		require.Equal(t, record.StatusDraft, made.Status)
		require.Len(t, made.Currency, 3)
		require.WithinDuration(t, time.Now(), made.Created, 5*time.Minute)
		require.False(t, made.Modified.IsZero())
		want := []string{tr.Marker, tr.CustomerID, tr.Date, tr.Due, tr.Reference, tr.Notes, tr.Terms, tr.Lines[0].ItemID, "a thing"}
		is := f.read(t, made)
		for _, got := range []record.Transaction{made, is} {
			require.Equal(t, typ, got.Type)
			require.Len(t, got.Lines, 1)
			require.Equal(t, want, []string{got.Marker, got.CustomerID, got.Date, got.Due, got.Reference, got.Notes, got.Terms, got.Lines[0].ItemID, got.Lines[0].Description})
			require.NotEmpty(t, got.Lines[0].Name, "the item's")
			requireAmount(t, "18.1", got.Lines[0].Rate)
			requireAmount(t, "3", got.Lines[0].Quantity)
			requireAmount(t, "54.3", got.Totals.Total)
		}
		require.Equal(t, made.ID, is.ID)
		require.Equal(t, made.Number, is.Number)
		require.True(t, made.Modified.Equal(is.Modified))

		numbered := f.one(t, typ, "Numbered "+string(typ))
		numbered.Number = "CW/7"
		require.Equal(t, "CW/7", f.push(t, numbered).Number)
	}
}

func upsertTransactions(t *testing.T, f TransactionFixture) {
	if !f.Offers.UpsertByMarker {
		t.Skip("this side has no upsert")
	}
	for _, typ := range types {
		tr := f.one(t, typ, "Twice "+string(typ))
		first, second := f.push(t, tr), f.push(t, tr)
		require.Equal(t, first.ID, second.ID)
		require.Equal(t, first.Number, second.Number)
		require.Equal(t, tr.Marker, second.Marker)
		require.Len(t, second.Lines, 1)
		require.Len(t, f.listed(t, typ, billing.TransactionQuery{}), 1)
	}
}

func upsertTransactionsConcurrently(t *testing.T, f TransactionFixture) {
	if !f.Offers.UpsertByMarker {
		t.Skip("this side has no upsert")
	}
	tr := f.one(t, record.Invoice, "Many")
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			_, err := f.Transactions.CreateTransaction(t.Context(), tr, true)
			require.NoError(t, err)
		})
	}
	callers.Wait()
	require.Len(t, f.listed(t, record.Invoice, billing.TransactionQuery{}), 1)
}

func takenTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		first := f.one(t, typ, "First "+string(typ))
		first.Number = "CW-1"
		f.push(t, first)
		again := f.one(t, typ, "Second "+string(typ))
		again.Number = "CW-1"
		_, err := f.Transactions.CreateTransaction(t.Context(), again, f.Offers.UpsertByMarker)
		requireKind(t, err, record.Conflict)
		refused(t, err, billing.CodeNumberTaken)
		require.ErrorContains(t, err, "CW-1")
		again.Number, again.Marker = "CW-2", first.Marker
		_, err = f.Transactions.CreateTransaction(t.Context(), again, false)
		requireKind(t, err, record.Conflict)
		refused(t, err, billing.CodeMarkerTaken)
		require.Len(t, f.listed(t, typ, billing.TransactionQuery{}), 1)
	}
}

func updateTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		tr := f.one(t, typ, "Before "+string(typ))
		tr.Discount = record.Discount{Share: dec("0.5")}
		made := f.push(t, tr)
		other := f.make(t, record.Items, item("After "+string(typ)))
		change := record.Transaction{Type: typ, ID: made.ID, CustomerID: made.CustomerID, Date: day(-1), Due: day(10), Notes: "Changed", Lines: []record.Line{
			{ItemID: other.ID, Rate: dec("2"), Quantity: dec("5"), Discount: record.Discount{Amount: dec("1")}},
			{ItemID: tr.Lines[0].ItemID, Rate: dec("1"), Quantity: dec("1")}}}
		for range 2 {
			changed, err := f.Transactions.UpdateTransaction(t.Context(), change)
			require.NoError(t, err)
			require.Equal(t, made.ID, changed.ID)
			require.Equal(t, made.Number, changed.Number)
			require.Equal(t, made.Marker, changed.Marker)
			require.Equal(t, []string{day(-1), day(10), "Changed", "", ""}, []string{changed.Date, changed.Due, changed.Notes, changed.Terms, changed.Reference})
			require.Equal(t, []string{other.ID, tr.Lines[0].ItemID}, []string{changed.Lines[0].ItemID, changed.Lines[1].ItemID})
			require.Len(t, changed.Lines, 2)
			requireAmount(t, "10", changed.Totals.Total, "the discount is gone")
			require.Equal(t, changed, f.read(t, changed))
		}
		back := f.read(t, made)
		back.CustomerID = "" // the update must find it out
		changed, err := f.Transactions.UpdateTransaction(t.Context(), back)
		require.NoError(t, err, "what was read can be written")
		requireAmount(t, "10", changed.Totals.Total)
	}
}

func findTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		since := time.Now().Add(-time.Minute)
		tr := f.one(t, typ, "Found "+string(typ))
		found, err := f.Transactions.FindTransaction(t.Context(), typ, tr.CustomerID, tr.Marker, since)
		require.NoError(t, err)
		require.Nil(t, found)
		made := f.push(t, tr)
		other := tr
		other.Marker += "-other"
		f.push(t, other)
		found, err = f.Transactions.FindTransaction(t.Context(), typ, tr.CustomerID, tr.Marker, since)
		require.NoError(t, err)
		require.Equal(t, made.ID, found.ID)
		require.Len(t, found.Lines, 1, "whole")
		stranger := f.make(t, record.Customers, customer("Stranger "+string(typ)))
		for _, c := range []struct {
			customer string
			since    time.Time
		}{{stranger.ID, since}, {tr.CustomerID, time.Now().Add(time.Hour)}} {
			found, err = f.Transactions.FindTransaction(t.Context(), typ, c.customer, tr.Marker, c.since)
			require.NoError(t, err)
			require.Nil(t, found)
		}
	}
}

func listTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		var made []string
		buyer, other := f.one(t, typ, "Buyer "+string(typ)), f.one(t, typ, "Other "+string(typ))
		for n := range 5 {
			buyer.Marker = fmt.Sprint("cw-list-", typ, n)
			made = append(made, f.push(t, buyer).ID)
		}
		strange := f.push(t, other).ID
		slices.Reverse(made)
		require.Equal(t, append([]string{strange}, made...), f.listed(t, typ, billing.TransactionQuery{Limit: 2}))
		require.Equal(t, made, f.listed(t, typ, billing.TransactionQuery{CustomerID: buyer.CustomerID, Limit: 2}))
		if !f.Offers.SortByModified {
			continue
		}
		buyer.ID, buyer.Marker = made[4], ""
		_, err := f.Transactions.UpdateTransaction(t.Context(), buyer)
		require.NoError(t, err)
		require.Equal(t, made[4], f.listed(t, typ, billing.TransactionQuery{ByModified: true})[0])
	}
}
