package transaction_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
)

var dec = decimal.MustParse

func percentOf(tax string) (decimal.Decimal, error) {
	if tax == "unknown" {
		return decimal.Zero, fmt.Errorf("no such tax")
	}
	return decimal.Parse(tax) // in these tests a tax is called by its percentage
}

func one(rate, quantity string) record.Transaction {
	return record.Transaction{Type: record.Invoice, Lines: []record.Line{{ItemID: "1", Rate: dec(rate), Quantity: dec(quantity)}}}
}

func TestTotalsAreThoseOfAComputationByHand(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(*record.Transaction)
		tax, total string
	}{
		"plain":                  {func(*record.Transaction) {}, "0", "54.3"},
		"half a cent, up":        {func(tr *record.Transaction) { tr.Lines[0].Rate, tr.Lines[0].Quantity = dec("0.05"), dec("0.5") }, "0", "0.03"},
		"a share of a line":      {func(tr *record.Transaction) { tr.Lines[0].Discount.Share = dec("0.125") }, "0", "47.51"},
		"an amount of all":       {func(tr *record.Transaction) { tr.Discount.Amount = dec("5.25") }, "0", "49.05"},
		"a tax":                  {func(tr *record.Transaction) { tr.Lines[0].TaxID = "20" }, "10.86", "65.16"},
		"a tax, inclusive":       {func(tr *record.Transaction) { tr.Lines[0].TaxID, tr.TaxInclusive = "20", true }, "9.05", "54.3"},
		"a share before the tax": {func(tr *record.Transaction) { tr.Lines[0].TaxID, tr.Discount.Share = "20", dec("0.1") }, "9.77", "58.64"},
		"a share after the tax": {func(tr *record.Transaction) {
			tr.Lines[0].TaxID, tr.Discount.Share, tr.DiscountAfterTax = "20", dec("0.1"), true
		}, "10.86", "58.64"},
		"an amount before two": {func(tr *record.Transaction) {
			tr.Lines = append(tr.Lines, record.Line{Rate: dec("45.70"), Quantity: dec("1"), TaxID: "5"})
			tr.Lines[0].TaxID = "20"
			tr.Discount.Amount = dec("10")
		}, "11.83", "101.83"},
		"each tax is rounded once": {func(tr *record.Transaction) {
			tr.Lines = []record.Line{{Rate: dec("0.12"), Quantity: dec("1"), TaxID: "20"}, {Rate: dec("0.12"), Quantity: dec("1"), TaxID: "20"}}
		}, "0.05", "0.29"},
	} {
		tr := one("18.10", "3")
		c.change(&tr)
		got, err := transaction.Total(tr, 2, percentOf)
		require.NoError(t, err, name)
		require.True(t, dec(c.tax).Equal(got.Tax), "%s: tax %s, want %s", name, got.Tax, c.tax)
		require.True(t, dec(c.total).Equal(got.Total), "%s: total %s, want %s", name, got.Total, c.total)
	}
	tr := one("18.10", "3")
	tr.Lines[0].TaxID = "unknown"
	_, err := transaction.Total(tr, 2, percentOf)
	require.ErrorContains(t, err, "no such tax")
}

// halfUp rounds a fraction of 0 or more.
func halfUp(r *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	x := new(big.Rat).Add(new(big.Rat).Mul(r, scale), big.NewRat(1, 2))
	return new(big.Rat).Quo(new(big.Rat).SetInt(new(big.Int).Quo(x.Num(), x.Denom())), scale)
}

// The total of lines and their discounts equals that of a calculation in fractions, for any amounts.
func TestTotalsOfManyDocumentsEqualThoseInFractions(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 2000 {
		places := []int{0, 2, 3}[rng.IntN(3)]
		tr, want := record.Transaction{Type: record.Quote}, new(big.Rat)
		for range 1 + rng.IntN(8) {
			rate, quantity, share := rng.Int64N(10_000_000), 1+rng.Int64N(100_000), rng.Int64N(10_001)
			l := record.Line{Rate: decimal.MustNew(rate, places), Quantity: decimal.MustNew(quantity, 3), Discount: record.Discount{Share: decimal.MustNew(share, 4)}}
			tr.Lines = append(tr.Lines, l)
			amount := new(big.Rat).Mul(ratio(t, l.Rate), ratio(t, l.Quantity))
			amount.Mul(amount, new(big.Rat).Sub(big.NewRat(1, 1), ratio(t, l.Discount.Share)))
			want.Add(want, halfUp(amount, places))
		}
		got, err := transaction.Total(tr, places, percentOf)
		require.NoError(t, err)
		require.Zero(t, want.Cmp(ratio(t, got.Total)), "document %d: %s, want %s", n, got.Total, want.FloatString(places))
	}
}

