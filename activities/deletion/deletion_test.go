package deletion_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/activities/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestAPlanSaysWhatEachChoiceWouldDo(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	require.Zero(t, w.Writes(func() {
		p := plan(w)
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
	require.NotEmpty(t, markers(w))
	customers, items := len(w.Customers()), len(w.Items())
	got := deleted(w, confirmed(w, contract.ChoiceConvertAll), contract.StepRemove, 1)
	require.Equal(t, steps.DeletionPartResult{Converted: 3, Kept: 2}, got["customers"])
	require.Equal(t, steps.DeletionPartResult{Converted: 2}, got["contact_persons"])
	require.Equal(t, steps.DeletionPartResult{Converted: 2, Kept: 1}, got["items"])
	require.Empty(t, markers(w))
	require.Len(t, w.Customers(), customers)
	require.Len(t, w.Items(), items)
	_, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.True(t, record.IsKind(err, record.NotFound))
}

func TestWhatHasNoTransactionsGoesWhereThatWasChosen(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	got := deleted(w, plan, contract.StepRemove, 1)
	require.Equal(t, steps.DeletionPartResult{Converted: 1, Deleted: 3, Kept: 2}, got["customers"], "a contact person goes with its customer")
	require.Equal(t, map[string]string{"Acme": "deleted", "Core": "deleted", "Borg": "converted", "Born": "kept", "Dup": "kept", "Nut": "converted",
		"Bolt": "deleted", "Screw": "kept", "2001": "deleted", "2002": "converted"}, outcomes(w, plan))
	require.Empty(t, markers(w))
	require.ElementsMatch(t, []string{"Borg", "Born", "Dup"}, activitytest.Texts(w.Customers(), "display_name"))
	require.ElementsMatch(t, []string{"Nut", "Screw"}, activitytest.Texts(w.Items(), "name"))
}

func TestEachPartDeliveredTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	got := deleted(w, plan, contract.StepVerify, 2)
	require.Equal(t, steps.DeletionPartResult{Converted: 1, Deleted: 3, Kept: 2}, got["customers"], "counted once")
	require.Zero(t, w.Writes(func() { deleted(w, plan, contract.StepVerify, 1) }), "what was done is not done again")
	deleted(w, plan, contract.StepRemove, 2)
}

func TestTheWorldMayChangeBetweenPlanAndDeletion(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	w.Invoice("Core", "Bolt")
	w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Acme").Text("customer_id"), nil)
	w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Dup").Text("customer_id"), nil)
	w.CRM.Call(http.MethodDelete, "/Accounts?ids="+w.LinkOf(record.EntityCustomers, record.Accounts, pushed(w, "Born")).CRMID, nil)
	deleted(w, plan, contract.StepRemove, 1)
	got := outcomes(w, plan)
	require.Equal(t, "gone", got["Acme"])
	require.Equal(t, "gone", got["2001"])
	require.Equal(t, "kept", got["Dup"], "nothing was called about it")
	require.Equal(t, "converted", got["Core"], "it has an invoice now")
	require.Equal(t, "converted", got["Bolt"])
	require.Empty(t, markers(w))
}

// pushed is the id of the account that a customer of billing was pushed to.
func pushed(w *activitytest.World, name string) string {
	w.T.Helper()
	l, err := w.Store.Links.ByTarget(w.T.Context(), activitytest.Demo, record.Customers, w.Customer(name).Text("customer_id"))
	require.NoError(w.T, err)
	require.NotNil(w.T, l)
	return l.CRMID
}

func TestATokenServesItsOwnPlanOnce(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	confirm := func(in steps.ConfirmDeletionInput, later time.Duration) string {
		c := conversion(w, later)
		_, err := convert[struct{}](w, c, c.ConfirmDeletion, in)
		if err == nil {
			return ""
		}
		return contract.FailureOf(err).Code
	}
	first, second := plan(w), plan(w)
	require.Equal(t, contract.CodeTokenOld, confirm(confirmation(first, contract.ChoiceConvertAll), 0))
	in := confirmation(second, contract.ChoiceConvertAll)
	other := in
	other.Token = first.Token
	require.Equal(t, contract.CodeTokenOtherPlan, confirm(other, 0))
	other = in
	other.Plan = "nothing"
	require.Equal(t, contract.CodePlanUnknown, confirm(other, 0))
	require.Equal(t, contract.CodeTokenOld, confirm(in, 25*time.Hour))
	_, err := carry(w, conversion(w, 0), second.Plan.ID, contract.StepExport, 1)
	require.Equal(t, "NOT_CONFIRMED", failure(t, err).Code)
	require.Empty(t, confirm(in, 0))
	require.Empty(t, confirm(in, 25*time.Hour), "the same request, delivered again")
	in.Request = "r2"
	require.Equal(t, contract.CodeTokenUsed, confirm(in, 0))
}

func TestAPlanSaysWhichScopesItsDeletionWouldLack(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.Sync()
	token, err := w.Box.Gate().Accounts.Mint(t.Context(), append(activitytest.CRMScopes, "ZohoSubscriptions.settings.READ", "ZohoSubscriptions.invoices.READ",
		"ZohoSubscriptions.customers.READ", "ZohoSubscriptions.customers.CREATE", "ZohoSubscriptions.customers.UPDATE",
		"ZohoSubscriptions.items.READ", "ZohoSubscriptions.items.CREATE", "ZohoSubscriptions.items.UPDATE"))
	require.NoError(t, err)
	cred, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, record.Billing)
	require.NoError(t, err)
	cred.RefreshToken = token
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.Billing, cred))
	c := conversion(w, 0)
	_, err = convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, steps.PlanDeletionInput{Connection: activitytest.Demo, Plan: "p"})
	f := failure(t, err)
	require.Equal(t, contract.ErrorUnauthorized, f.Type)
	require.Contains(t, f.Reason, "ZohoSubscriptions.customers.DELETE, ZohoSubscriptions.items.DELETE")
}

