package activities_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// conversion are the activities of a deletion, some time later.
func (w *world) conversion(later time.Duration) *activities.Conversion {
	return &activities.Conversion{
		Store: w.store, Sides: w.sides, Timing: w.timing, InFlight: 8, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Now().Add(later) },
	}
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
	in := contract.PlanDeletionInput{Connection: demo, Plan: uuid.NewString(), Who: "ann"}
	c := w.conversion(0)
	for {
		out, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, in)
		require.NoError(w.t, err)
		if out.Done {
			return out
		}
	}
}

func confirmation(p contract.PlanDeletionResult, choice string) contract.ConfirmDeletionInput {
	return contract.ConfirmDeletionInput{Connection: demo, Plan: p.Plan.ID, Choice: choice, Token: p.Token, Request: "r1", Who: "ann"}
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

// steps are those of a deletion, in order.
var steps = []string{contract.StepExport, contract.StepPersons, contract.StepCustomers, contract.StepItems, contract.StepMarkers,
	contract.StepVerify, contract.StepApps, contract.StepRemove}

// step carries out one step with all of its parts, each delivered as many times.
func (w *world) carry(c *activities.Conversion, plan, step string, times int) (out contract.DeletionPartResult, err error) {
	w.t.Helper()
	whole := map[string]any{contract.StepExport: c.ExportDeletion, contract.StepApps: c.DisconnectApps, contract.StepRemove: c.RemoveConnection}
	if activity, ok := whole[step]; ok {
		for range times {
			if _, err := convert[struct{}](w, c, activity, contract.DeletionInput{Connection: demo, Plan: plan}); err != nil {
				return out, err
			}
		}
		return out, nil
	}
	activity := any(c.ConvertPage)
	if step == contract.StepVerify {
		activity = c.VerifyDeletion
	}
	in := contract.DeletionPartInput{Connection: demo, Plan: plan, Step: step}
	for parts := 0; ; parts++ {
		require.Less(w.t, parts, 1000, "it comes to no end")
		var part contract.DeletionPartResult
		for range times {
			if part, err = convert[contract.DeletionPartResult](w, c, activity, in); err != nil {
				return out, err
			}
			out.Converted, out.Deleted, out.Kept, out.Gone = out.Converted+part.Converted, out.Deleted+part.Deleted, out.Kept+part.Kept, out.Gone+part.Gone
		}
		if in.After = part.Next; part.Done {
			return out, nil
		}
	}
}

// deleted carries out all steps up to the last one that is given.
func (w *world) deleted(plan, last string, times int) map[string]contract.DeletionPartResult {
	w.t.Helper()
	out := map[string]contract.DeletionPartResult{}
	for _, step := range steps {
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
	require.NoError(w.t, w.store.DeletionRows(w.t.Context(), plan, func(r store.DeletionRecord) error {
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

func TestAPlanSaysWhatEachChoiceWouldDo(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	require.Zero(t, w.writes(func() {
		p := w.plan()
		require.Equal(t, map[string]contract.DeletionCounts{
			"customers":       {Linked: 5, BornCRM: 3, BornBilling: 1, Duplicates: 1, WithTransactions: 1},
			"contact_persons": {Linked: 2, BornCRM: 2},
			"items":           {Linked: 3, BornCRM: 2, BornBilling: 1, WithTransactions: 1},
		}, p.Plan.Entities)
		require.Equal(t, map[string]map[string]contract.DeletionOutcome{
			contract.ChoiceConvertAll: {"customers": {Converted: 3, Kept: 2}, "contact_persons": {Converted: 2}, "items": {Converted: 2, Kept: 1}},
			contract.ChoiceConvertWithTransactions: {"customers": {Converted: 1, Deleted: 2, Kept: 2},
				"contact_persons": {Converted: 1, Deleted: 1}, "items": {Converted: 1, Deleted: 1, Kept: 1}},
		}, p.Plan.Choices)
		require.Equal(t, 2, p.Plan.CRMMarkers)
		require.NotEmpty(t, p.Token)
	}), "a plan changes nothing")
}

func TestConvertingAllMakesEveryRecordAPlainOne(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	require.NotEmpty(t, w.markers())
	customers, items := len(w.customers()), len(w.items())
	got := w.deleted(w.confirmed(contract.ChoiceConvertAll), contract.StepRemove, 1)
	require.Equal(t, contract.DeletionPartResult{Converted: 3, Kept: 2}, got["customers"])
	require.Equal(t, contract.DeletionPartResult{Converted: 2}, got["contact_persons"])
	require.Equal(t, contract.DeletionPartResult{Converted: 2, Kept: 1}, got["items"])
	require.Empty(t, w.markers())
	require.Len(t, w.customers(), customers)
	require.Len(t, w.items(), items)
	_, err := w.store.Connection(t.Context(), demo)
	require.True(t, record.IsKind(err, record.NotFound))
}

func TestWhatHasNoTransactionsGoesWhereThatWasChosen(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	got := w.deleted(plan, contract.StepRemove, 1)
	require.Equal(t, contract.DeletionPartResult{Converted: 1, Deleted: 3, Kept: 2}, got["customers"], "a contact person goes with its customer")
	require.Equal(t, map[string]string{"Acme": "deleted", "Core": "deleted", "Borg": "converted", "Born": "kept", "Dup": "kept", "Nut": "converted",
		"Bolt": "deleted", "Screw": "kept", "2001": "deleted", "2002": "converted"}, w.outcomes(plan))
	require.Empty(t, w.markers())
	require.ElementsMatch(t, []string{"Borg", "Born", "Dup"}, texts(w.customers(), "display_name"))
	require.ElementsMatch(t, []string{"Nut", "Screw"}, texts(w.items(), "name"))
}

func TestEachPartDeliveredTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	got := w.deleted(plan, contract.StepVerify, 2)
	require.Equal(t, contract.DeletionPartResult{Converted: 1, Deleted: 3, Kept: 2}, got["customers"], "counted once")
	require.Zero(t, w.writes(func() { w.deleted(plan, contract.StepVerify, 1) }), "what was done is not done again")
	w.deleted(plan, contract.StepRemove, 2)
}

func TestTheWorldMayChangeBetweenPlanAndDeletion(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	w.invoice("Core", "Bolt")
	w.billing.call(http.MethodDelete, "/customers/"+w.customer("Acme").text("customer_id"), nil)
	w.billing.call(http.MethodDelete, "/customers/"+w.customer("Dup").text("customer_id"), nil)
	w.crm.call(http.MethodDelete, "/Accounts?ids="+w.linkOf(record.EntityCustomers, record.Accounts, w.pushed("Born")).CRMID, nil)
	w.deleted(plan, contract.StepRemove, 1)
	got := w.outcomes(plan)
	require.Equal(t, "gone", got["Acme"])
	require.Equal(t, "gone", got["2001"])
	require.Equal(t, "kept", got["Dup"], "nothing was called about it")
	require.Equal(t, "converted", got["Core"], "it has an invoice now")
	require.Equal(t, "converted", got["Bolt"])
	require.Empty(t, w.markers())
}

// pushed is the id of the account that a customer of billing was pushed to.
func (w *world) pushed(name string) string {
	w.t.Helper()
	l, err := w.store.LinkByTarget(w.t.Context(), demo, record.Customers, w.customer(name).text("customer_id"))
	require.NoError(w.t, err)
	require.NotNil(w.t, l)
	return l.CRMID
}

func TestATokenServesItsOwnPlanOnce(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	confirm := func(in contract.ConfirmDeletionInput, later time.Duration) string {
		c := w.conversion(later)
		_, err := convert[struct{}](w, c, c.ConfirmDeletion, in)
		if err == nil {
			return ""
		}
		return contract.FailureOf(err).Code
	}
	first, second := w.plan(), w.plan()
	require.Equal(t, contract.CodeTokenOld, confirm(confirmation(first, contract.ChoiceConvertAll), 0))
	in := confirmation(second, contract.ChoiceConvertAll)
	other := in
	other.Token = first.Token
	require.Equal(t, contract.CodeTokenOtherPlan, confirm(other, 0))
	other = in
	other.Plan = "nothing"
	require.Equal(t, contract.CodePlanUnknown, confirm(other, 0))
	require.Equal(t, contract.CodeTokenOld, confirm(in, 25*time.Hour))
	_, err := w.carry(w.conversion(0), second.Plan.ID, contract.StepExport, 1)
	require.Equal(t, "NOT_CONFIRMED", failure(t, err).Code)
	require.Empty(t, confirm(in, 0))
	require.Empty(t, confirm(in, 25*time.Hour), "the same request, delivered again")
	in.Request = "r2"
	require.Equal(t, contract.CodeTokenUsed, confirm(in, 0))
}

func TestWritesWhoseOutcomeIsNotKnownBarAPlan(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"))
	w.timing.Call = time.Second
	in := w.mirrored(w.stepped(0))
	w.applied(w.muted(1), in, "customers")
	c := w.conversion(0)
	_, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, contract.PlanDeletionInput{Connection: demo, Plan: "p"})
	require.Equal(t, contract.CodeUnsettled, failure(t, err).Code)
}

func TestRepliesThatAreLostConverge(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"resetAfterWrite", "truncate"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			plan := w.confirmed(contract.ChoiceConvertWithTransactions)
			w.fault(fault, "0.4")
			for _, step := range steps {
				var err error
				for tries := 0; ; tries++ {
					require.Less(t, tries, 50, "%s: %v", step, err)
					if _, err = w.carry(w.conversion(0), plan, step, 1); err == nil {
						break
					}
				}
			}
			w.fault(fault, "0")
			require.Equal(t, map[string]string{"Acme": "deleted", "Core": "deleted", "Borg": "converted", "Born": "kept", "Dup": "kept", "Nut": "converted",
				"Bolt": "deleted", "Screw": "kept", "2001": "deleted", "2002": "converted"}, w.outcomes(plan))
			require.Empty(t, w.markers())
			require.ElementsMatch(t, []string{"Borg", "Born", "Dup"}, texts(w.customers(), "display_name"))
		})
	}
}

func TestAVerificationFindsWhatIsOtherwiseAndResumingMendsIt(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	marker := w.customer("Borg").marker()
	w.deleted(plan, contract.StepMarkers, 1)
	w.editCustomer(w.customer("Borg").text("customer_id"), object{"custom_fields": []any{object{"api_name": "cf_causeway_id", "value": marker}}})
	account := w.pushed("Born")
	conn, err := w.store.Connection(t.Context(), demo)
	require.NoError(t, err)
	w.change("Accounts", account, object{"Causeway_ID": record.MarkerPrefix(conn.Incarnation) + "planted"})
	_, err = w.carry(w.conversion(0), plan, contract.StepVerify, 1)
	f := failure(t, err)
	require.Equal(t, contract.CodeNotAsPlanned, f.Code)
	require.Contains(t, f.Reason, "2 records")
	_, err = w.carry(w.conversion(0), plan, contract.StepRemove, 1)
	require.Equal(t, contract.CodeNotAsPlanned, failure(t, err).Code, "nothing is removed before all is as it should be")
	w.deleted(plan, contract.StepRemove, 1)
	require.Empty(t, w.markers())
}

// registry has applications, some of which do not answer.
type registry struct {
	apps   []activities.App
	fails  map[string]error
	called []string
}

func (r *registry) Of(context.Context, string) ([]activities.App, error) { return r.apps, nil }

func (r *registry) Disconnect(_ context.Context, app activities.App) error {
	r.called = append(r.called, app.ID)
	return r.fails[app.ID]
}

func TestEachApplicationIsToldOnItsOwn(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertAll)
	w.deleted(plan, contract.StepVerify, 1)
	r := &registry{apps: []activities.App{{ID: "1", Name: "Books"}, {ID: "2", Name: "Desk"}, {ID: "3", Name: "Sign"}}, fails: map[string]error{
		"1": &record.Error{Kind: record.Unavailable, Code: "HTTP_500", Message: "it answered 500"},
		"2": &record.Error{Kind: record.NotFound},
	}}
	c := w.conversion(0)
	c.Apps = r
	_, err := w.carry(c, plan, contract.StepApps, 1)
	f := failure(t, err)
	require.Equal(t, "HTTP_500", f.Code)
	require.Contains(t, f.Reason, "1 of 3")
	require.Equal(t, []string{"1", "2", "3"}, r.called, "one that fails keeps nobody from being told")
	_, err = w.carry(c, plan, contract.StepRemove, 1)
	require.Equal(t, contract.CodeNotAsPlanned, failure(t, err).Code)
	r.fails, r.called = nil, nil
	_, err = w.carry(c, plan, contract.StepApps, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, r.called, "who was told is not told again")
	_, err = w.carry(c, plan, contract.StepRemove, 2)
	require.NoError(t, err)
	apps, err := w.store.DeletionApps(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, "gone", apps[1].Outcome)
}