func ratio(t *testing.T, d decimal.Decimal) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(d.String())
	require.True(t, ok)
	return r
}

func TestInputIsRoundedHalfUpToTheCurrency(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]string{"USD": "1.01", "JPY": "1", "KWD": "1.005", "???": "1.01"} {
		tr := one("1.005", "1.23456")
		tr.Lines[0].Discount.Share = dec("0.12345")
		got, err := transaction.Normalize(tr, transaction.Precision(currency))
		require.NoError(t, err)
		require.True(t, dec(want).Equal(got.Lines[0].Rate), "%s: %s", currency, got.Lines[0].Rate)
		require.True(t, dec("0.1235").Equal(got.Lines[0].Discount.Share))
		require.True(t, dec("1.23456").Equal(got.Lines[0].Quantity), "as it is")
		require.True(t, dec("1.005").Equal(tr.Lines[0].Rate), "the caller's own stays")
	}
}

// refused requires an Invalid or Conflict with that code and a remedy.
func refused(t *testing.T, err error, code, says string) {
	t.Helper()
	var e *record.Error
	require.ErrorAs(t, err, &e, says)
	require.Equal(t, code, e.Code, "%v", err)
	require.Contains(t, e.Message, says)
	require.NotEmpty(t, e.Remedy)
}

func TestWhatCannotBeComputedWithIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		code   string
		change func(*record.Transaction)
	}{
		"no lines":                   {transaction.CodeNoLines, func(tr *record.Transaction) { tr.Lines = nil }},
		"line 2: the quantity is -1": {transaction.CodeQuantity, func(tr *record.Transaction) { tr.Lines[1].Quantity = dec("-1") }},
		"line 1: the quantity is 0":  {transaction.CodeQuantity, func(tr *record.Transaction) { tr.Lines[0].Quantity = decimal.Zero }},
		"line 2: the rate is -0.01":  {transaction.CodeAmount, func(tr *record.Transaction) { tr.Lines[1].Rate = dec("-0.01") }},
		"line 1: the amount is too large": {transaction.CodeAmount, func(tr *record.Transaction) {
			tr.Lines[0].Rate, tr.Lines[0].Quantity = dec("99999999999999"), dec("99999999")
		}},
		"line 1: the discount is 54.31": {transaction.CodeDiscount, func(tr *record.Transaction) { tr.Lines[0].Discount.Amount = dec("54.31") }},
	} {
		tr := one("18.10", "3")
		tr.Lines = append(tr.Lines, tr.Lines[0])
		c.change(&tr)
		_, err := transaction.Normalize(tr, 2)
		refused(t, err, c.code, says)
	}
	for _, text := range []string{"", "12,50", "1e400", "USD 5", "NaN"} {
		_, err := transaction.ParseAmount(text)
		refused(t, err, transaction.CodeAmount, "is not an amount")
	}
	for _, text := range []string{"101%", "-5", "five", "%"} {
		_, err := transaction.ParseDiscount(text)
		refused(t, err, transaction.CodeDiscount, "discount")
	}
	got, err := transaction.ParseDiscount(" 12.5% ")
	require.NoError(t, err)
	require.True(t, dec("0.125").Equal(got.Share))
}