func TestWritesWhoseOutcomeIsNotKnownBarAPlan(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.Timing.Call = time.Second
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	activitytest.Applied(w, activitytest.Muted(w, 1), in, "customers")
	c := conversion(w, 0)
	_, err := convert[contract.PlanDeletionResult](w, c, c.PlanDeletion, steps.PlanDeletionInput{Connection: activitytest.Demo, Plan: "p"})
	require.Equal(t, contract.CodeUnsettled, failure(t, err).Code)
}

func TestRepliesThatAreLostConverge(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"resetAfterWrite", "truncate"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := mixed(t)
			plan := confirmed(w, contract.ChoiceConvertWithTransactions)
			w.Fault(fault, "0.4")
			for _, step := range deletionSteps {
				var err error
				for tries := 0; ; tries++ {
					require.Less(t, tries, 50, "%s: %v", step, err)
					if _, err = carry(w, conversion(w, 0), plan, step, 1); err == nil {
						break
					}
				}
			}
			w.Fault(fault, "0")
			require.Equal(t, map[string]string{"Acme": "deleted", "Core": "deleted", "Borg": "converted", "Born": "kept", "Dup": "kept", "Nut": "converted",
				"Bolt": "deleted", "Screw": "kept", "2001": "deleted", "2002": "converted"}, outcomes(w, plan))
			require.Empty(t, markers(w))
			require.ElementsMatch(t, []string{"Borg", "Born", "Dup"}, activitytest.Texts(w.Customers(), "display_name"))
		})
	}
}

func TestAVerificationFindsWhatIsOtherwiseAndResumingMendsIt(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	marker := w.Customer("Borg").Marker()
	deleted(w, plan, contract.StepMarkers, 1)
	w.EditCustomer(w.Customer("Borg").Text("customer_id"), activitytest.Object{"custom_fields": []any{activitytest.Object{"api_name": "cf_causeway_id", "value": marker}}})
	account := pushed(w, "Born")
	conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	w.Change("Accounts", account, activitytest.Object{"Causeway_ID": record.MarkerPrefix(conn.Incarnation) + "planted"})
	_, err = carry(w, conversion(w, 0), plan, contract.StepVerify, 1)
	f := failure(t, err)
	require.Equal(t, contract.CodeNotAsPlanned, f.Code)
	require.Contains(t, f.Reason, "2 records")
	_, err = carry(w, conversion(w, 0), plan, contract.StepRemove, 1)
	require.Equal(t, contract.CodeNotAsPlanned, failure(t, err).Code, "nothing is removed before all is as it should be")
	deleted(w, plan, contract.StepRemove, 1)
	require.Empty(t, markers(w))
}

// registry has applications, some of which do not answer.
type registry struct {
	apps   []deletion.App
	fails  map[string]error
	onCall func() // nil does nothing

	mu     sync.Mutex
	called []string
}

func (r *registry) Of(context.Context, string) ([]deletion.App, error) { return r.apps, nil }

func (r *registry) Disconnect(_ context.Context, app deletion.App) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.called = append(r.called, app.ID)
	if r.onCall != nil {
		r.onCall()
	}
	return r.fails[app.ID]
}

