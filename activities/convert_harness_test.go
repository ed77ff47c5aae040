package activities_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// conversion are the activities of a deletion, some time later.
func (w *world) conversion(later time.Duration) *activities.Conversion {
	return &activities.Conversion{Env: w.environment(func() time.Time { return time.Now().Add(later) })}
}

// convert carries out one of them.
func convert[T any](w *world, c *activities.Conversion, activity, in any) (out T, err error) {
	w.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
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
func mixed(t *testing.T) *world {
	t.Helper()
	w := twoWay(t, options{}, account(1001, "Acme"), account(1002, "Borg"), account(1003, "Dup"), account(1004, "Core"),
		contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), contact(2002, "Bob", "Ray", 1002, "Email", "bob@example.com"),
		product(3001, "Nut", "N-1", "1.00"), product(3002, "Bolt", "B-1", "2.00"))
	w.prefer(func(p *record.Preferences) { p.Customers.Duplicates = record.Overwrite })
	w.addCustomer(object{"display_name": "Born", "customer_sub_type": "business"})
	w.addCustomer(object{"display_name": "Dup", "customer_sub_type": "business"})
	w.addItem(object{"name": "Screw", "rate": 3})
	w.sync()
	w.atRest()
	w.invoice("Borg", "Nut")
	return w
}

// invoice bills a customer for an item.
func (w *world) invoice(customer, item string) {
	w.t.Helper()
	w.billing.call(http.MethodPost, "/invoices", object{"customer_id": w.customer(customer).text("customer_id"), "date": "2026-03-01",
		"invoice_items": []any{object{"product_id": w.item(item).text("item_id"), "quantity": 1}}})
}

// plan makes a plan of its deletion.
func (w *world) plan() contract.PlanDeletionResult {
	w.t.Helper()
	in := steps.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann"}
	c := w.conversion(0)
	for {
		out, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, in)
		require.NoError(w.t, err)
		if out.Done {
			return out
		}
	}
}

func confirmation(p contract.PlanDeletionResult, choice string) steps.ConfirmDeletionInput {
	return steps.ConfirmDeletionInput{Connection: demo, Plan: p.Plan.ID, Choice: choice, Token: p.Token, Request: "r1", Who: "ann"}
}

// confirmed makes a plan and confirms it, and gives its id.
func (w *world) confirmed(choice string) string {
	w.t.Helper()
	p := w.plan()
	c := w.conversion(0)
	_, err := convert[struct{}](w, c, c.ConfirmDeletion, confirmation(p, choice))
	require.NoError(w.t, err)
	return p.Plan.ID
}

// deletionSteps are those of a deletion, in order.
var deletionSteps = []string{contract.StepExport, contract.StepPersons, contract.StepCustomers, contract.StepItems, contract.StepMarkers,
	contract.StepVerify, contract.StepApps, contract.StepRemove}

// step carries out one step with all of its parts, each delivered as many times.
func (w *world) carry(c *activities.Conversion, plan, step string, times int) (out steps.DeletionPartResult, err error) {
	w.t.Helper()
	whole := map[string]any{contract.StepExport: c.ExportDeletion, contract.StepApps: c.DisconnectApps, contract.StepRemove: c.RemoveConnection}
	if activity, ok := whole[step]; ok {
		for range times {
			if _, err := convert[struct{}](w, c, activity, steps.DeletionInput{Connection: demo, Plan: plan}); err != nil {
				return out, err
			}
		}
		return out, nil
	}
	activity := any(c.ConvertPage)
	if step == contract.StepVerify {
		activity = c.VerifyDeletion
	}
	in := steps.DeletionPartInput{Connection: demo, Plan: plan, Step: step}
	for parts := 0; ; parts++ {
		require.Less(w.t, parts, 1000, "it comes to no end")
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
func (w *world) deleted(plan, last string, times int) map[string]steps.DeletionPartResult {
	w.t.Helper()
	out := map[string]steps.DeletionPartResult{}
	for _, step := range deletionSteps {
		got, err := w.carry(w.conversion(0), plan, step, times)
		require.NoError(w.t, err, step)
		if out[step] = got; step == last {
			break
		}
	}
	return out
}

// outcomes are those of a deletion's records of billing, by name; contact persons by the contact's id.
func (w *world) outcomes(plan string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	require.NoError(w.t, w.store.Deletions.EachRecord(w.t.Context(), plan, func(r deletions.Record) error {
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
func (w *world) markers() []string {
	w.t.Helper()
	var out []string
	for _, o := range append(w.customers(), w.items()...) {
		if m := o.marker(); m != "" {
			out = append(out, m)
		}
	}
	for _, module := range []string{"Accounts", "Contacts", "Products"} {
		rows, _ := w.crm.call(http.MethodGet, "/"+module+"?fields=Causeway_ID", nil)["data"].([]any)
		for _, row := range rows {
			if m := object(row.(map[string]any)).text("Causeway_ID"); m != "" {
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
