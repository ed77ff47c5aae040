package zohobilling_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	firstEstimate = "4600000700100001"
	firstInvoice  = "4600000800100001"
	anEstimate    = `{"customer_id":"` + firstCustomer + `","line_items":[{"item_id":"` + firstItem + `","quantity":3,"rate":18.10}]}`
	anInvoice     = `{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"` + firstItem + `","quantity":3,"price":18.10}]}`
)

func with(body, more string) string { return strings.TrimSuffix(body, "}") + "," + more + "}" }

// owed returns the customer's outstanding amount and credits.
func (b *bench) owed() []any {
	b.t.Helper()
	cu := b.good("GET", "/customers/"+firstCustomer, "", "customer")
	return []any{cu["outstanding"], cu["unused_credits"]}
}

func TestAnUpsertOfADocumentMakesOneByItsMarker(t *testing.T) {
	t.Parallel()
	b := traded(t)
	for path, body := range map[string]string{"/estimates": anEstimate, "/invoices": anInvoice} {
		one := strings.Trim(path, "/")
		one = one[:len(one)-1]
		b.refused(404, "1002", "PUT", path, body, byMarker("m", false)...)
		first := b.good("PUT", path, body, one, byMarker("m", true)...)
		again := b.good("PUT", path, with(body, `"notes":"again"`), one, byMarker("m", true)...)
		require.Equal(t, first[one+"_id"], again[one+"_id"])
		require.Equal(t, "again", again["notes"])
		require.Len(t, again["custom_fields"], 1)
		require.Contains(t, b.refused(400, "1001", "POST", path, with(body, `"custom_fields":[{"api_name":"cf_causeway_id","value":"m"}]`)), "Causeway ID")
		require.Len(t, b.call("GET", path, "").Body[strings.Trim(path, "/")], 1)
	}
	require.NoError(t, b.settings.Set("uniqueUpsert", "off"))
	b.refused(405, "37", "PUT", "/invoices", anInvoice, byMarker("m", true)...)
}

func TestANumberIsTheCallersWhereItSaysSo(t *testing.T) {
	t.Parallel()
	b := traded(t)
	require.Equal(t, "INV-000001", b.good("POST", "/invoices", with(anInvoice, `"invoice_number":"X"`), "invoice")["invoice_number"])
	require.Equal(t, "X", b.good("POST", "/invoices?ignore_auto_number_generation=true", with(anInvoice, `"invoice_number":"X"`), "invoice")["invoice_number"])
	require.Contains(t, b.refused(400, "1001", "POST", "/invoices?ignore_auto_number_generation=true", with(anInvoice, `"invoice_number":"X"`)), `"X"`)
	b.refused(400, "2", "POST", "/invoices?ignore_auto_number_generation=true", anInvoice)
}

func TestADocumentIsChangedAsItsStatusAllows(t *testing.T) {
	t.Parallel()
	b := traded(t)
	b.good("POST", "/estimates", anEstimate, "")
	at := "/estimates/" + firstEstimate
	b.refused(400, "4041", "POST", at+"/status/accepted", "")
	b.good("POST", at+"/status/sent", "", "")
	b.refused(400, "4041", "POST", at+"/status/sent", "")
	b.good("POST", at+"/status/declined", "", "")
	require.Contains(t, b.refused(400, "4041", "POST", "/invoices", with(anInvoice, `"invoiced_estimate_id":"`+firstEstimate+`"`)), "declined")
	b.good("POST", at+"/status/accepted", "", "")
	b.refused(400, "2", "POST", "/invoices", with(strings.ReplaceAll(anInvoice, firstCustomer, "4600000000100002"), `"invoiced_estimate_id":"`+firstEstimate+`"`))
	made := b.good("POST", "/invoices", with(anInvoice, `"invoiced_estimate_id":"`+firstEstimate+`"`), "invoice")["invoice_id"].(string)
	require.Equal(t, "invoiced", b.good("GET", at, "", "estimate")["status"])
	require.Contains(t, b.refused(400, "4041", "POST", "/invoices", with(anInvoice, `"invoiced_estimate_id":"`+firstEstimate+`"`)), "invoiced")
	require.Contains(t, b.refused(400, "4041", "PUT", at, anEstimate), "edited")
	b.good("DELETE", "/invoices/"+made, "", "")
	require.Equal(t, "accepted", b.good("GET", at, "", "estimate")["status"], "it can be converted again")
}