func TestEachApplicationIsToldOnItsOwn(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertAll)
	deleted(w, plan, contract.StepVerify, 1)
	r := &registry{apps: []deletion.App{{ID: "1", Name: "Books"}, {ID: "2", Name: "Desk"}, {ID: "3", Name: "Sign"}}, fails: map[string]error{
		"1": &record.Error{Kind: record.Unavailable, Code: "HTTP_500", Message: "it answered 500"},
		"2": &record.Error{Kind: record.NotFound},
	}}
	c := conversion(w, 0)
	c.Apps = r
	_, err := carry(w, c, plan, contract.StepApps, 1)
	f := failure(t, err)
	require.Equal(t, "HTTP_500", f.Code)
	require.Contains(t, f.Reason, "Books could not be told that it is disconnected: it answered 500")
	require.NotContains(t, f.Reason, "more applications")
	require.Contains(t, f.Reason, "`starter apps remove 1`; then `starter delete demo --resume`")
	require.ElementsMatch(t, []string{"1", "2", "3"}, r.called, "one that fails keeps nobody from being told")
	_, err = carry(w, c, plan, contract.StepRemove, 1)
	require.Equal(t, contract.CodeNotAsPlanned, failure(t, err).Code)
	r.fails, r.called = nil, nil
	_, err = carry(w, c, plan, contract.StepApps, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, r.called, "who was told is not told again")
	_, err = carry(w, c, plan, contract.StepRemove, 2)
	require.NoError(t, err)
	apps, err := w.Store.Deletions.Apps(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, "gone", apps[1].Outcome)
}

func TestApplicationsThatDoNotAnswerKeepNobodyBehindThemFromBeingTold(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertAll)
	deleted(w, plan, contract.StepVerify, 1)
	c, late := conversion(w, 0), time.Duration(0)
	c.Env.InFlight = 1
	c.Env.Now = func() time.Time { return time.Now().Add(late) }
	r := &registry{apps: []deletion.App{{ID: "1", Name: "Books"}, {ID: "2", Name: "Desk"}, {ID: "3", Name: "Sign"}},
		fails:  map[string]error{"1": &record.Error{Kind: record.Unavailable, Code: "NO_ANSWER", Message: "no answer in time"}},
		onCall: func() { late += 10 * time.Minute }} // each takes all the time of an attempt
	c.Apps = r
	for range 2 {
		_, err := carry(w, c, plan, contract.StepApps, 1)
		require.Equal(t, contract.CodeUnfinished, failure(t, err).Code, "it gets on")
	}
	_, err := carry(w, c, plan, contract.StepApps, 1)
	require.Equal(t, contract.CodeUnfinished, failure(t, err).Code)
	require.Equal(t, []string{"1", "2", "3"}, r.called)
	_, err = carry(w, c, plan, contract.StepApps, 1)
	require.Equal(t, "NO_ANSWER", failure(t, err).Code)
	require.Equal(t, []string{"1", "2", "3", "1"}, r.called)

	r.apps, r.called = append(r.apps, deletion.App{ID: "4", Name: "Till"}), nil
	r.fails["4"] = r.fails["1"]
	_, err = carry(w, c, plan, contract.StepApps, 1)
	require.Equal(t, contract.CodeUnfinished, failure(t, err).Code)
	for range 2 {
		_, err = carry(w, c, plan, contract.StepApps, 1)
		require.Equal(t, "NO_ANSWER", failure(t, err).Code, "it does not get on, and stops in the end")
	}
}

func TestAfterADeletionANewConnectionMatchesByTheDuplicatesRule(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	deleted(w, confirmed(w, contract.ChoiceConvertAll), contract.StepRemove, 1)
	w.Runs = 0
	w.Connect(nil)
	run := w.Sync()
	require.Equal(t, 5, run.Entities["customers"].Skipped, "what is there is a duplicate: %+v", run.Entities)
	require.Zero(t, run.Entities["customers"].Added)
	w.Prefer(func(p *record.Preferences) {
		p.Customers.Duplicates, p.Items.Duplicates = record.Overwrite, record.Overwrite
	})
	run = w.Sync()
	require.Equal(t, 5, run.Entities["customers"].Linked)
	plan := plan(w)
	require.Equal(t, contract.DeletionCounts{Linked: 5, Duplicates: 5, WithTransactions: 1}, plan.Plan.Entities["customers"])
}

func TestASideThatIsAwayStopsTheStepVisibly(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	plan := confirmed(w, contract.ChoiceConvertWithTransactions)
	deleted(w, plan, contract.StepPersons, 1)
	w.Fault("reset", "1")
	_, err := carry(w, conversion(w, 0), plan, contract.StepCustomers, 1)
	require.NotEmpty(t, failure(t, err).Type)
	require.False(t, errors.Is(err, context.Canceled))
}
