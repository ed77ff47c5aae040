package activities_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAnEditInBillingReachesTheCRMAndRests(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	w.Sync()
	w.AtRest()
	id := w.LinkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.EditCustomer(id, activitytest.Object{"display_name": "Acme & Co", "phone": "2"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Updated)
	require.Equal(t, "Acme & Co", w.Get("Accounts", "1001").Text("Account_Name"))
	require.Equal(t, "2", w.Get("Accounts", "1001").Text("Phone"))
	require.Equal(t, "Acme & Co", w.Customer("Acme & Co").Text("company_name"), "the company's name follows the account's, in the same run")
	w.Verified()
	w.AtRest()
}

func TestACustomerThatOnlyBillingHasIsMadeInTheCRMOnce(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.Billing.Call(http.MethodPost, "/customers", activitytest.Object{"display_name": "Born in billing", "customer_sub_type": "business", "phone": "7"})
	w.Billing.Call(http.MethodPost, "/customers", activitytest.Object{"display_name": "Ida Single", "customer_sub_type": "individual", "first_name": "Ida", "last_name": "Single"})
	w.Sync()
	w.AtRest()
	names := map[string]string{}
	for _, module := range []string{"Accounts", "Contacts"} {
		for _, row := range w.CRM.Call(http.MethodGet, "/"+module+"?fields=Account_Name,Last_Name,Phone", nil)["data"].([]any) {
			r := activitytest.Object(row.(map[string]any))
			names[module+"/"+r.Text("Account_Name")+r.Text("Last_Name")] = r.Text("Phone")
		}
	}
	require.Equal(t, map[string]string{"Accounts/Acme": "", "Accounts/Born in billing": "7", "Contacts/Single": ""}, names)
}

func TestDifferentFieldsOfOneRecordAreMerged(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1", "Website", "a.example"))
	w.Sync()
	id := w.LinkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.Change("Accounts", "1001", activitytest.Object{"Website": "b.example"})
	w.EditCustomer(id, activitytest.Object{"phone": "2"})
	w.Sync()
	require.Equal(t, "2", w.Get("Accounts", "1001").Text("Phone"))
	require.Equal(t, "b.example", w.CustomerWhole(id).Text("website"))
	w.AtRest()
}

func TestTheConflictRuleSaysWhoWins(t *testing.T) {
	t.Parallel()
	for rule, want := range map[record.ConflictRule]string{record.CRMWins: "crm", record.BillingWins: "billing", record.NewestWins: "billing"} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
			w.Prefer(func(p *record.Preferences) { p.Conflicts = rule })
			w.Sync()
			id := w.LinkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
			w.Set("billingClockAhead", "1h")
			w.Change("Accounts", "1001", activitytest.Object{"Phone": "crm"})
			w.EditCustomer(id, activitytest.Object{"phone": "billing"})
			w.Sync()
			require.Equal(t, want, w.Get("Accounts", "1001").Text("Phone"))
			require.Equal(t, want, w.CustomerWhole(id).Text("phone"))
			w.AtRest()
		})
	}
}

func TestAConflictThatNobodyMayDecideIsParkedUntilSomebodyDoes(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	w.Prefer(func(p *record.Preferences) { p.Conflicts = record.AskWins })
	w.Sync()
	id := w.LinkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
	w.Change("Accounts", "1001", activitytest.Object{"Phone": "crm"})
	w.EditCustomer(id, activitytest.Object{"phone": "billing"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Conflicts, "one pair is one conflict")
	require.Equal(t, "crm", w.Get("Accounts", "1001").Text("Phone"))
	require.Equal(t, "billing", w.CustomerWhole(id).Text("phone"))
	open, err := w.Store.History.OpenConflicts(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Len(t, open, 1)
	require.NoError(t, w.Store.Operations.Decide(t.Context(), activitytest.Demo, record.EntityCustomers, record.Accounts, "1001",
		[]record.Decision{{Field: "phone", Winner: record.Billing, CRM: "crm", Billing: "billing"}}))
	w.Sync()
	require.Equal(t, "billing", w.Get("Accounts", "1001").Text("Phone"))
	open, err = w.Store.History.OpenConflicts(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Empty(t, open)
	w.AtRest()
}

func TestWhatIsFollowedIsExplainedByAVerification(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Account(1003, "Core", "Phone", "1"), activitytest.Account(1004, "Dune", "Phone", "1"),
		activitytest.Contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), activitytest.Product(3001, "Nut", "N-1", "1.00"))
	w.AddCustomer(activitytest.Object{"display_name": "Ida Single", "customer_sub_type": "individual", "first_name": "Ida", "last_name": "Single", "email": "ida@example.com"})
	first := w.Sync()
	require.Equal(t, 4, first.Entities["customers"].Added-1)
	w.Verified()
	second := w.Sync()
	require.Equal(t, 5, second.Entities["customers"].Unchanged, "each pair counts once: %+v", second.Entities)
	remove(w, "Accounts", 1002)
	w.Billing.Call(http.MethodDelete, "/items/"+w.Item("Nut").Text("item_id"), nil)
	w.Change("Contacts", "2001", activitytest.Object{"Account_Name": activitytest.Object{"id": "1003"}})
	w.Sync()
	require.Len(t, w.Verified().Explained, 2)
	view, err := w.Box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.Prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.Change("Accounts", "1004", activitytest.Object{"Phone": "2"})
	w.Sync()
	w.Verified()
	w.AtRest()
}
