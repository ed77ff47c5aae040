package deletion_test

import (
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// planWithout plans the deletion while a side is gone for good.
func planWithout(w *activitytest.World, side record.Side) (contract.PlanDeletionResult, error) {
	w.T.Helper()
	in := steps.PlanDeletionInput{Connection: activitytest.Demo, Plan: uuid.NewString(), Who: "ann", GiveUp: []string{string(side)}}
	c := conversion(w, 0)
	for {
		out, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, in)
		if err != nil || out.Done {
			return out, err
		}
	}
}

// gone takes a side away: nothing there answers any more.
func gone(w *activitytest.World, side record.Side) {
	w.T.Helper()
	w.Fault(string(side)+".reset", "1")
}

func TestAConnectionWhoseSideIsGoneForGoodCanBeDeletedWithThatSideGivenUp(t *testing.T) {
	t.Parallel()
	for _, side := range []record.Side{record.CRM, record.Billing} {
		t.Run(string(side), func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			gone(w, side)
			c := conversion(w, 0)
			_, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, steps.PlanDeletionInput{Connection: activitytest.Demo, Plan: uuid.NewString(), Who: "ann"})
			require.Error(t, err, "without saying so it is not planned past what nobody can see")
			p, err := planWithout(w, side)
			require.NoError(t, err)
			require.Positive(t, p.Plan.GivenUp[string(side)], "its records are told")
			_, err = convert[struct{}](w, c, c.ConfirmDeletion, confirmation(p, contract.ChoiceConvertAll))
			require.NoError(t, err)
			deleted(w, p.Plan.ID, contract.StepRemove, 1)
			d, err := w.Store.Deletions.Get(t.Context(), activitytest.Demo, p.Plan.ID)
			require.NoError(t, err)
			require.Equal(t, deletions.Done, d.State)
		})
	}
}

func TestADeletionThatStoppedSinceASideIsGoneGoesOnWithThatSideGivenUp(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertAll)
	_, err := carry(w, conversion(w, 0), plan, contract.StepExport, 1)
	require.NoError(t, err)
	gone(w, record.Billing)
	_, err = carry(w, conversion(w, 0), plan, contract.StepCustomers, 1)
	require.Error(t, err)
	c := conversion(w, 0)
	for range 2 {
		_, err = convert[struct{}](w, c, c.GiveUpSides, steps.GiveUpInput{Connection: activitytest.Demo, Plan: plan, Sides: []string{string(record.Billing)}})
		require.NoError(t, err)
	}
	deleted(w, plan, contract.StepVerify, 2)
	told := 0
	require.NoError(t, w.Store.Deletions.EachRecord(t.Context(), plan, func(r deletions.Record) error {
		if r.Outcome == deletion.Unknown {
			require.Equal(t, record.Billing, r.Side)
			require.Equal(t, contract.CodeGivenUp, r.Code, "%s", r.Name)
			told++
		}
		return nil
	}))
	require.Positive(t, told, "the export names each record that nobody could look at")
	deleted(w, plan, contract.StepRemove, 1)
	d, err := w.Store.Deletions.Get(t.Context(), activitytest.Demo, plan)
	require.NoError(t, err)
	require.Equal(t, deletions.Done, d.State)
}

// told counts the records of a deletion by side whose export says that nobody could look at them.
func told(w *activitytest.World, plan string) map[string]int {
	w.T.Helper()
	out := map[string]int{}
	require.NoError(w.T, w.Store.Deletions.EachRecord(w.T.Context(), plan, func(r deletions.Record) error {
		if r.Code == contract.CodeGivenUp {
			require.NotEmpty(w.T, r.Reason)
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
			plan := confirmed(w, contract.ChoiceConvertWithTransactions)
			for _, step := range deletionSteps {
				if step == c.stop {
					break
				}
				_, err := carry(w, conversion(w, 0), plan, step, 1)
				require.NoError(t, err, step)
			}
			gone(w, c.side)
			before, err := carry(w, conversion(w, 0), plan, c.stop, 1)
			require.Error(t, err, "it is never skipped by itself")
			g := conversion(w, 0)
			_, err = convert[struct{}](w, g, g.GiveUpSides, steps.GiveUpInput{Connection: activitytest.Demo, Plan: plan, Sides: []string{string(c.side)}})
			require.NoError(t, err)
			done := deleted(w, plan, contract.StepRemove, 1)[c.stop]
			require.Equal(t, c.sum, contract.DeleteCounts{Converted: before.Converted + done.Converted, Deleted: before.Deleted + done.Deleted,
				Kept: before.Kept + done.Kept, Gone: before.Gone + done.Gone, Unknown: before.Unknown + done.Unknown})
			require.Equal(t, c.want, outcomes(w, plan))
			require.Equal(t, c.told, told(w, plan))
		})
	}
}

func TestWritesOfUnknownOutcomeToASideThatIsGivenUpBarNoPlanAndAreCountedInIt(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.Timing.Call = time.Second
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	activitytest.Applied(w, activitytest.Muted(w, 1), in, "customers")
	gone(w, record.Billing)
	_, err := planWithout(w, record.CRM)
	require.Error(t, err, "it is the other side that was given up")
	p, err := planWithout(w, record.Billing)
	require.NoError(t, err)
	require.Equal(t, 1, p.Plan.UnknownWrites)
}
