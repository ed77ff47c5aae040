package activities_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestClocksThatAreOffLoseNoEdit(t *testing.T) {
	t.Parallel()
	for name, off := range map[string][]string{
		"the CRM is ahead":        {"crmClockAhead", "26h"},
		"billing is ahead":        {"billingClockAhead", "26h"},
		"the CRM is behind":       {"crmClockAhead", "-26h"},
		"billing is behind":       {"billingClockAhead", "-26h"},
		"both, in different ways": {"crmClockAhead", "-3h", "billingClockAhead", "5h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.TwoWay(t, activitytest.Settings(off...), activitytest.Account(1001, "Acme", "Phone", "1"), activitytest.Account(1002, "Borg", "Phone", "1"))
			w.Sync()
			w.Change("Accounts", "1001", activitytest.Object{"Phone": "2"})
			w.EditCustomer(w.LinkOf(record.EntityCustomers, record.Accounts, "1002").BillingID, activitytest.Object{"phone": "3"})
			w.Sync()
			require.Equal(t, "2", w.Customer("Acme").Text("phone"))
			require.Equal(t, "3", w.Get("Accounts", "1002").Text("Phone"))
			remove(w, "Accounts", 1001)
			require.Equal(t, 1, w.Sync().Entities["customers"].Deleted)
			w.AtRest()
		})
	}
}

func TestFiveAccountsOfOneNameStayFiveBothWays(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "acme"), activitytest.Account(1003, " ACME "), activitytest.Account(1004, "Acme", "Phone", "4"), activitytest.Account(1005, "Acme"))
	run := w.Sync()
	require.Equal(t, 5, run.Entities["customers"].Added)
	w.AtRest()
	require.Equal(t, float64(5), count(w, "Accounts"), "a suffix that billing wanted never comes back as an edit")
	link := w.LinkOf(record.EntityCustomers, record.Accounts, "1004")
	w.EditCustomer(link.BillingID, activitytest.Object{"phone": "44"})
	w.Sync()
	require.Equal(t, "44", w.Get("Accounts", "1004").Text("Phone"))
	require.Equal(t, "Acme", w.Get("Accounts", "1004").Text("Account_Name"))
	w.AtRest()
}

func TestAnAccountAndItsCloneStayApart(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"))
	w.AddCustomer(activitytest.Object{"display_name": "Acme", "customer_sub_type": "business", "phone": "theirs"})
	w.Prefer(func(p *record.Preferences) { p.Customers.Duplicates = record.Clone })
	w.Sync()
	require.Len(t, w.Customers(), 2)
	w.Prefer(func(p *record.Preferences) { p.Customers.Extent = record.Both })
	run := w.Sync()
	require.Empty(t, run.Failures)
	w.Sync()
	require.Equal(t, float64(2), count(w, "Accounts"), "billing's own is cloned into the CRM, once")
	w.AtRest()
}

func TestMergesThatGoRoundInACircleAreDeletions(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"))
	w.Sync()
	require.NoError(t, w.Box.CRM().Merge(t.Context(), "Accounts", 1001, 1002))
	require.NoError(t, w.Box.CRM().Restore(t.Context(), "Accounts", 1001))
	require.NoError(t, w.Box.CRM().Merge(t.Context(), "Accounts", 1002, 1001))
	w.CRM.Call(http.MethodDelete, "/Accounts/1001", nil)
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 2, run.Entities["customers"].Deleted)
	require.Len(t, w.Customers(), 2, "both stay in billing")
	w.AtRest()
}

func TestAnIndividualWhoIsRenamedInBillingHasTheNewNameOnBothSidesAfterOneSync(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Contact(2001, "Ann", "Lee", 0, "Email", "ann@example.com"))
	w.Sync()
	w.EditCustomer(w.Customer("Ann Lee").Text("customer_id"), activitytest.Object{"last_name": "Moss"})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "Moss", w.Get("Contacts", "2001").Text("Last_Name"))
	require.Equal(t, "Ann Moss", activitytest.Only(t, w.Customers(), "last_name", "Moss").Text("display_name"), "the name that is shown follows in the same run")
	w.Verified()
	w.AtRest()
}