func TestADocumentThatIsLateSaysSoWhenItIs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := openBenchAt(t, t.TempDir(), func() time.Time { return now })
	t.Cleanup(b.stop)
	b.good("POST", "/customers", `{"display_name":"A"}`, "")
	b.good("POST", "/items", `{"name":"A","rate":1.10}`, "")
	soon := now.AddDate(0, 0, 3).Format(time.DateOnly)
	b.good("POST", "/estimates", with(anEstimate, `"expiry_date":"`+soon+`"`), "")
	b.good("POST", "/invoices", with(anInvoice, `"due_date":"`+soon+`"`), "")
	b.good("POST", "/estimates/"+firstEstimate+"/status/sent", "", "")
	b.good("POST", "/invoices/"+firstInvoice+"/converttoopen", "", "")
	for _, late := range []bool{false, true} {
		want := map[bool][]string{false: {"sent", "sent"}, true: {"expired", "overdue"}}[late]
		require.Equal(t, want[0], b.good("GET", "/estimates/"+firstEstimate, "", "estimate")["status"])
		require.Equal(t, want[1], b.good("GET", "/invoices/"+firstInvoice, "", "invoice")["status"])
		require.Len(t, b.names("/invoices?filter_by=Status."+want[1], "invoices", "invoice_id"), 1)
		require.Len(t, b.names("/estimates?filter_by=Status."+want[0], "estimates", "estimate_id"), 1)
		require.Empty(t, b.names("/invoices?filter_by=Status.Draft", "invoices", "invoice_id"))
		now = now.AddDate(0, 0, 5)
		b.token = b.tokenFor(b.gate.Accounts.Credentials().RefreshToken)
	}
	require.Contains(t, b.refused(400, "4041", "POST", "/estimates/"+firstEstimate+"/status/accepted", ""), "expired")
	require.Len(t, b.names("/invoices?filter_by=Status.Unpaid", "invoices", "invoice_id"), 1)
	b.refused(400, "2", "GET", "/invoices?filter_by=Status.Late", "")
}

func TestWhatACustomerOwesFollowsInvoicesAndPayments(t *testing.T) {
	t.Parallel()
	b := traded(t)
	owed := func(outstanding, credits string) {
		t.Helper()
		require.Equal(t, []any{json.Number(outstanding), json.Number(credits)}, b.owed())
	}
	b.good("POST", "/invoices", anInvoice, "")
	owed("0", "0")
	pay := func(amount, applied string) string {
		return `{"customer_id":"` + firstCustomer + `","payment_mode":"cash","amount":` + amount + `,"invoices":[{"invoice_id":"` + firstInvoice + `","amount_applied":` + applied + `}]}`
	}
	require.Contains(t, b.refused(400, "4041", "POST", "/payments", pay("1", "1")), "draft")
	b.good("POST", "/invoices/"+firstInvoice+"/converttoopen", "", "")
	owed("54.30", "0")
	b.refused(400, "24016", "POST", "/payments", pay("60", "54.31"))
	b.refused(400, "2", "POST", "/payments", pay("50", "50.01"))
	b.refused(400, "2", "POST", "/payments", pay("-1", "1"))
	firstPayment := b.good("POST", "/payments", pay("60", "50"), "payment")["payment_id"].(string)
	owed("4.30", "10.00")
	require.Equal(t, "partially_paid", b.good("GET", "/invoices/"+firstInvoice, "", "invoice")["status"])
	require.Contains(t, b.refused(400, "4041", "POST", "/invoices/"+firstInvoice+"/void", ""), "partially paid")
	require.Contains(t, b.refused(400, "4041", "DELETE", "/invoices/"+firstInvoice, ""), "payments")
	require.Contains(t, b.refused(400, "4041", "PUT", "/invoices/"+firstInvoice, strings.ReplaceAll(anInvoice, "18.10", "1")), "less")
	b.good("PUT", "/payments/"+firstPayment, pay("54.30", "54.30"), "payment")
	owed("0.00", "0.00")
	require.Equal(t, "paid", b.good("GET", "/invoices/"+firstInvoice, "", "invoice")["status"])
	require.Equal(t, []string{"invoice", "payment"}, b.names("/transactions", "transactions", "type"))
	require.Equal(t, []string{firstPayment}, b.names("/transactions?filter_by=TransactionType.PAYMENT", "transactions", "transaction_id"))
	require.Contains(t, b.refused(400, "3073", "DELETE", "/customers/"+firstCustomer, ""), "transactions")
	b.good("DELETE", "/payments/"+firstPayment, "", "")
	owed("54.30", "0.00")
	b.good("POST", "/invoices/"+firstInvoice+"/void", "", "")
	owed("0.00", "0.00")
	b.refused(404, "1002", "GET", "/payments/"+firstPayment, "")
}

