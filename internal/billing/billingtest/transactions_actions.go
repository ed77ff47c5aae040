package billingtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// exactTotals compares totals with sums made by hand.
func exactTotals(t *testing.T, f TransactionFixture) {
	share, amount := func(s string) record.Discount { return record.Discount{Share: dec(s)} }, func(s string) record.Discount { return record.Discount{Amount: dec(s)} }
	for name, c := range map[string]struct {
		change     func(*record.Transaction)
		tax, total string
	}{
		"a share of a line":             {func(tr *record.Transaction) { tr.Lines[0].Discount = share("0.125") }, "0", "47.51"}, // 47.5125
		"an amount of a line":           {func(tr *record.Transaction) { tr.Lines[0].Discount = amount("0.30") }, "0", "54"},
		"half a cent, up":               {func(tr *record.Transaction) { tr.Lines[0].Rate, tr.Lines[0].Quantity = dec("0.05"), dec("0.5") }, "0", "0.03"}, // 0.025
		"a share of all":                {func(tr *record.Transaction) { tr.Discount = share("0.1") }, "0", "48.87"},
		"an amount of all":              {func(tr *record.Transaction) { tr.Discount = amount("5.25") }, "0", "49.05"},
		"a tax":                         {func(tr *record.Transaction) { tr.Lines[0].TaxID = f.TaxID }, "10.86", "65.16"},
		"a tax, inclusive":              {func(tr *record.Transaction) { tr.Lines[0].TaxID, tr.TaxInclusive = f.TaxID, true }, "9.05", "54.30"},
		"a share of all before the tax": {func(tr *record.Transaction) { tr.Lines[0].TaxID, tr.Discount = f.TaxID, share("0.1") }, "9.77", "58.64"}, // 9.774
		"a share of all after the tax": {func(tr *record.Transaction) {
			tr.Lines[0].TaxID, tr.Discount, tr.DiscountAfterTax = f.TaxID, share("0.1"), true
		}, "10.86", "58.64"}, // 65.16 less 6.516
		"large amounts": {func(tr *record.Transaction) { tr.Lines[0].Rate, tr.Lines[0].Quantity = dec("99999999999.99"), dec("3") }, "0", "299999999999.97"},
	} {
		for _, typ := range types {
			tr := f.one(t, typ, string(typ)+" with "+name)
			c.change(&tr)
			if tr.Lines[0].TaxID == "" && c.tax != "0" {
				t.Log("without a tax")
				continue
			}
			made := f.push(t, tr)
			requireAmount(t, c.total, made.Totals.Total, name, typ)
			requireAmount(t, c.tax, made.Totals.Tax, name, typ)
			require.True(t, tr.Discount.Share.Equal(made.Discount.Share) && tr.Discount.Amount.Equal(made.Discount.Amount), "%s %v", name, made.Discount)
			require.True(t, tr.Lines[0].Discount.Share.Equal(made.Lines[0].Discount.Share), name)
			require.Equal(t, []bool{tr.TaxInclusive, tr.DiscountAfterTax}, []bool{made.TaxInclusive, made.DiscountAfterTax}, name)
			if typ == record.Invoice {
				requireAmount(t, c.total, made.Totals.Balance, name)
			}
			require.Equal(t, made, f.read(t, made), name)
		}
	}
}

func statuses(t *testing.T, f TransactionFixture) {
	for typ, paths := range map[record.TransactionType][][]record.TransactionStatus{
		record.Quote:   {{record.StatusSent, record.StatusAccepted}, {record.StatusSent, record.StatusDeclined}},
		record.Invoice: {{record.StatusSent, record.StatusVoid}, {record.StatusVoid}},
	} {
		for n, path := range paths {
			made := f.push(t, f.one(t, typ, string(typ)+string(rune('a'+n))))
			for _, to := range path {
				f.mark(t, made, to)
				f.mark(t, made, to)
			}
		}
	}
	late := f.one(t, record.Invoice, "Late")
	late.Date, late.Due = day(-40), day(-10)
	made := f.push(t, late)
	for range 2 {
		require.NoError(t, f.Transactions.SetTransactionStatus(t.Context(), record.Invoice, made.ID, record.StatusSent))
		require.Equal(t, record.StatusOverdue, f.read(t, made).Status)
	}
}

func statusesRefused(t *testing.T, f TransactionFixture) {
	paid := f.push(t, f.one(t, record.Invoice, "Paid"))
	f.mark(t, paid, record.StatusSent)
	_, err := f.Transactions.RecordPayment(t.Context(), paid.CustomerID, paid.ID, record.Payment{Amount: paid.Totals.Total, Mode: "cash", Date: day(0)})
	require.NoError(t, err)
	void := f.push(t, f.one(t, record.Invoice, "Void"))
	f.mark(t, void, record.StatusVoid)
	expired := f.one(t, record.Quote, "Expired")
	expired.Date, expired.Due = day(-40), day(-10)
	expired = f.push(t, expired)
	require.NoError(t, f.Transactions.SetTransactionStatus(t.Context(), record.Quote, expired.ID, record.StatusSent))
	for _, c := range []struct {
		tr record.Transaction
		to record.TransactionStatus
	}{{paid, record.StatusVoid}, {void, record.StatusSent}, {expired, record.StatusAccepted}, {expired, record.StatusVoid}, {void, record.StatusAccepted}} {
		err := f.Transactions.SetTransactionStatus(t.Context(), c.tr.Type, c.tr.ID, c.to)
		requireKind(t, err, record.Invalid)
		require.ErrorContains(t, err, c.tr.ID)
	}
	void.Notes = "Changed"
	_, err = f.Transactions.UpdateTransaction(t.Context(), void)
	requireKind(t, err, record.Invalid)
}

