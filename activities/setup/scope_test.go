package setup_test

import (
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// choose has the records of a run kept, twice as a delivery may come, and carries out the run that they are for.
func choose(w *activitytest.World, in steps.ScopeInput) ([]record.Ref, error) {
	w.T.Helper()
	in.Connection, in.RunID = activitytest.Demo, uuid.NewString()
	for range 2 {
		if _, err := w.Setup().SetScope(w.T.Context(), in); err != nil {
			return nil, err
		}
	}
	refs, err := w.Store.Runs.Records(w.T.Context(), in.RunID)
	require.NoError(w.T, err)
	return refs, nil
}

// asking makes the connection go both ways, with conflicts that wait for somebody.
func asking(p *record.Preferences) {
	activitytest.Both(p)
	p.Conflicts = record.AskWins
}

func TestARetryChoosesByReasonAndByRecord(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Currency", "XXX"), activitytest.Account(1002, ""), activitytest.Account(1003, "Borg"))
	run := w.Sync()
	require.NotEmpty(t, run.Failures)
	failed := run.Failures[0]
	for _, req := range []contract.RetryRequest{
		{Code: failed.Code}, {Records: []string{failed.RecordID}}, {Code: failed.Code, Records: []string{failed.RecordID, "9"}},
	} {
		req.Run = run.RunID
		refs, err := choose(w, steps.ScopeInput{Retry: &req})
		require.NoError(t, err)
		require.Contains(t, refs, record.Ref{Side: record.CRM, Module: record.Accounts, ID: failed.RecordID})
	}
	refs, err := choose(w, steps.ScopeInput{Retry: &contract.RetryRequest{Run: run.RunID}})
	require.NoError(t, err)
	require.Empty(t, refs, "a retry of all needs no list: the plan finds them by the run")
	for _, req := range []contract.RetryRequest{{Run: run.RunID, Code: "NO_SUCH_CODE"}, {Run: run.RunID, Records: []string{"1003"}}} {
		_, err := choose(w, steps.ScopeInput{Retry: &req})
		require.Equal(t, "NOTHING_FAILED", contract.FailureOf(err).Code)
		require.ErrorContains(t, err, "nothing was started")
	}
	_, err = choose(w, steps.ScopeInput{Retry: &contract.RetryRequest{Run: "nobody's"}})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
}

func TestARunWithoutFailedRecordsIsNotRetried(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	_, err := choose(w, steps.ScopeInput{Retry: &contract.RetryRequest{Run: w.Sync().RunID}})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
	require.ErrorContains(t, err, "has no failed record: nothing was started")
}

func TestARecordIsSyncedAgainFromBothItsSides(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	alpha := w.LinkOf(record.EntityCustomers, record.Accounts, "101")
	crm := record.Ref{Side: record.CRM, Module: record.Accounts, ID: "101"}
	billing := record.Ref{Side: record.Billing, Module: record.Customers, ID: alpha.BillingID}
	again := func(ref record.Ref) ([]record.Ref, error) {
		return choose(w, steps.ScopeInput{Ref: &contract.Ref{Side: string(ref.Side), Module: string(ref.Module), ID: ref.ID}})
	}
	for _, ref := range []record.Ref{crm, billing} {
		refs, err := again(ref)
		require.NoError(t, err)
		require.Equal(t, []record.Ref{crm}, refs, "with the extent fetch only the CRM's half is read")
	}
	by := w.AddCustomer(activitytest.Object{"display_name": "By hand"})
	unlinked := record.Ref{Side: record.Billing, Module: record.Customers, ID: by.Text("customer_id")}
	_, err := again(unlinked)
	require.Equal(t, "FETCH_ONLY", contract.FailureOf(err).Code)

	w.Prefer(activitytest.Both)
	for _, ref := range []record.Ref{crm, billing} {
		refs, err := again(ref)
		require.NoError(t, err)
		require.ElementsMatch(t, []record.Ref{crm, billing}, refs)
	}
	refs, err := again(unlinked)
	require.NoError(t, err)
	require.Equal(t, []record.Ref{unlinked}, refs)
}

func TestACustomerOfBillingIsImportedIntoTheCRM(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	by := w.AddCustomer(activitytest.Object{"display_name": "By hand", "company_name": "By hand", "customer_sub_type": "business"})
	run := w.Scoped(record.Ref{Side: record.Billing, Module: record.Customers, ID: by.Text("customer_id")})
	require.Equal(t, 1, run.Entities["customers"].Added)
	link, err := w.Store.Links.ByTarget(t.Context(), activitytest.Demo, record.Customers, by.Text("customer_id"))
	require.NoError(t, err)
	require.NotNil(t, link)
	require.Equal(t, "By hand", w.Get("Accounts", link.CRMID).Text("Account_Name"))
	w.AtRest()
}

// inConflict is a world whose account 101 has another phone on each side, and whose contact 201 has another
// first name.
func inConflict(t *testing.T) *activitytest.World {
	t.Helper()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Prefer(asking)
	w.Sync()
	alpha := w.LinkOf(record.EntityCustomers, record.Accounts, "101")
	person := w.LinkOf(record.EntityContactPersons, record.Contacts, "201")
	w.Change("Accounts", "101", activitytest.Object{"Phone": "1", "Website": "https://crm.example"})
	w.EditCustomer(alpha.BillingID, activitytest.Object{"phone": "2", "website": "https://billing.example"})
	w.Change("Contacts", "201", activitytest.Object{"First_Name": "Anna"})
	w.Billing.Call("PUT", "/customers/"+alpha.BillingID+"/contactpersons/"+person.BillingID, activitytest.Object{"first_name": "Anouk"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Conflicts, run)
	require.Equal(t, 1, run.Entities["contact_persons"].Conflicts, run)
	return w
}

// resolve decides, and carries out the run that follows.
func resolve(w *activitytest.World, req contract.ResolveConflictRequest) report.Run {
	w.T.Helper()
	require.NoError(w.T, req.Check())
	refs, err := choose(w, steps.ScopeInput{Resolve: &req})
	require.NoError(w.T, err)
	return w.Scoped(refs...)
}

func TestADecidedConflictIsCarriedOutOnBothSides(t *testing.T) {
	t.Parallel()
	w := inConflict(t)
	resolve(w, contract.ResolveConflictRequest{Module: "Accounts", ID: "101", Winner: "crm", Fields: []contract.FieldDecision{{Field: "phone", Winner: "billing"}}})
	require.Equal(t, "2 | https://crm.example", activitytest.Fields(w.Get("Accounts", "101"), "Phone", "Website"))
	require.Equal(t, "2 | https://crm.example", activitytest.Fields(w.Customer("Alpha Works"), "phone", "website"))
	person := w.LinkOf(record.EntityContactPersons, record.Contacts, "201")
	resolve(w, contract.ResolveConflictRequest{Module: "contact_persons", ID: person.BillingID, Winner: "billing"})
	require.Equal(t, "Anouk", w.Get("Contacts", "201").Text("First_Name"))
	open, err := w.Store.History.OpenConflicts(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Empty(t, open)
	w.AtRest()
}

func TestADecisionOnWhatIsNotInConflictIsRefused(t *testing.T) {
	t.Parallel()
	w := inConflict(t)
	for _, c := range []struct {
		name, kind, code string
		req              contract.ResolveConflictRequest
	}{
		{"no conflict", contract.ErrorNotFound, "NO_CONFLICT", contract.ResolveConflictRequest{Module: "Accounts", ID: "102", Winner: "crm"}},
		{"another field", contract.ErrorInvalid, "FIELD_NOT_IN_CONFLICT",
			contract.ResolveConflictRequest{Module: "Accounts", ID: "101", Fields: []contract.FieldDecision{{Field: "notes", Winner: "crm"}}}},
		{"a conflict that was not seen", contract.ErrorConflict, "CONFLICT_MOVED",
			contract.ResolveConflictRequest{Module: "Accounts", ID: "101", Winner: "crm", Conflict: "an earlier one"}},
	} {
		_, err := choose(w, steps.ScopeInput{Resolve: &c.req})
		require.Equal(t, c.kind, contract.FailureOf(err).Type, c.name)
		require.Equal(t, c.code, contract.FailureOf(err).Code, c.name)
	}
}

func TestHistoryIsKeptAsLongAsThePreferencesSay(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	last := w.Sync()
	for _, c := range []struct {
		retention, later time.Duration
		runs             int
	}{
		{0, record.DefaultRetention - time.Hour, 0}, {24 * time.Hour, 23 * time.Hour, 0}, {24 * time.Hour, 25 * time.Hour, 1},
	} {
		w.Prefer(func(p *record.Preferences) { p.Retention = c.retention })
		s := w.Setup()
		s.Env.Now = func() time.Time { return time.Now().Add(c.later) }
		out, err := s.PruneHistory(t.Context(), steps.PruneInput{Connection: activitytest.Demo})
		require.NoError(t, err)
		require.Equal(t, c.runs, out.Runs)
	}
	runs, err := w.Store.Runs.List(t.Context(), activitytest.Demo, 10)
	require.NoError(t, err)
	require.Len(t, runs, 1)
	require.Equal(t, last.RunID, runs[0].ID)
	links, err := w.Store.Links.Page(t.Context(), activitytest.Demo, record.EntityCustomers, "", 10)
	require.NoError(t, err)
	require.Len(t, links, 3)
}
