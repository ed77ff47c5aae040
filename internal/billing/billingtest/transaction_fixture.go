package billingtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// TransactionFixture is an organisation without records, with the port for its transactions.
type TransactionFixture struct {
	Fixture
	Transactions billing.Transactions
	// Offers is what ProbeTransactions must find. If the organisation accepts lines of free text, it has one by then.
	Offers billing.TransactionCapabilities
	// TaxID is a tax of 20 %.
	TaxID string
	// Mails returns how many e-mails billing has sent.
	Mails func(t *testing.T) int
}

var (
	types = []record.TransactionType{record.Quote, record.Invoice}
	dec   = decimal.MustParse
)

// day returns the date some days from now.
func day(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }

// requireAmount compares values: 18.1 equals 18.10.
func requireAmount(t *testing.T, want string, got decimal.Decimal, what ...any) {
	t.Helper()
	require.True(t, dec(want).Equal(got), "%s, want %s: %s", got, want, fmt.Sprint(what...))
}

// refused requires a failure with the code that is not ambiguous.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, "%v", err)
	require.False(t, e.Ambiguous, "%v", err)
}

// one returns a transaction to create, of a new customer and with a line for a new item.
func (f TransactionFixture) one(t *testing.T, typ record.TransactionType, name string) record.Transaction {
	t.Helper()
	c, i := f.make(t, record.Customers, customer(name)), f.make(t, record.Items, item(name))
	return record.Transaction{Type: typ, Marker: "cw-test-" + string(typ.Module()) + "-" + name, CustomerID: c.ID, Date: day(0), Due: day(30),
		Reference: "PO " + name, Notes: "Thanks", Terms: "30 days", Lines: []record.Line{{ItemID: i.ID, Rate: dec("18.10"), Quantity: dec("3")}}}
}

func (f TransactionFixture) push(t *testing.T, tr record.Transaction) record.Transaction {
	t.Helper()
	made, err := f.Transactions.CreateTransaction(t.Context(), tr, f.Offers.UpsertByMarker)
	require.NoError(t, err)
	return made
}

func (f TransactionFixture) read(t *testing.T, made record.Transaction) record.Transaction {
	t.Helper()
	is, err := f.Transactions.Transaction(t.Context(), made.Type, made.ID)
	require.NoError(t, err)
	return is
}

func (f TransactionFixture) listed(t *testing.T, typ record.TransactionType, q billing.TransactionQuery) []string {
	t.Helper()
	var out []string
	for q.Page = 1; ; q.Page++ {
		page, err := f.Transactions.ListTransactions(t.Context(), typ, q)
		require.NoError(t, err)
		for _, tr := range page.Transactions {
			out = append(out, tr.ID)
		}
		if !page.More {
			return out
		}
		require.Less(t, q.Page, 50, "the pages end")
	}
}

func (f TransactionFixture) mark(t *testing.T, made record.Transaction, to record.TransactionStatus) {
	t.Helper()
	require.NoError(t, f.Transactions.SetTransactionStatus(t.Context(), made.Type, made.ID, to))
	require.Equal(t, to, f.read(t, made).Status)
}

// extras reports whether the side offers for a type what some sides offer for quotes only.
func (f TransactionFixture) extras(typ record.TransactionType) bool {
	return typ == record.Quote || f.Offers.InvoiceExtras
}
