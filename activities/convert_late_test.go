package activities_test

import (
	"net/http"
	"testing"
	"time"

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
				w.billing.call(http.MethodPost, "/customers/"+w.customer("Acme").text("customer_id")+"/contactpersons", object{
					"first_name": "Hand", "last_name": "Made", "email": "hand@example.com"})
			}
			if when != "after plan" {
				add()
			}
			if when == "before plan, synced" {
				w.sync()
			}
			plan := w.confirmed(contract.ChoiceConvertWithTransactions)
			if when == "after plan" {
				add()
			}
			w.deleted(plan, contract.StepRemove, 1)
			require.Contains(t, texts(w.customers(), "display_name"), "Acme")
		})
	}
}

func TestACustomerThatIsOnlyFetchedLivesWithAContactPersonThatWasEnteredInBilling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"))
	w.sync()
	w.billing.call(http.MethodPost, "/customers/"+w.customer("Acme").text("customer_id")+"/contactpersons", object{
		"first_name": "Hand", "last_name": "Made", "email": "hand@example.com"})
	w.sync()
	w.deleted(w.confirmed(contract.ChoiceConvertWithTransactions), contract.StepRemove, 1)
	require.Contains(t, texts(w.customers(), "display_name"), "Acme")
}

func TestARemovalThatWasCutOffIsResumedFromTheFirstStep(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertAll)
	w.deleted(plan, contract.StepApps, 1)
	d, err := w.store.Deletions.Get(t.Context(), demo, plan)
	require.NoError(t, err)
	done, err := w.store.Deletions.RemovePart(t.Context(), d, "sum", time.Now(), 2000)
	require.NoError(t, err)
	require.False(t, done)
	for _, step := range deletionSteps {
		_, err := w.carry(w.conversion(0), plan, step, 1)
		require.NoError(t, err, step)
	}
}

func TestAFrozenWorkerLeavesNothingOfAConnectionThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	w.deleted(w.confirmed(contract.ChoiceConvertAll), contract.StepRemove, 1)
	_, err := w.store.Mirror.PutPage(t.Context(), mirror.Page{
		Connection: demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: "1"},
		Records: []record.Record{{Side: record.CRM, Module: record.Accounts, ID: "1001", Name: "Acme", Values: record.Values{}}},
	})
	require.True(t, record.IsKind(err, record.NotFound))
	mods, err := w.store.Mirror.Modules(t.Context(), demo, record.CRM)
	require.NoError(t, err)
	require.Empty(t, mods)
}

func TestACustomerLivesThatAnotherConnectionLinkedAfterThePlan(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	w.linkedByAnother(w.customer("Acme").text("customer_id"))
	w.deleted(plan, contract.StepRemove, 1)
	require.Contains(t, texts(w.customers(), "display_name"), "Acme")
	require.Equal(t, "converted", w.outcomes(plan)["Acme"])
	require.Equal(t, "converted", w.outcomes(plan)["2001"], "its contact person, too")
	require.NoError(t, w.store.Deletions.EachRecord(t.Context(), plan, func(r deletions.Record) error {
		if r.Name == "Acme" && r.Part == contract.StepCustomers {
			require.Equal(t, deletion.HeldElsewhere, r.Code)
			require.Contains(t, r.Reason, "another connection of the billing organisation has it linked")
		}
		return nil
	}))
}

// linkedByAnother has a customer linked by another connection of the same billing organisation.
func (w *world) linkedByAnother(customer string) {
	w.t.Helper()
	ctx, at := w.t.Context(), time.Now()
	conn, err := w.store.Connections.Get(ctx, demo)
	require.NoError(w.t, err)
	conn.ID, conn.Incarnation, conn.CRMOrg = "other", "other", "another"
	require.NoError(w.t, w.store.Connections.Create(ctx, conn))
	_, err = w.store.Runs.Start(ctx, record.Run{ID: "other-1", Connection: conn.ID, Number: 1, Trigger: record.TriggerInitial, WorkflowID: "w", Preferences: 1, StartedAt: at})
	require.NoError(w.t, err)
	op := record.Operation{ID: "other-op", Connection: conn.ID, Run: "other-1", Entity: record.EntityCustomers, Action: record.ActionLink,
		SourceModule: record.Accounts, SourceID: "77", TargetModule: record.Customers, TargetID: customer, State: record.OpPlanned, PlannedAt: at}
	_, err = w.store.Operations.Insert(ctx, []record.Operation{op})
	require.NoError(w.t, err)
	_, err = w.store.Operations.Claim(ctx, "other-1", record.EntityCustomers, "token", 10)
	require.NoError(w.t, err)
	_, err = w.store.Operations.MarkSent(ctx, "token", []string{op.ID}, at)
	require.NoError(w.t, err)
	op.Outcome = record.Linked
	done, err := w.store.Operations.Finish(ctx, "token", at, []operations.Outcome{{Operation: op, Link: &record.Link{
		Connection: conn.ID, Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "77",
		BillingModule: record.Customers, BillingID: customer, Born: record.Billing,
	}}})
	require.NoError(w.t, err)
	require.Len(w.t, done, 1)
}
