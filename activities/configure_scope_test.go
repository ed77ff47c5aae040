package activities_test

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// choose has the records of a run kept, twice as a delivery may come, and carries out the run that they are for.
func (w *world) choose(in steps.ScopeInput) ([]record.Ref, error) {
	w.t.Helper()
	in.Connection, in.RunID = demo, uuid.NewString()
	for range 2 {
		if _, err := w.setup().SetScope(w.t.Context(), in); err != nil {
			return nil, err
		}
	}
	refs, err := w.store.Runs.Records(w.t.Context(), in.RunID)
	require.NoError(w.t, err)
	return refs, nil
}

// asking makes the connection go both ways, with conflicts that wait for somebody.
func asking(p *record.Preferences) {
	both(p)
	p.Conflicts = record.AskWins
}

func TestARetryChoosesByReasonAndByRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme", "Currency", "XXX"), account(1002, ""), account(1003, "Borg"))
	run := w.sync()
	require.NotEmpty(t, run.Failures)
	failed := run.Failures[0]
	for _, req := range []contract.RetryRequest{
		{Code: failed.Code}, {Records: []string{failed.RecordID}}, {Code: failed.Code, Records: []string{failed.RecordID, "9"}},
	} {
		req.Run = run.RunID
		refs, err := w.choose(steps.ScopeInput{Retry: &req})
		require.NoError(t, err)
		require.Contains(t, refs, record.Ref{Side: record.CRM, Module: record.Accounts, ID: failed.RecordID})
	}
	refs, err := w.choose(steps.ScopeInput{Retry: &contract.RetryRequest{Run: run.RunID}})
	require.NoError(t, err)
	require.Empty(t, refs, "a retry of all needs no list: the plan finds them by the run")
	for _, req := range []contract.RetryRequest{{Run: run.RunID, Code: "NO_SUCH_CODE"}, {Run: run.RunID, Records: []string{"1003"}}} {
		_, err := w.choose(steps.ScopeInput{Retry: &req})
		require.Equal(t, "NOTHING_FAILED", contract.FailureOf(err).Code)
		require.ErrorContains(t, err, "nothing was started")
	}
	_, err = w.choose(steps.ScopeInput{Retry: &contract.RetryRequest{Run: "nobody's"}})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
}

func TestARunWithoutFailedRecordsIsNotRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	_, err := w.choose(steps.ScopeInput{Retry: &contract.RetryRequest{Run: w.sync().RunID}})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
	require.ErrorContains(t, err, "has no failed record: nothing was started")
}

func TestARecordIsSyncedAgainFromBothItsSides(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	alpha := w.linkOf(record.EntityCustomers, record.Accounts, "101")
	crm := record.Ref{Side: record.CRM, Module: record.Accounts, ID: "101"}
	billing := record.Ref{Side: record.Billing, Module: record.Customers, ID: alpha.BillingID}
	again := func(ref record.Ref) ([]record.Ref, error) {
		return w.choose(steps.ScopeInput{Ref: &contract.Ref{Side: string(ref.Side), Module: string(ref.Module), ID: ref.ID}})
	}
	for _, ref := range []record.Ref{crm, billing} {
		refs, err := again(ref)
		require.NoError(t, err)
		require.Equal(t, []record.Ref{crm}, refs, "with the extent fetch only the CRM's half is read")
	}
	by := w.addCustomer(object{"display_name": "By hand"})
	unlinked := record.Ref{Side: record.Billing, Module: record.Customers, ID: by.text("customer_id")}
	_, err := again(unlinked)
	require.Equal(t, "FETCH_ONLY", contract.FailureOf(err).Code)

	w.prefer(both)
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
	w := twoWay(t, options{}, twoCompanies()...)
	w.sync()
	by := w.addCustomer(object{"display_name": "By hand", "company_name": "By hand", "customer_sub_type": "business"})
	run := w.scoped(record.Ref{Side: record.Billing, Module: record.Customers, ID: by.text("customer_id")})
	require.Equal(t, 1, run.Entities["customers"].Added)
	link, err := w.store.Links.ByTarget(t.Context(), demo, record.Customers, by.text("customer_id"))
	require.NoError(t, err)
	require.NotNil(t, link)
	require.Equal(t, "By hand", w.get("Accounts", link.CRMID).text("Account_Name"))
	w.atRest()
}

