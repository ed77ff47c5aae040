package zoho

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// refusing is a billing system with fixed answers by method and path. It knows no other call.
func refusing(t *testing.T, answers map[string]string) (c *Client, calls *atomic.Int32) {
	t.Helper()
	calls = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		if r.URL.Path == "/oauth/v2/token" {
			_, _ = fmt.Fprintf(w, `{"access_token": "t", "api_domain": "http://%s", "expires_in": 3600}`, r.Host)
			return
		}
		calls.Add(1)
		answer, ok := answers[r.Method+" "+r.URL.Path[len(base):]]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"code": 5, "message": "Invalid URL Passed"}`
		}
		if answer == "" {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = w.Write([]byte(answer)) // the code makes it a refusal, whatever the status
	}))
	t.Cleanup(server.Close)
	return New(Config{Connection: t.Name(), Credential: record.Credential{AccountsURL: server.URL, Organization: "6"},
		HTTPClient: &http.Client{Transport: recordRequests(t, server.Client().Transport)}}), calls
}

func refusedWith(t *testing.T, err error, kind record.Kind, code string, words ...string) {
	t.Helper()
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, "%v", err)
	require.Equal(t, code, e.Code, "%v", err)
	require.False(t, e.Ambiguous)
	for _, w := range words {
		require.ErrorContains(t, err, w)
	}
}

func TestARefusedTransactionSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	const item = `{"code": 0, "item": {"item_id": "1", "name": "x", "status": "%s"}}`
	for name, c := range map[string]struct {
		answer string
		tr     record.Transaction
		kind   record.Kind
		code   string
		words  []string
	}{
		"a number that is taken": {`{"code": 1001, "message": "Invoice INV-1 already exists."}`, record.Transaction{Number: "INV-1", Marker: "m"},
			record.Conflict, billing.CodeNumberTaken, []string{"INV-1", "1001", "another number"}},
		"billing's own number": {`{"code": 1001, "message": "Invoice number already exists."}`, record.Transaction{Marker: "m"},
			record.Conflict, billing.CodeNumberTaken, []string{"next number"}},
		"a marker that is taken": {`{"code": 120012, "message": "Duplicate value for the field Causeway ID"}`, record.Transaction{Number: "INV-1", Marker: "m"},
			record.Conflict, billing.CodeMarkerTaken, []string{"120012"}},
		"a deleted item": {`{"code": 2006, "message": "Item does not exist."}`, record.Transaction{Lines: []record.Line{{ItemID: "1"}, {ItemID: "2"}}},
			record.Invalid, "2006", []string{"line 2", "item 2 was deleted"}},
		"an inactive item": {`{"code": 2007, "message": "Item is inactive."}`, record.Transaction{Lines: []record.Line{{ItemID: "1"}, {ItemID: "3"}}},
			record.Invalid, "2007", []string{"line 2", "item 3 is inactive"}},
		"an item that nobody knows why": {`{"code": 2, "message": "Invalid value passed for product_id"}`, record.Transaction{Lines: []record.Line{{ItemID: "1"}}},
			record.Invalid, "2", []string{"product_id"}},
		"free text": {`{"code": 2, "message": "Invalid value passed for product_id"}`, record.Transaction{Lines: []record.Line{{ItemID: "1"}, {Name: "Delivery"}}},
			record.Invalid, billing.CodeNotOffered, []string{"line 2 has no item", "preferences"}},
		"a marker field that is missing": {`{"code": 2, "message": "Invalid value passed for custom_fields"}`, record.Transaction{Marker: "m"},
			record.Invalid, "2", []string{"cf_causeway_id of invoices", "Settings > Preferences > Invoices"}},
		"what is wrong otherwise": {`{"code": 2, "message": "Invalid value passed for date"}`, record.Transaction{Marker: "m"}, record.Invalid, "2", []string{"date"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := refusing(t, map[string]string{"POST /invoices": c.answer, "PUT /invoices/9": c.answer,
				"GET /items/1": fmt.Sprintf(item, "active"), "GET /items/3": fmt.Sprintf(item, "inactive"), "GET /items/2": `{"code": 2006, "message": "Item does not exist."}`})
			c.tr.Type, c.tr.CustomerID, c.tr.Date = record.Invoice, "8", "2026-01-31"
			_, err := client.CreateTransaction(t.Context(), c.tr, false)
			refusedWith(t, err, c.kind, c.code, c.words...)
			c.tr.ID = "9"
			_, err = client.UpdateTransaction(t.Context(), c.tr)
			refusedWith(t, err, c.kind, c.code, c.words...)
		})
	}
}

func TestWhatBillingDoesNotOfferIsSaidToBeThat(t *testing.T) {
	t.Parallel()
	client, calls := refusing(t, map[string]string{"GET /invoices/9": `{"code": 0, "invoice": {"invoice_id": "9", "has_attachment": true}}`})
	_, err := client.AddComment(t.Context(), record.Invoice, "9", "hello")
	refusedWith(t, err, record.Invalid, billing.CodeNotOffered, "comments of invoices", "record 9")
	_, err = client.Comments(t.Context(), record.Invoice, "9")
	refusedWith(t, err, record.Invalid, billing.CodeNotOffered, "comments of invoices")
	_, err = client.PDF(t.Context(), record.Invoice, "9")
	refusedWith(t, err, record.Invalid, billing.CodeNotOffered, "not a PDF")
	_, err = client.Attachments(t.Context(), record.Invoice, "9")
	refusedWith(t, err, record.Invalid, billing.CodeNotOffered)
	_, err = client.Attach(t.Context(), record.Invoice, "9", record.File{Name: "a.pdf", Type: "application/pdf", Data: []byte("%PDF-")})
	refusedWith(t, err, record.Invalid, billing.CodeNotOffered, "files of invoices")
	before := calls.Load()
	refusedWith(t, client.SetTransactionStatus(t.Context(), record.Invoice, "9", record.StatusAccepted), record.Invalid, billing.CodeNotOffered, "accepted")
	_, err = client.Attach(t.Context(), record.Invoice, "9", record.File{Name: "a.pdf", Data: make([]byte, maxFile+1)})
	refusedWith(t, err, record.Invalid, "FILE_SIZE", "10485760")
	_, err = client.CreateTransaction(t.Context(), record.Transaction{Type: record.Quote, Discount: record.Discount{Amount: dec("1")},
		Lines: []record.Line{{Discount: record.Discount{Share: dec("0.1")}}}}, true)
	refusedWith(t, err, record.Invalid, "DISCOUNT", "not on both")
	require.Error(t, client.EmailTransaction(t.Context(), record.Invoice, "9", billing.Email{To: []string{"a@example.com"}}))
	require.Equal(t, before, calls.Load(), "nothing was asked for")
}

// In Billing's definitions an invoice shows its comments itself.
func TestCommentsWithoutAListAreReadFromTheInvoice(t *testing.T) {
	t.Parallel()
	client, _ := refusing(t, map[string]string{"GET /invoices/9": `{"code": 0, "invoice": {"invoice_id": "9", "comments": [
		{"comment_id": "1", "description": "Invoice created", "comment_type": "system", "date": null, "time": "2:50 AM"}]}}`})
	comments, err := client.Comments(t.Context(), record.Invoice, "9")
	require.NoError(t, err)
	require.Equal(t, []record.Comment{{ID: "1", Text: "Invoice created", System: true}}, comments)
}

func TestACallOfUnknownOutcomeIsSentOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	client, calls := refusing(t, map[string]string{"POST /invoices": "", "PUT /invoices": "", "PUT /invoices/9": "", "POST /payments": "", "POST /invoices/9/void": "",
		"POST /invoices/9/email": "", "POST /invoices/9/comments": "", "POST /invoices/9/attachment": ""})
	tr := record.Transaction{Type: record.Invoice, CustomerID: "1", Marker: "m", Date: "2026-01-31", Lines: []record.Line{{ItemID: "1"}}}
	there := tr
	there.ID = "9"
	for name, call := range map[string]func() error{
		"create":  func() error { _, err := client.CreateTransaction(t.Context(), tr, false); return err },
		"upsert":  func() error { _, err := client.CreateTransaction(t.Context(), tr, true); return err },
		"update":  func() error { _, err := client.UpdateTransaction(t.Context(), there); return err },
		"payment": func() error { _, err := client.RecordPayment(t.Context(), "1", "9", record.Payment{}); return err },
		"void":    func() error { return client.SetTransactionStatus(t.Context(), record.Invoice, "9", record.StatusVoid) },
		"email": func() error {
			return client.EmailTransaction(t.Context(), record.Invoice, "9", billing.Email{To: []string{"a@b.c"}, Subject: "s", Body: "b"})
		},
		"comment": func() error { _, err := client.AddComment(t.Context(), record.Invoice, "9", "c"); return err },
		"attach": func() error {
			_, err := client.Attach(t.Context(), record.Invoice, "9", record.File{Name: "a", Data: []byte("a")})
			return err
		},
	} {
		calls.Store(0)
		err := call()
		require.True(t, record.IsAmbiguous(err), "%s: %v", name, err)
		require.EqualValues(t, 1, calls.Load(), name)
	}
}

// What was certainly done is never reported as failed: the caller would do it a second time.
func TestWhatWasAddedStaysAddedWhereItCannotBeLookedFor(t *testing.T) {
	t.Parallel()
	client, _ := refusing(t, map[string]string{"POST /estimates/9/comments": `{"code": 0, "message": "Comments added"}`, "POST /estimates/9/attachment": `{"code": 0}`})
	comment, err := client.AddComment(t.Context(), record.Quote, "9", "hello")
	require.NoError(t, err)
	require.Equal(t, record.Comment{Text: "hello"}, comment)
	file, err := client.Attach(t.Context(), record.Quote, "9", record.File{Name: "a.pdf", Type: "application/pdf", Data: []byte("%PDF-")})
	require.NoError(t, err)
	require.Equal(t, record.File{Name: "a.pdf", Type: "application/pdf", Size: 5}, file)
}

// A list that is not reported as sorted is read to its end.
func TestATransactionIsFoundAlsoWhereTheListIsNotSorted(t *testing.T) {
	t.Parallel()
	const list = `{"code": 0, "invoices": [{"invoice_id": "8", "customer_id": "1", "created_time": "2026-01-01T00:00:00+0000"},
		{"invoice_id": "7", "customer_id": "2", "created_time": "2026-03-01T00:00:00+0000"},
		{"invoice_id": "9", "customer_id": "1", "created_time": "2026-03-01T00:00:00+0000"}], "page_context": {"has_more_page": false}}`
	client, calls := refusing(t, map[string]string{"GET /invoices": list,
		"GET /invoices/9": `{"code": 0, "invoice": {"invoice_id": "9", "customer_id": "1", "custom_fields": [{"label": "Causeway ID", "value": "m"}]}}`})
	since := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	found, err := client.FindTransaction(t.Context(), record.Invoice, "1", "m", since)
	require.NoError(t, err)
	require.Equal(t, "9", found.ID)
	require.EqualValues(t, 2, calls.Load(), "older ones and those of others are not read")
	found, err = client.FindTransaction(t.Context(), record.Invoice, "1", "other", since)
	require.NoError(t, err)
	require.Nil(t, found)
}

// A complete transaction of each kind is checked against the definitions.
func TestEveryCallForTransactionsIsSentAsTheDefinitionsHaveIt(t *testing.T) {
	t.Parallel()
	for _, k := range transactionKinds {
		one, page := `{"code": 0, "`+k.one+`": {"`+k.one+`_id": "9", "documents": [{"document_id": "5", "file_size": 2}]}}`, `{"code": 0, "`+k.list+`": []}`
		client, _ := refusing(t, map[string]string{"POST " + k.path: one, "PUT " + k.path: one, "PUT " + k.path + "/9": one, "GET " + k.path + "/9": one, "GET " + k.path: page,
			"POST " + k.path + "/9/comments": `{"code": 0}`, "GET " + k.path + "/9/comments": `{"code": 0, "comments": []}`, "POST " + k.path + "/9/attachment": `{"code": 0}`,
			"POST " + k.path + "/9/email": `{"code": 0}`, "GET /estimates/pdf": "%PDF-", "POST /payments": `{"code": 0, "payment": {"payment_id": "1"}}`,
			"GET /invoices/9/documents/5": "ab", "GET /estimates/9/documents/5": "ab"})
		tr := record.Transaction{Type: k.typ(), ID: "9", Number: "N", Reference: "R", Marker: "m", CustomerID: "1", Date: "2026-01-31", Due: "2026-02-28", FromQuote: "2",
			Notes: "n", Terms: "t", Lines: []record.Line{{ItemID: "1", Name: "n", Description: "d", Rate: dec("1.5"), Quantity: dec("2"), Discount: record.Discount{Share: dec("0.1")}, TaxID: "3"}}}
		byAmount := tr
		byAmount.Lines, byAmount.Discount = []record.Line{{ItemID: "1", Rate: dec("1.5"), Quantity: dec("2.5")}}, record.Discount{Amount: dec("0.1")}
		for _, tr := range []record.Transaction{tr, byAmount} {
			for _, upsert := range []bool{true, false} {
				_, err := client.CreateTransaction(t.Context(), tr, upsert)
				require.NoError(t, err)
			}
			_, err := client.UpdateTransaction(t.Context(), tr)
			require.NoError(t, err)
		}
		require.NoError(t, client.EmailTransaction(t.Context(), k.typ(), "9", billing.Email{To: []string{"a@b.c"}, CC: []string{"a@b.c"}, Subject: "s", Body: "b"}))
		_, err := client.RecordPayment(t.Context(), "1", "9", record.Payment{Amount: dec("1.5"), Date: "2026-01-31", Reference: "r"})
		require.NoError(t, err)
		_, err = client.AddComment(t.Context(), k.typ(), "9", "c")
		require.NoError(t, err)
		_, err = client.Attach(t.Context(), k.typ(), "9", record.File{Name: "a", Data: []byte("a")})
		require.NoError(t, err)
		file, err := client.Attachment(t.Context(), k.typ(), "9", "5")
		require.NoError(t, err)
		require.Equal(t, "ab", string(file.Data))
		for status := range statusCalls[k.typ()] {
			require.Error(t, client.SetTransactionStatus(t.Context(), k.typ(), "9", status), "it is not answered here")
		}
		_, _ = client.PDF(t.Context(), k.typ(), "9")
		_, err = client.ListTransactions(t.Context(), k.typ(), billing.TransactionQuery{CustomerID: "1", ByModified: true})
		require.NoError(t, err)
	}
}
