package activities_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
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
	d, err := w.store.Deletion(t.Context(), demo, plan)
	require.NoError(t, err)
	done, err := w.store.RemoveConnectionPart(t.Context(), d, "sum", time.Now(), 2000)
	require.NoError(t, err)
	require.False(t, done)
	for _, step := range steps {
		_, err := w.carry(w.conversion(0), plan, step, 1)
		require.NoError(t, err, step)
	}
}

func TestAFrozenWorkerLeavesNothingOfAConnectionThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	w.deleted(w.confirmed(contract.ChoiceConvertAll), contract.StepRemove, 1)
	_, err := w.store.PutMirrorPage(t.Context(), store.MirrorPage{
		Connection: demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: "1"},
		Records: []record.Record{{Side: record.CRM, Module: record.Accounts, ID: "1001", Name: "Acme", Values: record.Values{}}},
	})
	require.True(t, record.IsKind(err, record.NotFound))
	mods, err := w.store.Mirrored(t.Context(), demo, record.CRM)
	require.NoError(t, err)
	require.Empty(t, mods)
}
