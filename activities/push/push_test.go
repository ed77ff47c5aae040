package push_test

import (
	"testing"
	"time"

	"causeway/activities/activitytest"
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
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	req := activitytest.Save("1", activitytest.LineOf("7", "4"))
	req.Document.ExpectedTotal = "50"
	got := w.Did(activitytest.Quote("q-1"), req)
	require.NotEmpty(t, got.Transaction.Number)
	require.Equal(t, "50.00", got.Transaction.Total)
	require.Equal(t, "draft", got.Transaction.Status)
	require.Empty(t, got.Difference)
	require.Equal(t, int64(1), got.Sequence)
	require.Len(t, w.Documents(activitytest.Quote("")), 1)
}

func TestADifferenceToWhatTheAuthorExpectedIsShown(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	req := activitytest.Save("1", activitytest.LineOf("7", "4"))
	req.Document.ExpectedTotal = "49.99"
	require.Equal(t, "0.01", w.Did(activitytest.Invoice("i-1"), req).Difference)
}

func TestARequestThatIsRepeatedGetsItsFirstAnswerAndMakesNothing(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	req := activitytest.Save("1", activitytest.LineOf("7", "4"))
	req.Key = "k-1"
	first := w.Did(activitytest.Invoice("i-1"), req)
	again := w.Did(activitytest.Invoice("i-1"), req)
	require.True(t, again.Repeated)
	again.Repeated = false
	require.Equal(t, first, again)
	require.Len(t, w.Documents(activitytest.Invoice("")), 1)

	req.Document.Lines[0].Quantity = "5"
	w.Refuses(push.CodeKeyReused, activitytest.Invoice("i-1"), req)
	w.Refuses(push.CodeKeyReused, activitytest.Invoice("i-2"), req)
}

func TestACustomerAndAProductThatAreNotInBillingAreImportedForThePush(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings())
	w.Load(activitytest.Account(1, "Alpha Ltd"), activitytest.Contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	got := w.Did(activitytest.Quote("q-1"), activitytest.Save("1", activitytest.LineOf("7", "1")))
	require.True(t, got.Imported)
	require.Equal(t, "12.50", got.Transaction.Total)
	links, err := w.Store.Links.Count(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Equal(t, 1, links["customers"])
	require.Equal(t, 1, links["contact_persons"])
	require.Equal(t, 1, links["items"])

	run := w.Sync()
	require.Zero(t, run.Entities["customers"].Added, "the sync finds them linked")
}

func TestACustomerThatARunningSyncHasPlannedIsImportedAtOnce(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := activitytest.Selling(t, activitytest.Settings("uniqueUpsert", upsert))
			w.Timing.Call = time.Second // as long a sync waits that can send nothing of what it had claimed
			w.Load(activitytest.Account(1, "Alpha Ltd"), activitytest.Contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), activitytest.Account(3, "Beta Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
			activitytest.Meanwhile(w, func() {
				w.Profile(activitytest.Seller, permission.Everything()) // which the sync has read anew
				require.True(t, w.Did(activitytest.Invoice("i-1"), activitytest.Save("1", activitytest.LineOf("7", "1"))).Imported)
			})
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, report.Counts{Added: 1, Unchanged: 1}, run.Entities["customers"], "the other one is added")
			require.Len(t, w.Customers(), 2)
			require.Len(t, w.Documents(activitytest.Invoice("i-1")), 1)
			w.Verified()
			require.Zero(t, w.Sync().Entities["customers"].Added)
		})
	}
}

func TestARunOfOneRecordTakesItFromASyncThatHasSteppedAside(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings(), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Sync()
	w.Load(activitytest.Account(1, "Alpha Ltd"), activitytest.Contact(2, "Ann", "Arbor", 1, "Email", "ann@alpha.example"), activitytest.Account(3, "Beta Ltd"), activitytest.Contact(4, "Bea", "Byrd", 3))
	w.Timing.Call = time.Second
	activitytest.Meanwhile(w, func() {
		w.Ahead = true
		defer func() { w.Ahead = false }()
		run := w.Scoped(record.Ref{Side: record.CRM, Module: record.Contacts, ID: "2"})
		require.Empty(t, run.Failures)
		require.Equal(t, 1, run.Entities["customers"].Added, "with the account that it belongs to")
		require.Equal(t, 1, run.Entities["contact_persons"].Added)
	})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["contact_persons"].Added)
	w.Verified()
	require.Zero(t, w.Sync().Entities["customers"].Added)
}

func TestACustomerWhoseImportLosesItsPlanToASyncThatBeginsIsImportedAllTheSame(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings())
	w.Load(activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Fault("latency", "100ms")
	pushed := make(chan contract.PushResult, 1)
	go func() {
		pushed <- w.Push(activitytest.Invoice("i-1"), activitytest.Save("1", activitytest.LineOf("7", "1")))
	}()
	imports := "push-" + activitytest.Demo + "-1"
	require.Eventually(t, func() bool {
		open, err := w.Store.Operations.CountOpen(t.Context(), imports, record.EntityCustomers)
		return err == nil && open.Planned > 0
	}, 10*time.Second, time.Millisecond)
	begun, err := w.Store.Runs.Start(t.Context(), record.Run{ID: "next", Connection: activitytest.Demo, Number: 1, Trigger: record.TriggerManual, StartedAt: time.Now(), Status: record.RunRunning})
	require.NoError(t, err)
	_, err = w.Store.Operations.TakeElsewhere(t.Context(), activitytest.Demo, begun.ID)
	require.NoError(t, err)
	open, err := w.Store.Operations.CountOpen(t.Context(), imports, record.EntityCustomers)
	require.NoError(t, err)
	require.Zero(t, open.Planned, "it was dropped before it was sent")
	got := <-pushed
	require.Equal(t, contract.PushDone, got.Status, "%+v", got.Failure)
	require.Len(t, w.Customers(), 1)
}

