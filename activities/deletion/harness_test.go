package deletion_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// conversion are the activities of a deletion, some time later.
func conversion(w *activitytest.World, later time.Duration) *activities.Conversion {
	return &activities.Conversion{Env: w.Environment(func() time.Time { return time.Now().Add(later) })}
}

// convert carries out one of them.
func convert[T any](w *activitytest.World, c *activities.Conversion, activity, in any) (out T, err error) {
	w.T.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(activitytest.Quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(c)
	value, err := env.ExecuteActivity(activity, in)
	if err != nil || !value.HasValue() {
		return out, err
	}
	return out, value.Get(&out)
}

// mixed is a world in sync with a record of each kind: Acme and Borg were created in billing, Borg with an invoice of
// a nut; "Born" and "Ida" were pushed to the CRM; "Dup" was on both sides.
func mixed(t *testing.T) *activitytest.World {
	t.Helper()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Account(1003, "Dup"), activitytest.Account(1004, "Core"),
		activitytest.Contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), activitytest.Contact(2002, "Bob", "Ray", 1002, "Email", "bob@example.com"),
		activitytest.Product(3001, "Nut", "N-1", "1.00"), activitytest.Product(3002, "Bolt", "B-1", "2.00"))
	w.Prefer(func(p *record.Preferences) { p.Customers.Duplicates = record.Overwrite })
	w.AddCustomer(activitytest.Object{"display_name": "Born", "customer_sub_type": "business"})
	w.AddCustomer(activitytest.Object{"display_name": "Dup", "customer_sub_type": "business"})
	w.AddItem(activitytest.Object{"name": "Screw", "rate": 3})
	w.Sync()
	w.AtRest()
	w.Invoice("Borg", "Nut")
	return w
}

// plan makes a plan of its deletion.
func plan(w *activitytest.World) contract.PlanDeletionResult {
	w.T.Helper()
	in := steps.PlanDeletionInput{Connection: activitytest.Demo, Plan: uuid.NewString(), Who: "ann"}
	c := conversion(w, 0)
	for {
		out, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, in)
		require.NoError(w.T, err)
		if out.Done {
			return out
		}
	}
}

func confirmation(p contract.PlanDeletionResult, choice string) steps.ConfirmDeletionInput {
	return steps.ConfirmDeletionInput{Connection: activitytest.Demo, Plan: p.Plan.ID, Choice: choice, Token: p.Token, Request: "r1", Who: "ann"}
}

// confirmed makes a plan and confirms it, and gives its id.
func confirmed(w *activitytest.World, choice string) string {
	w.T.Helper()
	p := plan(w)
	c := conversion(w, 0)
	_, err := convert[struct{}](w, c, c.ConfirmDeletion, confirmation(p, choice))
	require.NoError(w.T, err)
	return p.Plan.ID
}

// deletionSteps are those of a deletion, in order.
var deletionSteps = []string{contract.StepExport, contract.StepPersons, contract.StepCustomers, contract.StepItems, contract.StepMarkers,
	contract.StepVerify, contract.StepApps, contract.StepRemove}

// step carries out one step with all of its parts, each delivered as many times.
func carry(w *activitytest.World, c *activities.Conversion, plan, step string, times int) (out steps.DeletionPartResult, err error) {
	w.T.Helper()
	whole := map[string]any{contract.StepExport: c.ExportDeletion, contract.StepApps: c.DisconnectApps, contract.StepRemove: c.RemoveConnection}
	if activity, ok := whole[step]; ok {
		for range times {
			if _, err := convert[struct{}](w, c, activity, steps.DeletionInput{Connection: activitytest.Demo, Plan: plan}); err != nil {
				return out, err
			}
		}
		return out, nil
	}
	activity := any(c.ConvertPage)
	if step == contract.StepVerify {
		activity = c.VerifyDeletion
	}
	in := steps.DeletionPartInput{Connection: activitytest.Demo, Plan: plan, Step: step}
	for parts := 0; ; parts++ {
		require.Less(w.T, parts, 1000, "it comes to no end")
		var part steps.DeletionPartResult
		for range times {
			if part, err = convert[steps.DeletionPartResult](w, c, activity, in); err != nil {
				return out, err
			}
			out.Converted, out.Deleted, out.Kept, out.Gone = out.Converted+part.Converted, out.Deleted+part.Deleted, out.Kept+part.Kept, out.Gone+part.Gone
			out.Unknown += part.Unknown
		}
		if in.After = part.Next; part.Done {
			return out, nil
		}
	}
}

// deleted carries out all steps up to the last one that is given.
func deleted(w *activitytest.World, plan, last string, times int) map[string]steps.DeletionPartResult {
	w.T.Helper()
	out := map[string]steps.DeletionPartResult{}
	for _, step := range deletionSteps {
		got, err := carry(w, conversion(w, 0), plan, step, times)
		require.NoError(w.T, err, step)
		if out[step] = got; step == last {
			break
		}
	}
	return out
}

// outcomes are those of a deletion's records of billing, by name; contact persons by the contact's id.
func outcomes(w *activitytest.World, plan string) map[string]string {
	w.T.Helper()
	out := map[string]string{}
	require.NoError(w.T, w.Store.Deletions.EachRecord(w.T.Context(), plan, func(r deletions.Record) error {
		switch r.Part {
		case contract.StepMarkers:
		case contract.StepPersons:
			out[r.CRMID] = r.Outcome
		default:
			out[r.Name] = r.Outcome
		}
		return nil
	}))
	return out
}

// markers are all that either side shows of ours.
func markers(w *activitytest.World) []string {
	w.T.Helper()
	var out []string
	for _, o := range append(w.Customers(), w.Items()...) {
		if m := o.Marker(); m != "" {
			out = append(out, m)
		}
	}
	for _, module := range []string{"Accounts", "Contacts", "Products"} {
		rows, _ := w.CRM.Call(http.MethodGet, "/"+module+"?fields=Causeway_ID", nil)["data"].([]any)
		for _, row := range rows {
			if m := activitytest.Object(row.(map[string]any)).Text("Causeway_ID"); m != "" {
				out = append(out, m)
			}
		}
	}
	return out
}

// failure is what an activity has failed with.
func failure(t testing.TB, err error) contract.Failure {
	t.Helper()
	require.Error(t, err)
	return contract.FailureOf(err)
}
