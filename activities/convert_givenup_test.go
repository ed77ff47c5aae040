package activities_test

import (
	"testing"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// planWithout plans the deletion while a side is gone for good.
func (w *world) planWithout(side record.Side) (contract.PlanDeletionResult, error) {
	w.t.Helper()
	in := steps.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann", GiveUp: []string{string(side)}}
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
			_, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, steps.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann"})
			require.Error(t, err, "without saying so it is not planned past what nobody can see")
			p, err := w.planWithout(side)
			require.NoError(t, err)
			require.Positive(t, p.Plan.GivenUp[string(side)], "its records are told")
			_, err = convert[struct{}](w, c, c.ConfirmDeletion, confirmation(p, contract.ChoiceConvertAll))
			require.NoError(t, err)
			w.deleted(p.Plan.ID, contract.StepRemove, 1)
			d, err := w.store.Deletions.Get(t.Context(), demo, p.Plan.ID)
			require.NoError(t, err)
			require.Equal(t, deletions.Done, d.State)
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
		_, err = convert[struct{}](w, c, c.GiveUpSides, steps.GiveUpInput{Connection: demo, Plan: plan, Sides: []string{string(record.Billing)}})
		require.NoError(t, err)
	}
	w.deleted(plan, contract.StepVerify, 2)
	told := 0
	require.NoError(t, w.store.Deletions.EachRecord(t.Context(), plan, func(r deletions.Record) error {
		if r.Outcome == deletion.Unknown {
			require.Equal(t, record.Billing, r.Side)
			require.Equal(t, contract.CodeGivenUp, r.Code, "%s", r.Name)
			told++
		}
		return nil
	}))
	require.Positive(t, told, "the export names each record that nobody could look at")
	w.deleted(plan, contract.StepRemove, 1)
	d, err := w.store.Deletions.Get(t.Context(), demo, plan)
	require.NoError(t, err)
	require.Equal(t, deletions.Done, d.State)
}

// told counts the records of a deletion by side whose export says that nobody could look at them.
func (w *world) told(plan string) map[string]int {
	w.t.Helper()
	out := map[string]int{}
	require.NoError(w.t, w.store.Deletions.EachRecord(w.t.Context(), plan, func(r deletions.Record) error {
		if r.Code == contract.CodeGivenUp {
			require.NotEmpty(w.t, r.Reason)
			out[string(r.Side)]++
		}
		return nil
	}))
	return out
}

func TestWhatASideHadAnsweredBeforeItWasGivenUpStaysAsItWas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		side record.Side
		stop string
		sum  contract.DeleteCounts
		told map[string]int
		want map[string]string
	}{
		// 2002 was to stay with Borg, of which nobody knows now whether it is a plain one.
		{record.Billing, contract.StepCustomers, contract.DeleteCounts{Kept: 2, Unknown: 4}, map[string]int{"billing": 7},
			map[string]string{"Acme": "unknown", "Core": "unknown", "Borg": "unknown", "Born": "kept", "Dup": "kept", "Nut": "unknown",
				"Bolt": "unknown", "Screw": "kept", "2001": "unknown", "2002": "converted"}},
		{record.CRM, contract.StepMarkers, contract.DeleteCounts{Unknown: 2}, map[string]int{"crm": 2},
			map[string]string{"Acme": "deleted", "Core": "deleted", "Borg": "converted", "Born": "kept", "Dup": "kept", "Nut": "converted",
				"Bolt": "deleted", "Screw": "kept", "2001": "deleted", "2002": "converted"}},
	} {
		t.Run(string(c.side), func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			plan := w.confirmed(contract.ChoiceConvertWithTransactions)
			for _, step := range deletionSteps {
				if step == c.stop {
					break
				}
				_, err := w.carry(w.conversion(0), plan, step, 1)
				require.NoError(t, err, step)
			}
			w.gone(c.side)
			before, err := w.carry(w.conversion(0), plan, c.stop, 1)
			require.Error(t, err, "it is never skipped by itself")
			g := w.conversion(0)
			_, err = convert[struct{}](w, g, g.GiveUpSides, steps.GiveUpInput{Connection: demo, Plan: plan, Sides: []string{string(c.side)}})
			require.NoError(t, err)
			done := w.deleted(plan, contract.StepRemove, 1)[c.stop]
			require.Equal(t, c.sum, contract.DeleteCounts{Converted: before.Converted + done.Converted, Deleted: before.Deleted + done.Deleted,
				Kept: before.Kept + done.Kept, Gone: before.Gone + done.Gone, Unknown: before.Unknown + done.Unknown})
			require.Equal(t, c.want, w.outcomes(plan))
			require.Equal(t, c.told, w.told(plan))
		})
	}
}

func TestWritesOfUnknownOutcomeToASideThatIsGivenUpBarNoPlanAndAreCountedInIt(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"))
	w.timing.Call = time.Second
	in := w.mirrored(w.stepped(0))
	w.applied(w.muted(1), in, "customers")
	w.gone(record.Billing)
	_, err := w.planWithout(record.CRM)
	require.Error(t, err, "it is the other side that was given up")
	p, err := w.planWithout(record.Billing)
	require.NoError(t, err)
	require.Equal(t, 1, p.Plan.UnknownWrites)
}
