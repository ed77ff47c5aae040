package zoho

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

var dec = decimal.MustParse

// requireAmount compares values: 18.1 equals 18.10.
func requireAmount(t *testing.T, want string, got decimal.Decimal) {
	t.Helper()
	require.True(t, dec(want).Equal(got), "%s, want %s", got, want)
}

func TestQuotesOnTheWire(t *testing.T) {
	t.Parallel()
	c := golden(t, "quotes.json")
	quote := record.Transaction{Type: record.Quote, Number: "Q-7", Reference: "PO 5", Marker: "cw-x-quotes-q1", CustomerID: "46001",
		Date: "2026-01-31", Due: "2026-02-28", Notes: "Thanks", Terms: "30 days", Lines: []record.Line{
			{ItemID: "46002", Name: "Chai", Rate: dec("18.10"), Quantity: dec("3"), Discount: record.Discount{Share: dec("0.125")}, TaxID: "46090"},
			{ItemID: "46003", Description: "a thing", Rate: dec("100000000000000.01"), Quantity: dec("0.5"), Discount: record.Discount{Amount: dec("0.50")}},
		}}
	made, err := c.CreateTransaction(t.Context(), quote, true)
	require.NoError(t, err)
	require.Equal(t, "47001", made.ID)
	require.Equal(t, quote.Marker, made.Marker)
	require.Equal(t, record.StatusDraft, made.Status)
	require.Equal(t, []string{"Q-7", "PO 5", "46001", "USD", "2026-01-31", "2026-02-28", "Thanks", "30 days"},
		[]string{made.Number, made.Reference, made.CustomerID, made.Currency, made.Date, made.Due, made.Notes, made.Terms})
	require.True(t, time.Date(2026, 1, 31, 10, 17, 40, 0, time.UTC).Equal(made.Created))
	require.True(t, made.Modified.Equal(made.Created))
	requireAmount(t, "0.125", made.Lines[0].Discount.Share)
	requireAmount(t, "0", made.Lines[0].Discount.Amount)
	requireAmount(t, "20", made.Lines[0].TaxPercent)
	requireAmount(t, "47.51", made.Lines[0].Amount)
	requireAmount(t, "0.5", made.Lines[1].Discount.Amount)
	requireAmount(t, "100000000000000.01", made.Lines[1].Rate)
	requireAmount(t, "50000000000047.02", made.Totals.SubTotal)
	requireAmount(t, "9.5", made.Totals.Tax)
	requireAmount(t, "50000000000056.52", made.Totals.Total)

	changed, err := c.UpdateTransaction(t.Context(), record.Transaction{Type: record.Quote, ID: "47001", CustomerID: "46001", TaxInclusive: true,
		DiscountAfterTax: true, Discount: record.Discount{Share: dec("0.0001")}, Lines: []record.Line{{ItemID: "46002", Quantity: dec("1")}}})
	require.NoError(t, err)
	require.True(t, changed.TaxInclusive)
	require.True(t, changed.DiscountAfterTax)
	requireAmount(t, "0.0001", changed.Discount.Share)
	require.NoError(t, c.SetTransactionStatus(t.Context(), record.Quote, "47001", record.StatusAccepted))
	require.NoError(t, c.EmailTransaction(t.Context(), record.Quote, "47001",
		billing.Email{To: []string{"a@example.com"}, CC: []string{"b@example.com"}, Subject: "Your quote"}))
	comments, err := c.Comments(t.Context(), record.Quote, "47001")
	require.NoError(t, err)
	at := time.Date(2026, 1, 31, 10, 18, 0, 0, time.UTC)
	require.Len(t, comments, 2)
	require.True(t, at.Equal(comments[0].At), "in the zone of the quote's own times: %s", comments[0].At)
	require.Equal(t, record.Comment{ID: "48001", Author: "David", Text: "Estimate created", System: true, At: comments[0].At}, comments[0])
	require.Equal(t, record.Comment{ID: "48002", Author: "Ana", Text: "Call them", At: comments[1].At}, comments[1])
	page, err := c.ListTransactions(t.Context(), record.Quote, billing.TransactionQuery{CustomerID: "46001", Page: 2, Limit: 50, ByModified: true})
	require.NoError(t, err)
	require.True(t, page.More)
	require.Len(t, page.Transactions, 1, "not the one of another customer")
	require.True(t, page.Transactions[0].HasAttachment)
	requireAmount(t, "40.6", page.Transactions[0].Totals.Total)
}