// inConflict is a world whose account 101 has another phone on each side, and whose contact 201 has another
// first name.
func inConflict(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, options{}, twoCompanies()...)
	w.prefer(asking)
	w.sync()
	alpha := w.linkOf(record.EntityCustomers, record.Accounts, "101")
	person := w.linkOf(record.EntityContactPersons, record.Contacts, "201")
	w.change("Accounts", "101", object{"Phone": "1", "Website": "https://crm.example"})
	w.editCustomer(alpha.BillingID, object{"phone": "2", "website": "https://billing.example"})
	w.change("Contacts", "201", object{"First_Name": "Anna"})
	w.billing.call("PUT", "/customers/"+alpha.BillingID+"/contactpersons/"+person.BillingID, object{"first_name": "Anouk"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Conflicts, run)
	require.Equal(t, 1, run.Entities["contact_persons"].Conflicts, run)
	return w
}

// resolve decides, and carries out the run that follows.
func (w *world) resolve(req contract.ResolveConflictRequest) report.Run {
	w.t.Helper()
	require.NoError(w.t, req.Check())
	refs, err := w.choose(steps.ScopeInput{Resolve: &req})
	require.NoError(w.t, err)
	return w.scoped(refs...)
}

func TestADecidedConflictIsCarriedOutOnBothSides(t *testing.T) {
	t.Parallel()
	w := inConflict(t)
	w.resolve(contract.ResolveConflictRequest{Module: "Accounts", ID: "101", Winner: "crm", Fields: []contract.FieldDecision{{Field: "phone", Winner: "billing"}}})
	require.Equal(t, "2 | https://crm.example", fields(w.get("Accounts", "101"), "Phone", "Website"))
	require.Equal(t, "2 | https://crm.example", fields(w.customer("Alpha Works"), "phone", "website"))
	person := w.linkOf(record.EntityContactPersons, record.Contacts, "201")
	w.resolve(contract.ResolveConflictRequest{Module: "contact_persons", ID: person.BillingID, Winner: "billing"})
	require.Equal(t, "Anouk", w.get("Contacts", "201").text("First_Name"))
	open, err := w.store.History.OpenConflicts(t.Context(), demo)
	require.NoError(t, err)
	require.Empty(t, open)
	w.atRest()
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
		_, err := w.choose(steps.ScopeInput{Resolve: &c.req})
		require.Equal(t, c.kind, contract.FailureOf(err).Type, c.name)
		require.Equal(t, c.code, contract.FailureOf(err).Code, c.name)
	}
}

func TestHistoryIsKeptAsLongAsThePreferencesSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	last := w.sync()
	for _, c := range []struct {
		retention, later time.Duration
		runs             int
	}{
		{0, record.DefaultRetention - time.Hour, 0}, {24 * time.Hour, 23 * time.Hour, 0}, {24 * time.Hour, 25 * time.Hour, 1},
	} {
		w.prefer(func(p *record.Preferences) { p.Retention = c.retention })
		s := w.setup()
		s.Env.Now = func() time.Time { return time.Now().Add(c.later) }
		out, err := s.PruneHistory(t.Context(), steps.PruneInput{Connection: demo})
		require.NoError(t, err)
		require.Equal(t, c.runs, out.Runs)
	}
	runs, err := w.store.Runs.List(t.Context(), demo, 10)
	require.NoError(t, err)
	require.Len(t, runs, 1)
	require.Equal(t, last.RunID, runs[0].ID)
	links, err := w.store.Links.Page(t.Context(), demo, record.EntityCustomers, "", 10)
	require.NoError(t, err)
	require.Len(t, links, 3)
}
