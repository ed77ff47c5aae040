//go:build unix

package e2e_test

import (
	"context"
	"net/http"
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// The deletion is hit at every step. Each round connects the same organisations once more, links what the round before
// left as duplicates, and deletes the connection:
//
//	CAUSEWAY_FORCE_ROUNDS=100 go test -run TestForceOnADeletion -timeout 6h ./internal/e2e
func TestForceOnADeletionEndsAsPlanned(t *testing.T) {
	t.Parallel()
	for _, on := range forceStores {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			f := newForce(t, on.database(t))
			for round := range f.rounds {
				if round > 0 {
					f.edit(t)
					f.connect(t, "accounts_and_contacts", "--customer-duplicates=overwrite", "--item-duplicates=overwrite")
				}
				f.until(t, "synced", func(s contract.Status) bool { return s.State == contract.StateActive && s.Running == nil })
				f.endConnection(t)
			}
			t.Logf("%d rounds, %d blows", f.rounds, f.hits)
		})
	}
}

// endConnection disables the connection, plans its deletion, carries it out under blows, and compares with the plan.
func (f *force) endConnection(t testing.TB) {
	t.Helper()
	f.outside.control(t, http.MethodPost, "billing/transactions", map[string]any{"share": 0.3, "seed": f.IntN(1000)}, nil)
	f.ask(t, "disable", func(ctx context.Context) error {
		_, err := f.admin.Disable(ctx, "demo", contract.DisableRequest{Who: "ann"})
		return unlessRefused(err)
	})
	f.blow(t)
	f.until(t, "disabled", func(s contract.Status) bool { return s.State == contract.StateDisabled })
	f.outside.endFaults(t)
	var plan contract.PlanDeletionResult
	// A plan looks at each record that is linked.
	f.askWithin(t, calmFor(t), "plan", func(ctx context.Context) (err error) {
		plan, err = f.admin.PlanDelete(ctx, "demo", contract.PlanDeleteRequest{Who: "ann"})
		return err
	})
	before := lookFromOutside(t, f.sides)
	customers, items := len(before.billing(t, "/customers", "customers")), len(before.billing(t, "/items", "items"))
	choice := []string{contract.ChoiceConvertAll, contract.ChoiceConvertWithTransactions}[f.IntN(2)]
	t.Logf("%s: %+v", choice, plan.Plan.Choices[choice])
	f.delete(t, plan, choice)
	f.outside.endFaults(t)
	f.requirePlanned(t, plan.Plan.Choices[choice], customers, items)
}

// delete carries a plan out under blows, and resumes it where it stops.
func (f *force) delete(t testing.TB, plan contract.PlanDeletionResult, choice string) {
	t.Helper()
	f.misbehave(t, map[string]string{"latency": "20ms"})
	f.ask(t, "delete", func(ctx context.Context) error {
		_, err := f.admin.Delete(ctx, "demo", contract.DeleteRequest{Plan: plan.Plan.ID, Choice: choice, Token: plan.Token, Who: "ann"})
		if contract.FailureOf(err).Code == contract.CodeTokenUsed {
			return nil // an earlier try was accepted, and its answer lost
		}
		return unlessRefused(err)
	})
	for range 1 + f.IntN(3) {
		f.blow(t)
	}
	f.outside.endFaults(t)
	f.until(t, "deleted", func(s contract.Status) bool {
		if s.State == contract.StateDeleting && s.Deletion.Stopped != nil {
			t.Logf("stopped at %s [%s]", s.Deletion.Stopped.Step, s.Deletion.Stopped.Code)
			f.ask(t, "resume", func(ctx context.Context) error {
				_, err := f.admin.ResumeDelete(ctx, "demo", contract.ResumeDeleteRequest{Who: "ann"})
				return unlessRefused(err)
			})
		}
		return s.State == contract.StateDeleted
	})
}

// deleted is one record of `starter export-deletion`.
type deleted struct {
	Side     string `json:"side"`
	Module   string `json:"module"`
	ID       string `json:"id"`
	ParentID string `json:"parent_id"`
	Outcome  string `json:"outcome"`
}

// requirePlanned requires, through the sides' own APIs, that each record is as the export says, and that the numbers are
// those of the plan: nobody else has worked on the sides.
func (f *force) requirePlanned(t testing.TB, planned map[string]contract.DeletionOutcome, customers, items int) {
	t.Helper()
	var export struct {
		State   string    `json:"state"`
		Records []deleted `json:"records"`
	}
	f.answer(t, &export, "export-deletion", "demo")
	require.Equal(t, "deleted", export.State)
	o := lookFromOutside(t, f.sides)
	have := map[string]contract.DeletionOutcome{}
	gone := map[string]bool{}
	for _, r := range export.Records {
		if r.Side != "billing" {
			continue
		}
		counts := have[r.Module]
		switch r.Outcome {
		case "converted":
			counts.Converted++
		case "deleted":
			counts.Deleted++
			gone[r.Module+"/"+r.ID] = true
		case "kept":
			counts.Kept++
		default:
			require.Fail(t, "an outcome that was not planned", "%+v", r)
		}
		have[r.Module] = counts
	}
	require.Equal(t, planned, have)
	left := map[string][]object{"customers": o.billing(t, "/customers", "customers"), "items": o.billing(t, "/items", "items")}
	require.Len(t, left["customers"], customers-planned["customers"].Deleted, "nothing else is gone, nothing is doubled")
	require.Len(t, left["items"], items-planned["items"].Deleted)
	ids := map[string]string{"customers": "customer_id", "items": "item_id"}
	for module, records := range left {
		for _, short := range records {
			id := short.text(ids[module])
			require.False(t, gone[module+"/"+id], "%s %s lives", module, id)
		}
		for _, whole := range each(t, records, func(ctx context.Context, short object) (object, error) {
			reply, err := o.get(ctx, o.BillingURL+"/billing/v1/"+module+"/"+short.text(ids[module]))
			if err != nil {
				return nil, err
			}
			one, _ := reply[module[:len(module)-1]].(map[string]any)
			return one, nil
		}) {
			require.Empty(t, marker(whole), "%s %s carries a marker", module, whole.text(ids[module]))
		}
	}
}
