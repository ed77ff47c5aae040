package deletion_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestACustomerLivesWithAContactPersonThatWasEnteredInBilling(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before plan, synced", "before plan, not synced", "after plan"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			add := func() {
				w.Billing.Call(http.MethodPost, "/customers/"+w.Customer("Acme").Text("customer_id")+"/contactpersons", activitytest.Object{
					"first_name": "Hand", "last_name": "Made", "email": "hand@example.com"})
			}
			if when != "after plan" {
				add()
			}
			if when == "before plan, synced" {
				w.Sync()
			}
			plan := confirmed(w, contract.ChoiceConvertWithTransactions)
			if when == "after plan" {
				add()
			}
			deleted(w, plan, contract.StepRemove, 1)
			require.Contains(t, activitytest.Texts(w.Customers(), "display_name"), "Acme")
		})
	}
}

func TestACustomerThatIsOnlyFetchedLivesWithAContactPersonThatWasEnteredInBilling(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.Sync()
	w.Billing.Call(http.MethodPost, "/customers/"+w.Customer("Acme").Text("customer_id")+"/contactpersons", activitytest.Object{
		"first_name": "Hand", "last_name": "Made", "email": "hand@example.com"})
	w.Sync()
	deleted(w, confirmed(w, contract.ChoiceConvertWithTransactions), contract.StepRemove, 1)
	require.Contains(t, activitytest.Texts(w.Customers(), "display_name"), "Acme")
}

func TestARemovalThatWasCutOffIsResumedFromTheFirstStep(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertAll)
	deleted(w, plan, contract.StepApps, 1)
	d, err := w.Store.Deletions.Get(t.Context(), activitytest.Demo, plan)
	require.NoError(t, err)
	done, err := w.Store.Deletions.RemovePart(t.Context(), d, "sum", time.Now(), 2000)
	require.NoError(t, err)
	require.False(t, done)
	for _, step := range deletionSteps {
		_, err := carry(w, conversion(w, 0), plan, step, 1)
		require.NoError(t, err, step)
	}
}

func TestAFrozenWorkerLeavesNothingOfAConnectionThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	deleted(w, confirmed(w, contract.ChoiceConvertAll), contract.StepRemove, 1)
	_, err := w.Store.Mirror.PutPage(t.Context(), mirror.Page{
		Connection: activitytest.Demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: "1"},
		Records: []record.Record{{Side: record.CRM, Module: record.Accounts, ID: "1001", Name: "Acme", Values: record.Values{}}},
	})
	require.True(t, record.IsKind(err, record.NotFound))
	mods, err := w.Store.Mirror.Modules(t.Context(), activitytest.Demo, record.CRM)
	require.NoError(t, err)
	require.Empty(t, mods)
}

func TestACustomerLivesThatAnotherConnectionLinkedAfterThePlan(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	linkedByAnother(w, w.Customer("Acme").Text("customer_id"))
	deleted(w, plan, contract.StepRemove, 1)
	require.Contains(t, activitytest.Texts(w.Customers(), "display_name"), "Acme")
	require.Equal(t, "converted", outcomes(w, plan)["Acme"])
	require.Equal(t, "converted", outcomes(w, plan)["2001"], "its contact person, too")
	require.NoError(t, w.Store.Deletions.EachRecord(t.Context(), plan, func(r deletions.Record) error {
		if r.Name == "Acme" && r.Part == contract.StepCustomers {
			require.Equal(t, deletion.HeldElsewhere, r.Code)
			require.Contains(t, r.Reason, "another connection of the billing organisation has it linked")
		}
		return nil
	}))
}

// linkedByAnother has a customer linked by another connection of the same billing organisation.
func linkedByAnother(w *activitytest.World, customer string) {
	w.T.Helper()
	ctx, at := w.T.Context(), time.Now()
	conn, err := w.Store.Connections.Get(ctx, activitytest.Demo)
	require.NoError(w.T, err)
	conn.ID, conn.Incarnation, conn.CRMOrg = "other", "other", "another"
	require.NoError(w.T, w.Store.Connections.Create(ctx, conn))
	_, err = w.Store.Runs.Start(ctx, record.Run{ID: "other-1", Connection: conn.ID, Number: 1, Trigger: record.TriggerInitial, WorkflowID: "w", Preferences: 1, StartedAt: at})
	require.NoError(w.T, err)
	op := record.Operation{ID: "other-op", Connection: conn.ID, Run: "other-1", Entity: record.EntityCustomers, Action: record.ActionLink,
		SourceModule: record.Accounts, SourceID: "77", TargetModule: record.Customers, TargetID: customer, State: record.OpPlanned, PlannedAt: at}
	_, err = w.Store.Operations.Insert(ctx, []record.Operation{op})
	require.NoError(w.T, err)
	_, err = w.Store.Operations.Claim(ctx, "other-1", record.EntityCustomers, "token", 10)
	require.NoError(w.T, err)
	_, err = w.Store.Operations.MarkSent(ctx, "token", []string{op.ID}, at)
	require.NoError(w.T, err)
	op.Outcome = record.Linked
	done, err := w.Store.Operations.Finish(ctx, "token", at, []operations.Outcome{{Operation: op, Link: &record.Link{
		Connection: conn.ID, Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "77",
		BillingModule: record.Customers, BillingID: customer, Born: record.Billing,
	}}})
	require.NoError(w.T, err)
	require.Len(w.T, done, 1)
}