func TestAfterADeletionANewConnectionMatchesByTheDuplicatesRule(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	w.deleted(w.confirmed(contract.ChoiceConvertAll), contract.StepRemove, 1)
	w.runs = 0
	w.connect(nil)
	run := w.sync()
	require.Equal(t, 5, run.Entities["customers"].Skipped, "what is there is a duplicate: %+v", run.Entities)
	require.Zero(t, run.Entities["customers"].Added)
	w.prefer(func(p *record.Preferences) {
		p.Customers.Duplicates, p.Items.Duplicates = record.Overwrite, record.Overwrite
	})
	run = w.sync()
	require.Equal(t, 5, run.Entities["customers"].Linked)
	plan := w.plan()
	require.Equal(t, contract.DeletionCounts{Linked: 5, Duplicates: 5, WithTransactions: 1}, plan.Plan.Entities["customers"])
}

func TestASideThatIsAwayStopsTheStepVisibly(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := w.confirmed(contract.ChoiceConvertWithTransactions)
	w.deleted(plan, contract.StepPersons, 1)
	w.fault("reset", "1")
	_, err := w.carry(w.conversion(0), plan, contract.StepCustomers, 1)
	require.NotEmpty(t, failure(t, err).Type)
	require.False(t, errors.Is(err, context.Canceled))
}