func TestAnAccountThatIsNowhereIsNamed(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Product(7, "Widget", "W-1", "12.50"))
	why := w.Refuses(push.CodeNoCustomer, activitytest.Quote("q-1"), activitytest.Save("4711", activitytest.LineOf("7", "1")))
	require.Contains(t, why.Reason, "Accounts 4711")
	require.Contains(t, why.Reason, "the CRM does not have it")
}

func TestACustomerThatThePreferencesDoNotSyncIsNoneToPushFor(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings().With(func(r *app.ConnectRequest) { r.Unattached = false }), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Load(activitytest.Contact(2, "Ann", "Arbor", 0))
	req := activitytest.Save("", activitytest.LineOf("7", "1"))
	req.Document.Contact = "2"
	why := w.Refuses(push.CodeNoCustomer, activitytest.Quote("q-1"), req)
	require.Contains(t, why.Reason, "the preferences do not bring such records to billing")
}

func TestALaterSaveEditsWhatTheFirstHasMade(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	first := w.Did(activitytest.Quote("q-1"), activitytest.Save("1", activitytest.LineOf("7", "4")))
	edited := w.Did(activitytest.Quote("q-1"), activitytest.Save("1", activitytest.LineOf("7", "2")))
	require.Equal(t, first.Transaction.ID, edited.Transaction.ID)
	require.Equal(t, "25.00", edited.Transaction.Total)
	require.Len(t, w.Documents(activitytest.Quote("")), 1)
}

func TestAQuoteGoesItsWayAndIsConvertedOnce(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Did(activitytest.Quote("q-1"), activitytest.Save("1", activitytest.LineOf("7", "4")))
	require.Equal(t, "sent", w.Did(activitytest.Quote("q-1"), activitytest.Does(contract.ActionMarkSent)).Transaction.Status)
	require.Equal(t, "accepted", w.Did(activitytest.Quote("q-1"), activitytest.Does(contract.ActionAccept)).Transaction.Status)
	converted := w.Did(activitytest.Quote("q-1"), activitytest.Does(contract.ActionConvert))
	require.Equal(t, "invoiced", converted.Transaction.Status)
	require.Equal(t, "50.00", converted.Invoice.Total)
	require.Len(t, w.Documents(activitytest.Invoice("")), 1)
	row, err := w.Store.Transactions.Get(t.Context(), activitytest.Demo, contract.TypeInvoice, "q-1")
	require.NoError(t, err)
	require.Equal(t, []string{"Accounts", "1"}, []string{row.CRMModule, row.CRMID}, "it is for whom the quote was")

	why := w.Refuses("STATUS", activitytest.Quote("q-1"), activitytest.Does(contract.ActionConvert))
	require.Contains(t, why.Reason, "invoiced")
	paid := w.Did(activitytest.Invoice("q-1"), contract.PushRequest{Action: contract.ActionMarkSent})
	require.Equal(t, "sent", paid.Transaction.Status)
}

func TestAnInvoiceIsPaidUpToItsBalance(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Did(activitytest.Invoice("i-1"), activitytest.Save("1", activitytest.LineOf("7", "4")))
	w.Did(activitytest.Invoice("i-1"), activitytest.Does(contract.ActionMarkSent))
	pay := func(amount string) contract.PushRequest {
		return contract.PushRequest{Action: contract.ActionPay, Payment: &contract.Payment{Amount: amount}}
	}
	part := w.Did(activitytest.Invoice("i-1"), pay("20"))
	require.Equal(t, "30.00", part.Transaction.Balance)
	require.Equal(t, "partially_paid", part.Transaction.Status)
	why := w.Refuses("PAYMENT_ABOVE_BALANCE", activitytest.Invoice("i-1"), pay("30.01"))
	require.Contains(t, why.Reason, "30")
	require.Equal(t, "paid", w.Did(activitytest.Invoice("i-1"), pay("30")).Transaction.Status)
}

func TestAProfileWithoutTheRightIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	w := activitytest.Selling(t, activitytest.Settings(), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Profile("u-viewer", permission.Permission{Quotes: permission.Rights{Access: true, View: true}})
	req := activitytest.Save("1", activitytest.LineOf("7", "4"))
	req.User = "u-viewer"
	why := w.Refuses(permission.CodeDenied, activitytest.Quote("q-1"), req)
	require.Contains(t, why.Reason, "create & edit")
	require.Empty(t, w.Documents(activitytest.Quote("")))
	open, err := w.Store.Pushes.CountOpen(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Zero(t, open)
}

// A reply that was lost: the document is there, and the next try finds it, whatever the side offers.
func TestADocumentWhoseReplyWasLostIsMadeOnce(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := activitytest.Selling(t, activitytest.Settings("uniqueUpsert", upsert), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
			w.Timing.Call = 500 * time.Millisecond
			w.Fault("resetAfterWrite", "0.5")
			for _, id := range []string{"i-1", "i-2", "i-3", "i-4"} {
				w.Did(activitytest.Invoice(id), activitytest.Save("1", activitytest.LineOf("7", "4")))
			}
			require.Len(t, w.Documents(activitytest.Invoice("")), 4)
		})
	}
}