func TestEachStatusAllowsItsActionsAndSaysWhich(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   record.TransactionType
		status record.TransactionStatus
		no     string
		can    string
	}{
		{record.Quote, record.StatusExpired, transaction.Accept, "later expiry date"},
		{record.Quote, record.StatusInvoiced, transaction.Convert, "comment"},
		{record.Quote, record.StatusDraft, transaction.Accept, "you can now: save, save-and-send, email, mark-sent"},
		{record.Invoice, record.StatusPaid, transaction.Void, "email"},
		{record.Invoice, record.StatusVoid, transaction.Save, "comment"},
		{record.Invoice, "frozen", transaction.Save, "you can only read it now"},
	} {
		refusal := transaction.Refuse(c.kind, c.no, c.status)
		require.NotNil(t, refusal, "%v", c)
		refused(t, refusal, transaction.CodeStatus, string(c.status))
		require.Contains(t, refusal.Remedy, c.can)
	}
	for _, kind := range []record.TransactionType{record.Quote, record.Invoice} {
		for _, s := range []record.TransactionStatus{record.StatusDraft, record.StatusSent, record.StatusAccepted, record.StatusPaid} {
			for _, action := range transaction.Allowed(kind, s) {
				require.Nil(t, transaction.Refuse(kind, action, s))
				require.Contains(t, contract.Actions(string(kind)), action, "the contract's own word")
			}
		}
	}
}

func TestAPaymentIsAboveNothingAndNotAboveTheBalance(t *testing.T) {
	t.Parallel()
	tr := record.Transaction{Type: record.Invoice, Status: record.StatusSent, Totals: record.Totals{Total: dec("10"), Balance: dec("4.25")}}
	require.NoError(t, transaction.RefusePayment(tr, record.Payment{Amount: dec("4.25")}))
	refused(t, transaction.RefusePayment(tr, record.Payment{Amount: dec("4.26")}), transaction.CodeAboveBalance, "the payment is 4.26, but only 4.25 is owed")
	refused(t, transaction.RefusePayment(tr, record.Payment{Amount: dec("-1")}), transaction.CodeAmount, "-1")
	tr.Status = record.StatusDraft
	refused(t, transaction.RefusePayment(tr, record.Payment{Amount: dec("1")}), transaction.CodeStatus, "draft")
}

func TestAddressesCommentsAndFilesAreChecked(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "ana", "ana@host", "Ana <ana@example.com>", "a b@example.com", "ana@example.com\nBcc: x@example.com"} {
		refused(t, transaction.CheckEmail(address), transaction.CodeEmail, "is not an e-mail address")
	}
	require.NoError(t, transaction.CheckEmail("ana@example.com"))
	refused(t, transaction.CheckComment(" \n"), transaction.CodeComment, "empty")
	refused(t, transaction.CheckComment(strings.Repeat("x", 1<<20)), transaction.CodeComment, "1048576 bytes")
	refused(t, transaction.CheckComment("\xff"), transaction.CodeComment, "UTF-8")
	require.NoError(t, transaction.CheckComment("They called: 株式会社"))

	const most = 10 << 20
	for _, name := range []string{"../../x", "a/b.pdf", `a\b.pdf`, "", "..", "a\x00.pdf", "c:x"} {
		refused(t, transaction.CheckFile(name, "", "application/pdf", 5, most), transaction.CodeFile, "is not a file name")
	}
	refused(t, transaction.CheckFile("x.pdf", "application/pdf", "application/pdf", 60<<20, most), transaction.CodeFile, "62914560 bytes")
	refused(t, transaction.CheckFile("x.pdf", "application/pdf", "", 0, most), transaction.CodeFile, "empty")
	refused(t, transaction.CheckFile("x.pdf", "application/pdf", "image/png", 5, most), transaction.CodeFile, "is declared as application/pdf but contains image/png")
	refused(t, transaction.CheckFile("x.png", "image/png", "text/html; charset=utf-8", 5, most), transaction.CodeFile, "is declared as image/png but contains text/html")
	for _, good := range [][2]string{{"text/csv", "text/plain; charset=utf-8"}, {"application/vnd.oasis.opendocument.text", "application/zip"},
		{"", "image/png"}, {"application/pdf", "application/octet-stream"}, {"image/svg+xml", "text/xml; charset=utf-8"}} {
		require.NoError(t, transaction.CheckFile("x", good[0], good[1], 5, most), good)
	}
}

func TestARefusedRateNamesItsLineAndTheRule(t *testing.T) {
	t.Parallel()
	tr := one("18.10", "3")
	tr.Lines = append(tr.Lines, record.Line{Name: "x", Rate: dec("-5"), Quantity: decimal.One})
	_, err := transaction.Normalize(tr, 2)
	require.EqualError(t, err, "check: line 2: the rate is -5 [AMOUNT]; a rate is 0 or more; to lower the amount, give a discount")
}
