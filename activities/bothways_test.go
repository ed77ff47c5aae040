package activities_test

import (
	"net/http"
	"testing"

	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/verify"

	"github.com/stretchr/testify/require"
)

// prefer edits the preferences, as an admin would.
func (w *world) prefer(edit func(*record.Preferences)) {
	w.t.Helper()
	prefs, err := w.store.Connections.Preferences(w.t.Context(), demo, 0)
	require.NoError(w.t, err)
	was := prefs.Version
	edit(&prefs)
	_, err = w.store.Connections.SavePreferences(w.t.Context(), demo, prefs, was)
	require.NoError(w.t, err)
}

func both(p *record.Preferences) {
	p.Customers.Extent, p.Items.Extent = record.Both, record.Both
}

// twoWay is a world whose connection goes both ways from the first sync on.
func twoWay(t *testing.T, o options, rows ...sample.Row) *world {
	t.Helper()
	w := newWorld(t, o, rows...)
	w.prefer(both)
	return w
}

// get reads one CRM record.
func (w *world) get(module, id string) object {
	w.t.Helper()
	rows := w.crm.call(http.MethodGet, "/"+module+"/"+id, nil)["data"].([]any)
	return rows[0].(map[string]any)
}

// customer reads one customer.
func (w *world) customerWhole(id string) object {
	w.t.Helper()
	return w.billing.call(http.MethodGet, "/customers/"+id, nil).object("customer")
}

// editCustomer edits one as a user of billing would.
func (w *world) editCustomer(id string, values object) {
	w.t.Helper()
	w.billing.call(http.MethodPut, "/customers/"+id, values)
}

// linkOf is the link of a CRM record.
func (w *world) linkOf(entity record.Entity, module record.Module, id string) record.Link {
	w.t.Helper()
	l, err := w.store.Links.BySource(w.t.Context(), demo, entity, module, id)
	require.NoError(w.t, err)
	require.NotNil(w.t, l, "%s %s has no link", module, id)
	return *l
}

// atRest requires that a further sync writes nothing.
func (w *world) atRest() {
	w.t.Helper()
	require.Zero(w.t, w.writes(func() { w.sync() }), "a sync after which nobody edited anything writes nothing")
}

func TestAnEditInBillingReachesTheCRMAndRests(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme", "Phone", "1"))
	w.sync()
	w.atRest()
	id := w.linkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.editCustomer(id, object{"display_name": "Acme & Co", "phone": "2"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Updated)
	require.Equal(t, "Acme & Co", w.get("Accounts", "1001").text("Account_Name"))
	require.Equal(t, "2", w.get("Accounts", "1001").text("Phone"))
	require.Equal(t, "Acme & Co", w.customer("Acme & Co").text("company_name"), "the company's name follows the account's, in the same run")
	w.verified()
	w.atRest()
}

func TestACustomerThatOnlyBillingHasIsMadeInTheCRMOnce(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"))
	w.billing.call(http.MethodPost, "/customers", object{"display_name": "Born in billing", "customer_sub_type": "business", "phone": "7"})
	w.billing.call(http.MethodPost, "/customers", object{"display_name": "Ida Single", "customer_sub_type": "individual", "first_name": "Ida", "last_name": "Single"})
	w.sync()
	w.atRest()
	names := map[string]string{}
	for _, module := range []string{"Accounts", "Contacts"} {
		for _, row := range w.crm.call(http.MethodGet, "/"+module+"?fields=Account_Name,Last_Name,Phone", nil)["data"].([]any) {
			r := object(row.(map[string]any))
			names[module+"/"+r.text("Account_Name")+r.text("Last_Name")] = r.text("Phone")
		}
	}
	require.Equal(t, map[string]string{"Accounts/Acme": "", "Accounts/Born in billing": "7", "Contacts/Single": ""}, names)
}

func TestDifferentFieldsOfOneRecordAreMerged(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme", "Phone", "1", "Website", "a.example"))
	w.sync()
	id := w.linkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.change("Accounts", "1001", object{"Website": "b.example"})
	w.editCustomer(id, object{"phone": "2"})
	w.sync()
	require.Equal(t, "2", w.get("Accounts", "1001").text("Phone"))
	require.Equal(t, "b.example", w.customerWhole(id).text("website"))
	w.atRest()
}

func TestTheConflictRuleSaysWhoWins(t *testing.T) {
	t.Parallel()
	for rule, want := range map[record.ConflictRule]string{record.CRMWins: "crm", record.BillingWins: "billing", record.NewestWins: "billing"} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			w := twoWay(t, options{}, account(1001, "Acme", "Phone", "1"))
			w.prefer(func(p *record.Preferences) { p.Conflicts = rule })
			w.sync()
			id := w.linkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
			w.set("billingClockAhead", "1h")
			w.change("Accounts", "1001", object{"Phone": "crm"})
			w.editCustomer(id, object{"phone": "billing"})
			w.sync()
			require.Equal(t, want, w.get("Accounts", "1001").text("Phone"))
			require.Equal(t, want, w.customerWhole(id).text("phone"))
			w.atRest()
		})
	}
}

