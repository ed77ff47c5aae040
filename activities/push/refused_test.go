package push_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/activities/push"
	"causeway/activities/setup"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// Each of these has its clear answer, and nothing of it reaches billing.
func TestWhatIsWrongWithAPushIsSaidAndMakesNothing(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"), activitytest.Product(8, "Gone", "G-1", "1"))
	w.Billing.Call(http.MethodDelete, "/items/"+w.Item("Gone").Text("item_id"), nil)
	w.Sync()
	w.Profile(activitytest.Seller, permission.Everything()) // the sync has read the CRM's own users
	doc := func(change func(*contract.Document)) contract.PushRequest {
		req := activitytest.Save("1", activitytest.LineOf("7", "1"))
		change(req.Document)
		return req
	}
	for name, c := range map[string]struct {
		req        contract.PushRequest
		code, says string
	}{
		"a negative quantity":        {doc(func(d *contract.Document) { d.Lines[0].Quantity = "-1" }), "QUANTITY", "line 1"},
		"a quantity that is none":    {doc(func(d *contract.Document) { d.Lines[0].Quantity = "many" }), "AMOUNT", "line 1"},
		"an item that was deleted":   {doc(func(d *contract.Document) { d.Lines = append(d.Lines, activitytest.LineOf("8", "1")) }), push.CodeItemGone, "line 2"},
		"a product that is nowhere":  {doc(func(d *contract.Document) { d.Lines[0].Product = "999" }), setup.CodeNoItem, "999"},
		"another currency":           {doc(func(d *contract.Document) { d.Currency = "EUR" }), push.CodeCurrency, "USD"},
		"free text without its item": {doc(func(d *contract.Document) { d.Lines[0].Product, d.Lines[0].Name, d.Lines[0].Rate = "", "Freight", "5" }), push.CodeFreeText, "--catch-all-item"},
		"a discount above all of it": {doc(func(d *contract.Document) { d.Discount = "120%" }), "DISCOUNT", "120%"},
		"an action on what is not":   {activitytest.Does(contract.ActionMarkSent), "", ""},
	} {
		out := w.Push(activitytest.Invoice("i-9"), c.req)
		require.Contains(t, []string{contract.PushRefused, contract.PushFailed}, out.Status, name)
		require.NotNil(t, out.Failure, name)
		if c.code != "" {
			require.Equal(t, c.code, out.Failure.Code, "%s: %s", name, out.Failure.Reason)
		}
		require.Contains(t, out.Failure.Reason, c.says, name)
	}
	require.Empty(t, w.Documents(activitytest.Invoice("")))
}

func TestAnExpiredQuoteIsNotAcceptedAndATakenNumberIsNamed(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	req := activitytest.Save("1", activitytest.LineOf("7", "1"))
	req.Document.Date, req.Document.Due = time.Now().AddDate(0, 0, -40).Format(time.DateOnly), time.Now().AddDate(0, 0, -10).Format(time.DateOnly)
	w.Did(activitytest.Quote("q-1"), req)
	w.Did(activitytest.Quote("q-1"), activitytest.Does(contract.ActionMarkSent))
	why := w.Refuses("STATUS", activitytest.Quote("q-1"), activitytest.Does(contract.ActionAccept))
	require.Contains(t, why.Reason, "expired")
	require.Contains(t, why.Reason, "later expiry date")

	numbered := activitytest.Save("1", activitytest.LineOf("7", "1"))
	numbered.Document.Number = "2026-1"
	require.Equal(t, "2026-1", w.Did(activitytest.Invoice("i-1"), numbered).Transaction.Number)
	why = w.Refuses("NUMBER_TAKEN", activitytest.Invoice("i-2"), numbered)
	require.Contains(t, why.Reason, "2026-1")
	require.Len(t, w.Documents(activitytest.Invoice("")), 1)
}

func TestWhatCannotBeSentSaidOrAttachedIsRefused(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Did(activitytest.Invoice("i-1"), activitytest.Save("1", activitytest.LineOf("7", "1")))
	mail := func(to string) contract.PushRequest {
		return contract.PushRequest{Action: contract.ActionEmail, Email: &contract.Email{To: []string{to}, Subject: "s", Body: "b"}}
	}
	file := func(name, kind, data string) contract.PushRequest {
		return contract.PushRequest{Action: contract.ActionAttach, File: &contract.FileRef{Name: name, Type: kind, Data: []byte(data)}}
	}
	for name, c := range map[string]struct {
		req  contract.PushRequest
		code string
	}{
		"no address":          {mail("ana"), "EMAIL"},
		"a path as a name":    {file("../../x", "", "data"), "FILE"},
		"a type that lies":    {file("x.pdf", "application/pdf", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "FILE"},
		"an upload that went": {contract.PushRequest{Action: contract.ActionAttach, File: &contract.FileRef{Name: "x", Upload: "none"}}, ""},
	} {
		out := w.Push(activitytest.Invoice("i-1"), c.req)
		require.NotEqual(t, contract.PushDone, out.Status, name)
		require.NotEmpty(t, out.Failure.Reason, name)
		if c.code != "" {
			require.Equal(t, c.code, out.Failure.Code, "%s: %s", name, out.Failure.Reason)
		}
	}
	large := pushes.Upload{ID: "up-1", Connection: activitytest.Demo, Name: "large.bin", Data: make([]byte, 11<<20), At: time.Now()}
	require.NoError(t, w.Store.Workspace.PutUpload(t.Context(), large))
	why := w.Refuses("FILE", activitytest.Invoice("i-1"), contract.PushRequest{Action: contract.ActionAttach, File: &contract.FileRef{Name: "large.bin", Upload: "up-1"}})
	require.Contains(t, why.Reason, "11534336 bytes")
	require.Error(t, contract.PushRequest{Key: "k", User: activitytest.Seller, Action: contract.ActionComment, Comment: strings.Repeat("x", 1<<20)}.Check(contract.TypeInvoice))
	w.Did(activitytest.Invoice("i-1"), file("x.txt", "text/plain", "terms"))
	w.Did(activitytest.Invoice("i-1"), mail("ana@example.com"))
}

func TestAConnectionThatDoesNotWorkTakesNoPushOrQueuesIt(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	for state, want := range map[record.State]string{
		record.StatePausing: contract.PushQueued, record.StatePaused: contract.PushQueued, record.StateDisabling: contract.PushRefused,
		record.StateDisabled: contract.PushRefused, record.StateDeleting: contract.PushRefused,
	} {
		require.NoError(t, w.Store.Connections.SetState(t.Context(), activitytest.Demo, state, nil))
		a, err := w.Store.Pushes.Admit(t.Context(), pushes.Intent{Connection: activitytest.Demo, Type: contract.TypeInvoice, Transaction: "i-" + string(state), Key: "k-" + string(state),
			Hash: "h", Action: "save", User: activitytest.Seller, WorkflowID: "w", At: time.Now()})
		require.NoError(t, err)
		require.Equal(t, want == contract.PushQueued, a.Decision == pushes.Queue, "%s: %s", state, a.Decision)
	}
}

func TestAProfileThatWasDeletedMayNothing(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Profile("u-old", permission.Everything())
	w.Profile("u-new", permission.Everything()) // which is all that the CRM has now
	require.NoError(t, w.Store.Permissions.PutMembers(t.Context(), activitytest.Demo, []administration.Member{{User: "u-old", Name: "Old", Profile: "p-u-old", Active: true}}))
	req := activitytest.Save("1", activitytest.LineOf("7", "1"))
	req.User = "u-old"
	w.Refuses(permission.CodeProfileDeleted, activitytest.Quote("q-1"), req)
}