func convert(t *testing.T, f TransactionFixture) {
	quote := f.push(t, f.one(t, record.Quote, "Offer"))
	f.mark(t, quote, record.StatusSent)
	f.mark(t, quote, record.StatusAccepted)
	into := record.Transaction{Type: record.Invoice, Marker: "cw-convert-1", CustomerID: quote.CustomerID, Date: day(0), FromQuote: quote.ID, Lines: quote.Lines}
	made := f.push(t, into)
	require.Equal(t, record.StatusInvoiced, f.read(t, quote).Status)
	requireAmount(t, quote.Totals.Total.String(), made.Totals.Total)
	if f.Offers.UpsertByMarker {
		require.Equal(t, made.ID, f.push(t, into).ID, "the same call returns the same invoice")
	}
	into.Marker = "cw-convert-2"
	_, err := f.Transactions.CreateTransaction(t.Context(), into, f.Offers.UpsertByMarker)
	requireKind(t, err, record.Invalid)
	require.Len(t, f.listed(t, record.Invoice, billing.TransactionQuery{}), 1)
}

func emails(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		made := f.push(t, f.one(t, typ, "Mailed "+string(typ)))
		before := f.Mails(t)
		mail := billing.Email{To: []string{"ana@example.com"}, CC: []string{"bo@example.com"}, Subject: "Yours", Body: "Please see"}
		for n := range 2 {
			require.NoError(t, f.Transactions.EmailTransaction(t.Context(), typ, made.ID, mail))
			require.Equal(t, before+n+1, f.Mails(t))
		}
		require.Equal(t, record.StatusSent, f.read(t, made).Status)
		for _, to := range [][]string{nil, {"none"}, {"ana@example.com", "a b@example.com"}} {
			mail.To = to
			requireKind(t, f.Transactions.EmailTransaction(t.Context(), typ, made.ID, mail), record.Invalid)
		}
		require.Equal(t, before+2, f.Mails(t))
	}
}

func payments(t *testing.T, f TransactionFixture) {
	made := f.push(t, f.one(t, record.Invoice, "Payer"))
	f.mark(t, made, record.StatusSent)
	pay := func(amount string) (record.Payment, error) {
		return f.Transactions.RecordPayment(t.Context(), made.CustomerID, made.ID, record.Payment{Amount: dec(amount), Mode: "cash", Date: day(0), Reference: "cw-pay-" + amount})
	}
	first, err := pay("50.05")
	require.NoError(t, err)
	require.NotEmpty(t, first.ID)
	require.Equal(t, "cw-pay-50.05", first.Reference)
	is := f.read(t, made)
	require.Equal(t, record.StatusPartPaid, is.Status)
	requireAmount(t, "4.25", is.Totals.Balance)
	requireAmount(t, "50.05", is.Totals.Paid)
	require.Len(t, is.Payments, 1)
	requireAmount(t, "50.05", is.Payments[0].Amount)
	require.Equal(t, []string{first.ID, "cw-pay-50.05", "cash", day(0)}, []string{is.Payments[0].ID, is.Payments[0].Reference, is.Payments[0].Mode, is.Payments[0].Date})
	for _, wrong := range []string{"4.26", "0", "-1"} {
		_, err = pay(wrong)
		requireKind(t, err, record.Invalid)
	}
	_, err = pay("4.25")
	require.NoError(t, err)
	is = f.read(t, made)
	require.Equal(t, record.StatusPaid, is.Status)
	requireAmount(t, "0", is.Totals.Balance)
	require.Len(t, is.Payments, 2)
}

func figures(t *testing.T, f TransactionFixture) {
	made := f.push(t, f.one(t, record.Invoice, "Owes"))
	figure := func(outstanding string) {
		t.Helper()
		is, err := f.Transactions.CustomerFigures(t.Context(), made.CustomerID)
		require.NoError(t, err)
		require.Equal(t, made.Currency, is.Currency)
		requireAmount(t, outstanding, is.Outstanding)
		requireAmount(t, "0", is.UnusedCredits)
	}
	figure("0") // nobody owes a draft
	f.mark(t, made, record.StatusSent)
	figure("54.3")
	_, err := f.Transactions.RecordPayment(t.Context(), made.CustomerID, made.ID, record.Payment{Amount: dec("0.3"), Date: day(0)})
	require.NoError(t, err)
	figure("54")
	_, err = f.Transactions.CustomerFigures(t.Context(), "4600000099999999")
	requireKind(t, err, record.NotFound)
}
