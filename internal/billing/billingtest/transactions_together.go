package billingtest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// timeOfComments is how far the time of a comment may be off: it has no seconds, and a test takes a while.
const timeOfComments = 2 * time.Minute

func prints(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		made := f.push(t, f.one(t, typ, "Printed "+string(typ)))
		data, err := f.Transactions.PDF(t.Context(), typ, made.ID)
		if !f.extras(typ) {
			requireKind(t, err, record.Invalid)
			refused(t, err, billing.CodeNotOffered)
			continue
		}
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(data, []byte("%PDF-")))
		_, err = f.Transactions.PDF(t.Context(), typ, "4600000099999999")
		requireKind(t, err, record.NotFound)
	}
}

func comments(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		made := f.push(t, f.one(t, typ, "Discussed "+string(typ)))
		first, err := f.Transactions.AddComment(t.Context(), typ, made.ID, "They called: 株式会社 <b>")
		if !f.extras(typ) {
			requireKind(t, err, record.Invalid)
			refused(t, err, billing.CodeNotOffered)
			continue
		}
		require.NoError(t, err)
		require.NotEmpty(t, first.ID)
		require.Equal(t, "They called: 株式会社 <b>", first.Text)
		require.NotEmpty(t, first.Author)
		require.False(t, first.System)
		f.mark(t, made, record.StatusSent)
		second, err := f.Transactions.AddComment(t.Context(), typ, made.ID, first.Text)
		require.NoError(t, err)
		require.NotEqual(t, first.ID, second.ID)
		all, err := f.Transactions.Comments(t.Context(), typ, made.ID)
		require.NoError(t, err)
		var ours, own []string
		for i, c := range all {
			require.WithinDuration(t, made.Created, c.At, timeOfComments, "%+v", c)
			require.False(t, i > 0 && c.At.Before(all[i-1].At))
			if c.System {
				own = append(own, c.Text)
			} else {
				ours = append(ours, c.ID)
			}
		}
		require.Equal(t, []string{first.ID, second.ID}, ours)
		require.NotEmpty(t, own, "billing notes that the document was created and sent")
		require.Contains(t, strings.ToLower(strings.Join(own, "\n")), "sent")
		_, err = f.Transactions.AddComment(t.Context(), typ, "4600000099999999", "x")
		requireKind(t, err, record.NotFound)
		_, err = f.Transactions.Comments(t.Context(), typ, "4600000099999999")
		requireKind(t, err, record.NotFound)
	}
}

func attachments(t *testing.T, f TransactionFixture) {
	made := f.push(t, f.one(t, record.Invoice, "Filed"))
	none, err := f.Transactions.Attachments(t.Context(), record.Invoice, made.ID)
	require.NoError(t, err)
	require.Empty(t, none)
	file := record.File{Name: "Order 株 \"1\".pdf", Type: "application/pdf", Data: append([]byte("%PDF-1.4\x00"), bytes.Repeat([]byte{0xff}, 4096)...)}
	kept, err := f.Transactions.Attach(t.Context(), record.Invoice, made.ID, file)
	require.NoError(t, err)
	require.Equal(t, []any{file.Name, file.Type, int64(len(file.Data))}, []any{kept.Name, kept.Type, kept.Size})
	require.NotEmpty(t, kept.ID)
	files, err := f.Transactions.Attachments(t.Context(), record.Invoice, made.ID)
	require.NoError(t, err)
	require.Equal(t, []record.File{kept}, files)
	require.True(t, f.read(t, made).HasAttachment)
	back, err := f.Transactions.Attachment(t.Context(), record.Invoice, made.ID, kept.ID)
	if f.Offers.InvoiceExtras {
		require.NoError(t, err)
		require.Equal(t, file.Data, back.Data)
		_, err = f.Transactions.Attachment(t.Context(), record.Invoice, made.ID, "1")
		requireKind(t, err, record.NotFound)
	} else {
		requireKind(t, err, record.Invalid)
		refused(t, err, billing.CodeNotOffered)
	}
	for _, size := range []int64{0, f.Offers.MaxFile + 1} {
		_, err = f.Transactions.Attach(t.Context(), record.Invoice, made.ID, record.File{Name: "large.pdf", Type: "application/pdf", Data: make([]byte, size)})
		requireKind(t, err, record.Invalid)
	}
	_, err = f.Transactions.Attach(t.Context(), record.Invoice, "4600000099999999", file)
	requireKind(t, err, record.NotFound)
}

