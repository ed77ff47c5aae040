package activities_test

import (
	"testing"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// planWithout plans the deletion while a side is gone for good.
func (w *world) planWithout(side record.Side) (contract.PlanDeletionResult, error) {
	w.t.Helper()
	in := contract.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann", GiveUp: []string{string(side)}}
	c := w.conversion(0)
	for {
		out, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, in)
		if err != nil || out.Done {
			return out, err
		}
	}
}

// gone takes a side away: nothing there answers any more.
func (w *world) gone(side record.Side) {
	w.t.Helper()
	w.fault(string(side)+".reset", "1")
}

func TestAConnectionWhoseSideIsGoneForGoodCanBeDeletedWithThatSideGivenUp(t *testing.T) {
	t.Parallel()
	for _, side := range []record.Side{record.CRM, record.Billing} {
		t.Run(string(side), func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			w.gone(side)
			c := w.conversion(0)
			_, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, contract.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann"})
			require.Error(t, err, "without saying so it is not planned past what nobody can see")
			p, err := w.planWithout(side)
			require.NoError(t, err)
			require.Positive(t, p.Plan.GivenUp[string(side)], "its records are told")
			_, err = convert[struct{}](w, c, c.ConfirmDeletion, confirmation(p, contract.ChoiceConvertAll))
			require.NoError(t, err)
			w.deleted(p.Plan.ID, contract.StepRemove, 1)
			d, err := w.store.Deletion(t.Context(), demo, p.Plan.ID)
			require.NoError(t, err)
			require.Equal(t, store.DeletionDone, d.State)
		})
	}
}

func TestADeletionThatStoppedSinceASideIsGoneGoesOnWithThatSideGivenUp(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertAll)
	_, err := w.carry(w.conversion(0), plan, contract.StepExport, 1)
	require.NoError(t, err)
	w.gone(record.Billing)
	_, err = w.carry(w.conversion(0), plan, contract.StepCustomers, 1)
	require.Error(t, err)
	c := w.conversion(0)
	for range 2 {
		_, err = convert[struct{}](w, c, c.GiveUpSides, contract.GiveUpInput{Connection: demo, Plan: plan, Sides: []string{string(record.Billing)}})
		require.NoError(t, err)
	}
	w.deleted(plan, contract.StepVerify, 2)
	told := 0
	require.NoError(t, w.store.DeletionRows(t.Context(), plan, func(r store.DeletionRecord) error {
		if r.Outcome == store.Unknown {
			require.Equal(t, record.Billing, r.Side)
			require.Equal(t, contract.CodeGivenUp, r.Code, "%s", r.Name)
			told++
		}
		return nil
	}))
	require.Positive(t, told, "the export names each record that nobody could look at")
	w.deleted(plan, contract.StepRemove, 1)
	d, err := w.store.Deletion(t.Context(), demo, plan)
	require.NoError(t, err)
	require.Equal(t, store.DeletionDone, d.State)
}
