package activities_test

import (
	"testing"
	"time"

	"causeway/activities/push"
	"causeway/internal/app"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestAQuoteIsInBillingWhenItsPushReturns(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	req := save("1", lineOf("7", "4"))
	req.Document.ExpectedTotal = "50"
	got := w.did(quote("q-1"), req)
	require.NotEmpty(t, got.Transaction.Number)
	require.Equal(t, "50.00", got.Transaction.Total)
	require.Equal(t, "draft", got.Transaction.Status)
	require.Empty(t, got.Difference)
	require.Equal(t, int64(1), got.Sequence)
	require.Len(t, w.documents(quote("")), 1)
}

func TestADifferenceToWhatTheAuthorExpectedIsShown(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	req := save("1", lineOf("7", "4"))
	req.Document.ExpectedTotal = "49.99"
	require.Equal(t, "0.01", w.did(invoice("i-1"), req).Difference)
}

func TestARequestThatIsRepeatedGetsItsFirstAnswerAndMakesNothing(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	req := save("1", lineOf("7", "4"))
	req.Key = "k-1"
	first := w.did(invoice("i-1"), req)
	again := w.did(invoice("i-1"), req)
	require.True(t, again.Repeated)
	again.Repeated = false
	require.Equal(t, first, again)
	require.Len(t, w.documents(invoice("")), 1)

	req.Document.Lines[0].Quantity = "5"
	w.refuses(push.CodeKeyReused, invoice("i-1"), req)
	w.refuses(push.CodeKeyReused, invoice("i-2"), req)
}

func TestACustomerAndAProductThatAreNotInBillingAreImportedForThePush(t *testing.T) {
	t.Parallel()
	w := selling(t, settings())
	w.load(account(1, "Alpha Ltd"), contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), product(7, "Widget", "W-1", "12.50"))
	got := w.did(quote("q-1"), save("1", lineOf("7", "1")))
	require.True(t, got.Imported)
	require.Equal(t, "12.50", got.Transaction.Total)
	links, err := w.store.Links.Count(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, 1, links["customers"])
	require.Equal(t, 1, links["contact_persons"])
	require.Equal(t, 1, links["items"])

	run := w.sync()
	require.Zero(t, run.Entities["customers"].Added, "the sync finds them linked")
}

func TestACustomerThatARunningSyncHasPlannedIsImportedAtOnce(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := selling(t, settings("uniqueUpsert", upsert))
			w.timing.Call = time.Second // as long a sync waits that can send nothing of what it had claimed
			w.load(account(1, "Alpha Ltd"), contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), account(3, "Beta Ltd"), product(7, "Widget", "W-1", "12.50"))
			w.meanwhile(func() {
				w.profile(seller, permission.Everything()) // which the sync has read anew
				require.True(t, w.did(invoice("i-1"), save("1", lineOf("7", "1"))).Imported)
			})
			run := w.sync()
			require.Empty(t, run.Failures)
			require.Equal(t, report.Counts{Added: 1, Unchanged: 1}, run.Entities["customers"], "the other one is added")
			require.Len(t, w.customers(), 2)
			require.Len(t, w.documents(invoice("i-1")), 1)
			w.verified()
			require.Zero(t, w.sync().Entities["customers"].Added)
		})
	}
}

func TestARunOfOneRecordTakesItFromASyncThatHasSteppedAside(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings(), product(7, "Widget", "W-1", "12.50"))
	w.sync()
	w.load(account(1, "Alpha Ltd"), contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), account(3, "Beta Ltd"), contact(4, "Bea", "Byrd", 3))
	w.timing.Call = time.Second
	w.meanwhile(func() {
		w.ahead = true
		defer func() { w.ahead = false }()
		run := w.scoped(record.Ref{Side: record.CRM, Module: record.Contacts, ID: "2"})
		require.Empty(t, run.Failures)
		require.Equal(t, 1, run.Entities["customers"].Added, "with the account that it belongs to")
		require.Equal(t, 1, run.Entities["contact_persons"].Added)
	})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["contact_persons"].Added)
	w.verified()
	require.Zero(t, w.sync().Entities["customers"].Added)
}

func TestACustomerWhoseImportLosesItsPlanToASyncThatBeginsIsImportedAllTheSame(t *testing.T) {
	t.Parallel()
	w := selling(t, settings())
	w.load(account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	w.fault("latency", "100ms")
	pushed := make(chan contract.PushResult, 1)
	go func() { pushed <- w.push(invoice("i-1"), save("1", lineOf("7", "1"))) }()
	imports := "push-" + demo + "-1"
	require.Eventually(t, func() bool {
		open, err := w.store.Operations.CountOpen(t.Context(), imports, record.EntityCustomers)
		return err == nil && open.Planned > 0
	}, 10*time.Second, time.Millisecond)
	begun, err := w.store.Runs.Start(t.Context(), record.Run{ID: "next", Connection: demo, Number: 1, Trigger: record.TriggerManual, StartedAt: time.Now(), Status: record.RunRunning})
	require.NoError(t, err)
	_, err = w.store.Operations.TakeElsewhere(t.Context(), demo, begun.ID)
	require.NoError(t, err)
	open, err := w.store.Operations.CountOpen(t.Context(), imports, record.EntityCustomers)
	require.NoError(t, err)
	require.Zero(t, open.Planned, "it was dropped before it was sent")
	got := <-pushed
	require.Equal(t, contract.PushDone, got.Status, "%+v", got.Failure)
	require.Len(t, w.customers(), 1)
}

func TestAnAccountThatIsNowhereIsNamed(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), product(7, "Widget", "W-1", "12.50"))
	why := w.refuses(push.CodeNoCustomer, quote("q-1"), save("4711", lineOf("7", "1")))
	require.Contains(t, why.Reason, "Accounts 4711")
	require.Contains(t, why.Reason, "the CRM does not have it")
}