func TestAmountsAreWrittenDigitByDigit(t *testing.T) {
	t.Parallel()
	body, err := quotes.bodyOf("", record.Transaction{CustomerID: "1", Lines: []record.Line{{ItemID: "2", Rate: dec("100000000000000.01"),
		Quantity: dec("0.30"), Discount: record.Discount{Share: dec("0.3333")}}, {ItemID: "3", Rate: dec("0.1"), Quantity: dec("1"), Discount: record.Discount{Amount: dec("0.07")}}}})
	require.NoError(t, err)
	sent, err := json.Marshal(body["line_items"])
	require.NoError(t, err)
	require.Equal(t, `[{"discount":"33.33%","item_id":"2","quantity":0.30,"rate":100000000000000.01},{"discount":0.07,"item_id":"3","quantity":1,"rate":0.1}]`, string(sent))
}

func TestInvoicesOnTheWire(t *testing.T) {
	t.Parallel()
	c := golden(t, "invoices.json")
	made, err := c.CreateTransaction(t.Context(), record.Transaction{Type: record.Invoice, Marker: "cw-x-invoices-i1", CustomerID: "46001",
		Date: "2026-01-31", Due: "2026-02-28", FromQuote: "47001", Discount: record.Discount{Amount: dec("5.25")}, Lines: []record.Line{
			{ItemID: "46002", Rate: dec("18.1"), Quantity: dec("3")}, {Name: "Delivery", Rate: dec("5"), Quantity: dec("1")}}}, false)
	require.NoError(t, err)
	require.Equal(t, []string{"47101", "INV-1", "EUR", "2026-01-31", "2026-02-28", "cw-x-invoices-i1"},
		[]string{made.ID, made.Number, made.Currency, made.Date, made.Due, made.Marker})
	require.Equal(t, "46002", made.Lines[0].ItemID)
	require.Empty(t, made.Lines[1].ItemID)
	requireAmount(t, "5.25", made.Discount.Amount)
	requireAmount(t, "54.05", made.Totals.Balance)
	require.NoError(t, c.SetTransactionStatus(t.Context(), record.Invoice, "47101", record.StatusSent), "one that is overdue was sent")
	paid, err := c.RecordPayment(t.Context(), "46001", "47101", record.Payment{Amount: dec("4.05"), Date: "2026-02-02", Mode: "banktransfer", Reference: "cw-2"})
	require.NoError(t, err)
	require.Equal(t, record.Payment{ID: "49001", Amount: dec("4.05"), Date: "2026-02-02", Mode: "banktransfer", Reference: "cw-2"}, paid)
	require.NoError(t, c.EmailTransaction(t.Context(), record.Invoice, "47101", billing.Email{To: []string{"a@example.com"}, Subject: "Your invoice", Body: "Please pay"}))
}

// A read shows less than the reply to a creation: in Billing's definitions it has no sums of the lines and the taxes.
func TestWhatAReadLeavesOutIsAddedUp(t *testing.T) {
	t.Parallel()
	client, _ := refusing(t, map[string]string{"GET /invoices/9": `{"code": 0, "invoice": {"invoice_id": "9", "discount": 1.5, "discount_type": "item_level",
		"invoice_items": [{"item_total": 0.1, "discount": 1, "product_id": "1"}, {"item_total": "0.2", "discount_amount": 0.5, "item_id": "2"}],
		"taxes": [{"tax_amount": 0.01}, {"tax_amount": 0.02}], "total": 0.33}}`})
	is, err := client.Transaction(t.Context(), record.Invoice, "9")
	require.NoError(t, err)
	requireAmount(t, "0.3", is.Totals.SubTotal)
	requireAmount(t, "0.03", is.Totals.Tax)
	require.True(t, is.Discount.IsZero(), "it is that of the lines")
	requireAmount(t, "1", is.Lines[0].Discount.Amount)
	requireAmount(t, "0.5", is.Lines[1].Discount.Amount)
	require.Equal(t, "2", is.Lines[1].ItemID)
	require.False(t, is.DiscountAfterTax)
}