func TestWhatIsSentIsMailedAndNoted(t *testing.T) {
	t.Parallel()
	b := traded(t)
	b.refused(400, "2", "POST", "/invoices?send=true", anInvoice) // nobody to send it to
	b.good("PUT", "/customers/"+firstCustomer, `{"email":"ana@example.com"}`, "")
	require.Equal(t, "sent", b.good("POST", "/invoices?send=true", anInvoice, "invoice")["status"])
	mails, err := b.org.Mails(t.Context())
	require.NoError(t, err)
	require.Len(t, mails, 1)
	require.Equal(t, []string{"ana@example.com"}, mails[0].To)
	var notes []string
	for _, c := range b.call("GET", "/invoices/"+b.names("/invoices", "invoices", "invoice_id")[0]+"/comments", "").Body["comments"].([]any) {
		notes = append(notes, c.(map[string]any)["description"].(string))
	}
	require.Equal(t, []string{"Invoice e-mailed to ana@example.com", "Invoice created for USD 54.30"}, notes, "the newest first")
}

func TestWhatOnlyBooksOffersIsThereAsTheSettingSays(t *testing.T) {
	t.Parallel()
	b := traded(t)
	b.good("POST", "/invoices", anInvoice, "")
	b.good("POST", "/invoices/"+firstInvoice+"/comments", `{"description":"x"}`, "comment")
	resp, err := http.DefaultClient.Do(b.request("GET", "/invoices/"+firstInvoice+"?accept=pdf", ""))
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	printed, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(printed), "%PDF-"))
	require.Contains(t, string(printed), "Total USD 54.30")
	require.NoError(t, b.settings.Set("invoiceExtras", "off"))
	b.refused(404, "5", "POST", "/invoices/"+firstInvoice+"/comments", `{"description":"x"}`)
	b.refused(404, "5", "POST", "/invoices/"+firstInvoice+"/status/sent", "")
	require.Equal(t, "draft", b.good("GET", "/invoices/"+firstInvoice+"?accept=pdf", "", "invoice")["status"])
	b.good("POST", "/estimates", anEstimate, "")
	b.good("POST", "/estimates/"+firstEstimate+"/comments", `{"description":"x"}`, "comment")
}

func TestLinesOfInactiveItemsAreTakenAsTheSettingSays(t *testing.T) {
	t.Parallel()
	b := traded(t)
	b.good("POST", "/items/"+firstItem+"/inactive", "", "")
	b.good("POST", "/invoices", anInvoice, "")
	require.NoError(t, b.settings.Set("inactiveLines", "off"))
	b.refused(400, "2007", "POST", "/invoices", anInvoice)
}