func TestACustomerThatThePreferencesDoNotSyncIsNoneToPushFor(t *testing.T) {
	t.Parallel()
	w := selling(t, settings().with(func(r *app.ConnectRequest) { r.Unattached = false }), product(7, "Widget", "W-1", "12.50"))
	w.load(contact(2, "Ann", "Arbor", 0))
	req := save("", lineOf("7", "1"))
	req.Document.Contact = "2"
	why := w.refuses(push.CodeNoCustomer, quote("q-1"), req)
	require.Contains(t, why.Reason, "the preferences do not bring such records to billing")
}

func TestALaterSaveEditsWhatTheFirstHasMade(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	first := w.did(quote("q-1"), save("1", lineOf("7", "4")))
	edited := w.did(quote("q-1"), save("1", lineOf("7", "2")))
	require.Equal(t, first.Transaction.ID, edited.Transaction.ID)
	require.Equal(t, "25.00", edited.Transaction.Total)
	require.Len(t, w.documents(quote("")), 1)
}

func TestAQuoteGoesItsWayAndIsConvertedOnce(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	w.did(quote("q-1"), save("1", lineOf("7", "4")))
	require.Equal(t, "sent", w.did(quote("q-1"), does(contract.ActionMarkSent)).Transaction.Status)
	require.Equal(t, "accepted", w.did(quote("q-1"), does(contract.ActionAccept)).Transaction.Status)
	converted := w.did(quote("q-1"), does(contract.ActionConvert))
	require.Equal(t, "invoiced", converted.Transaction.Status)
	require.Equal(t, "50.00", converted.Invoice.Total)
	require.Len(t, w.documents(invoice("")), 1)
	row, err := w.store.Transactions.Get(t.Context(), demo, contract.TypeInvoice, "q-1")
	require.NoError(t, err)
	require.Equal(t, []string{"Accounts", "1"}, []string{row.CRMModule, row.CRMID}, "it is for whom the quote was")

	why := w.refuses("STATUS", quote("q-1"), does(contract.ActionConvert))
	require.Contains(t, why.Reason, "invoiced")
	paid := w.did(invoice("q-1"), contract.PushRequest{Action: contract.ActionMarkSent})
	require.Equal(t, "sent", paid.Transaction.Status)
}

func TestAnInvoiceIsPaidUpToItsBalance(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	w.did(invoice("i-1"), save("1", lineOf("7", "4")))
	w.did(invoice("i-1"), does(contract.ActionMarkSent))
	pay := func(amount string) contract.PushRequest {
		return contract.PushRequest{Action: contract.ActionPay, Payment: &contract.Payment{Amount: amount}}
	}
	part := w.did(invoice("i-1"), pay("20"))
	require.Equal(t, "30.00", part.Transaction.Balance)
	require.Equal(t, "partially_paid", part.Transaction.Status)
	why := w.refuses("PAYMENT_ABOVE_BALANCE", invoice("i-1"), pay("30.01"))
	require.Contains(t, why.Reason, "30")
	require.Equal(t, "paid", w.did(invoice("i-1"), pay("30")).Transaction.Status)
}

func TestAProfileWithoutTheRightIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	w := selling(t, settings(), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
	w.profile("u-viewer", permission.Permission{Quotes: permission.Rights{Access: true, View: true}})
	req := save("1", lineOf("7", "4"))
	req.User = "u-viewer"
	why := w.refuses(permission.CodeDenied, quote("q-1"), req)
	require.Contains(t, why.Reason, "create & edit")
	require.Empty(t, w.documents(quote("")))
	open, err := w.store.Pushes.CountOpen(t.Context(), demo)
	require.NoError(t, err)
	require.Zero(t, open)
}

// A reply that was lost: the document is there, and the next try finds it, whatever the side offers.
func TestADocumentWhoseReplyWasLostIsMadeOnce(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := selling(t, settings("uniqueUpsert", upsert), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
			w.timing.Call = 500 * time.Millisecond
			w.fault("resetAfterWrite", "0.5")
			for _, id := range []string{"i-1", "i-2", "i-3", "i-4"} {
				w.did(invoice(id), save("1", lineOf("7", "4")))
			}
			require.Len(t, w.documents(invoice("")), 4)
		})
	}
}