func transactionNotFound(t *testing.T, f TransactionFixture) {
	const id = "4600000099999999"
	for _, typ := range types {
		_, err := f.Transactions.Transaction(t.Context(), typ, id)
		requireKind(t, err, record.NotFound)
		require.ErrorContains(t, err, id)
		tr := f.one(t, typ, "Gone "+string(typ))
		tr.ID = id
		_, err = f.Transactions.UpdateTransaction(t.Context(), tr)
		requireKind(t, err, record.NotFound)
		requireKind(t, f.Transactions.SetTransactionStatus(t.Context(), typ, id, record.StatusSent), record.NotFound)
		mail := billing.Email{To: []string{"ana@example.com"}, Subject: "x", Body: "x"}
		requireKind(t, f.Transactions.EmailTransaction(t.Context(), typ, id, mail), record.NotFound)
	}
	firm := f.make(t, record.Customers, customer("Firm"))
	_, err := f.Transactions.RecordPayment(t.Context(), firm.ID, id, record.Payment{Amount: dec("1"), Date: day(0)})
	require.Error(t, err)
	require.False(t, record.IsAmbiguous(err))
}

func itemsGone(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		tr := f.one(t, typ, "Gone "+string(typ))
		gone := f.make(t, record.Items, item("Deleted "+string(typ)))
		require.NoError(t, f.Port.Delete(t.Context(), record.Items, gone.ID))
		tr.Lines = append(tr.Lines, record.Line{ItemID: gone.ID, Rate: dec("1"), Quantity: dec("1")})
		_, err := f.Transactions.CreateTransaction(t.Context(), tr, f.Offers.UpsertByMarker)
		requireKind(t, err, record.Invalid)
		require.ErrorContains(t, err, "line 2: item "+gone.ID)
		require.Empty(t, f.listed(t, typ, billing.TransactionQuery{}))
	}
}

func freeText(t *testing.T, f TransactionFixture) {
	tr := f.one(t, record.Invoice, "Free")
	tr.Lines = append(tr.Lines, record.Line{Name: "Delivery", Rate: dec("5.70"), Quantity: dec("1")})
	made, err := f.Transactions.CreateTransaction(t.Context(), tr, f.Offers.UpsertByMarker)
	if !f.Offers.FreeTextLines {
		requireKind(t, err, record.Invalid)
		refused(t, err, billing.CodeNotOffered)
		require.ErrorContains(t, err, "line 2")
		return
	}
	require.NoError(t, err)
	require.Equal(t, []string{"", "Delivery"}, []string{made.Lines[1].ItemID, made.Lines[1].Name})
	requireAmount(t, "60", made.Totals.Total)
}

func invalidTransactions(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		tr := f.one(t, typ, "Wrong "+string(typ))
		for name, change := range map[string]func(*record.Transaction){
			"no lines":            func(tr *record.Transaction) { tr.Lines = nil },
			"a negative quantity": func(tr *record.Transaction) { tr.Lines[0].Quantity = dec("-1") },
			"an invalid date":     func(tr *record.Transaction) { tr.Date = "2026-02-30" },
			"an invalid due date": func(tr *record.Transaction) {
				tr.Due = "soon"
			},
			"a share above 100 %": func(tr *record.Transaction) { tr.Lines[0].Discount.Share = dec("1.01") },
			"discounts on a line and on the document": func(tr *record.Transaction) {
				tr.Discount.Amount, tr.Lines[0].Discount.Amount = dec("1"), dec("1")
			},
			"a discount with a share and an amount": func(tr *record.Transaction) { tr.Discount = record.Discount{Share: dec("0.1"), Amount: dec("1")} },
		} {
			wrong := tr
			wrong.Lines = []record.Line{tr.Lines[0]}
			change(&wrong)
			_, err := f.Transactions.CreateTransaction(t.Context(), wrong, f.Offers.UpsertByMarker)
			require.Error(t, err, name)
			require.True(t, record.IsKind(err, record.Invalid), "%s: %v", name, err)
			require.False(t, record.IsAmbiguous(err), name)
		}
		require.Empty(t, f.listed(t, typ, billing.TransactionQuery{}))
	}
}
