package storetest

import (
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/pushes"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
)

func testInvoicesAreAddedUpByCustomerAndWhatWasWrittenIsRemembered(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		linked(t, s, linkOf("1", "b1"), linkOf("3", "b3"))
		put := func(kind record.TransactionType, id, customer string, payments ...record.Payment) {
			t.Helper()
			body, err := record.Transaction{Type: kind, ID: id, Payments: payments}.Encode()
			require.NoError(t, err)
			require.NoError(t, s.Transactions.Put(ctx, []pushes.Transaction{{Connection: demo, Type: string(kind), BillingID: id, Number: "N" + id, Status: "sent",
				CustomerID: customer, Currency: "EUR", Due: "2026-04-01", Total: "10.00", Balance: "4.00", Modified: now, Seen: now, Body: body}}))
		}
		paid := record.Payment{Amount: decimal.MustParse("6.00"), Date: "2026-03-02"}
		put(record.Invoice, "i1", "b1", paid)
		put(record.Invoice, "i2", "b1")
		put(record.Invoice, "i3", "b2") // whose customer is not linked
		put(record.Quote, "q1", "b3")

		ids, err := s.Transactions.InvoicedCustomers(ctx, demo, "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"b1"}, ids)
		ids, err = s.Transactions.InvoicedCustomers(ctx, demo, "b1", 10)
		require.NoError(t, err)
		require.Empty(t, ids)
		var seen []record.Receivable
		require.NoError(t, s.Transactions.EachReceivable(ctx, demo, "b1", func(r record.Receivable) error { seen = append(seen, r); return nil }))
		require.Len(t, seen, 2)
		require.Equal(t, record.Receivable{Number: "Ni1", Currency: "EUR", Total: "10.00", Balance: "4.00", Due: "2026-04-01", Status: "sent",
			Payments: []record.Payment{paid}}, seen[0])

		for _, owed := range []string{"4.00", "8.00"} {
			require.NoError(t, s.Transactions.KeepFigures(ctx, demo, "b1", record.Values{"Owed": owed}))
			kept, err := s.Transactions.KeptFigures(ctx, demo, []string{"b1", "b2"})
			require.NoError(t, err)
			require.Equal(t, map[string]record.Values{"b1": {"Owed": owed}}, kept)
		}
		rows, err := s.Transactions.OfBilling(ctx, demo, string(record.Invoice), []string{"i1", "q1"})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		_, err = s.Transactions.Named(ctx, demo, string(record.Invoice), "q1")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

var figuresTests = []Test{
	{"InvoicesAreAddedUpByCustomerAndWhatWasWrittenIsRemembered", testInvoicesAreAddedUpByCustomerAndWhatWasWrittenIsRemembered},
}