func TestAConflictThatNobodyMayDecideIsParkedUntilSomebodyDoes(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme", "Phone", "1"))
	w.prefer(func(p *record.Preferences) { p.Conflicts = record.AskWins })
	w.sync()
	id := w.linkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.change("Accounts", "1001", object{"Phone": "crm"})
	w.editCustomer(id, object{"phone": "billing"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Conflicts, "one pair is one conflict")
	require.Equal(t, "crm", w.get("Accounts", "1001").text("Phone"))
	require.Equal(t, "billing", w.customerWhole(id).text("phone"))
	open, err := w.store.History.OpenConflicts(t.Context(), demo)
	require.NoError(t, err)
	require.Len(t, open, 1)
	require.NoError(t, w.store.Operations.Decide(t.Context(), demo, record.EntityCustomers, record.Accounts, "1001",
		[]record.Decision{{Field: "phone", Winner: record.Billing, CRM: "crm", Billing: "billing"}}))
	w.sync()
	require.Equal(t, "billing", w.get("Accounts", "1001").text("Phone"))
	open, err = w.store.History.OpenConflicts(t.Context(), demo)
	require.NoError(t, err)
	require.Empty(t, open)
	w.atRest()
}

// verified requires that a verification of the live sides finds nothing to complain of.
func (w *world) verified() verify.Report {
	w.t.Helper()
	crmPort, err := w.sides.CRM(w.t.Context(), demo)
	require.NoError(w.t, err)
	billingPort, err := w.sides.Billing(w.t.Context(), demo)
	require.NoError(w.t, err)
	kept := verify.Store{Connections: w.store.Connections, Links: w.store.Links, Operations: w.store.Operations}
	report, err := verify.Run(w.t.Context(), kept, crmPort, billingPort, demo, verify.Options{})
	require.NoError(w.t, err)
	require.Empty(w.t, report.Differences)
	require.Empty(w.t, report.Missing)
	require.Empty(w.t, report.Extra)
	return report
}

func TestWhatIsFollowedIsExplainedByAVerification(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"), account(1002, "Borg"), account(1003, "Core", "Phone", "1"), account(1004, "Dune", "Phone", "1"),
		contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), product(3001, "Nut", "N-1", "1.00"))
	w.addCustomer(object{"display_name": "Ida Single", "customer_sub_type": "individual", "first_name": "Ida", "last_name": "Single", "email": "ida@example.com"})
	first := w.sync()
	require.Equal(t, 4, first.Entities["customers"].Added-1)
	w.verified()
	second := w.sync()
	require.Equal(t, 5, second.Entities["customers"].Unchanged, "each pair counts once: %+v", second.Entities)
	w.remove("Accounts", 1002)
	w.billing.call(http.MethodDelete, "/items/"+w.item("Nut").text("item_id"), nil)
	w.change("Contacts", "2001", object{"Account_Name": object{"id": "1003"}})
	w.sync()
	require.Len(t, w.verified().Explained, 2)
	view, err := w.box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.change("Accounts", "1004", object{"Phone": "2"})
	w.sync()
	w.verified()
	w.atRest()
}
