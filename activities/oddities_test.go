package activities_test

import (
	"net/http"
	"testing"

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
			w := twoWay(t, settings(off...), account(1001, "Acme", "Phone", "1"), account(1002, "Borg", "Phone", "1"))
			w.sync()
			w.change("Accounts", "1001", object{"Phone": "2"})
			w.editCustomer(w.linkOf(record.EntityCustomers, record.Accounts, "1002").BillingID, object{"phone": "3"})
			w.sync()
			require.Equal(t, "2", w.customer("Acme").text("phone"))
			require.Equal(t, "3", w.get("Accounts", "1002").text("Phone"))
			w.remove("Accounts", 1001)
			require.Equal(t, 1, w.sync().Entities["customers"].Deleted)
			w.atRest()
		})
	}
}

func TestFiveAccountsOfOneNameStayFiveBothWays(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"), account(1002, "acme"), account(1003, " ACME "), account(1004, "Acme", "Phone", "4"), account(1005, "Acme"))
	run := w.sync()
	require.Equal(t, 5, run.Entities["customers"].Added)
	w.atRest()
	require.Equal(t, float64(5), w.count("Accounts"), "a suffix that billing wanted never comes back as an edit")
	link := w.linkOf(record.EntityCustomers, record.Accounts, "1004")
	w.editCustomer(link.BillingID, object{"phone": "44"})
	w.sync()
	require.Equal(t, "44", w.get("Accounts", "1004").text("Phone"))
	require.Equal(t, "Acme", w.get("Accounts", "1004").text("Account_Name"))
	w.atRest()
}

func TestAnAccountAndItsCloneStayApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"))
	w.addCustomer(object{"display_name": "Acme", "customer_sub_type": "business", "phone": "theirs"})
	w.prefer(func(p *record.Preferences) { p.Customers.Duplicates = record.Clone })
	w.sync()
	require.Len(t, w.customers(), 2)
	w.prefer(func(p *record.Preferences) { p.Customers.Extent = record.Both })
	run := w.sync()
	require.Empty(t, run.Failures)
	w.sync()
	require.Equal(t, float64(2), w.count("Accounts"), "billing's own is cloned into the CRM, once")
	w.atRest()
}

func TestMergesThatGoRoundInACircleAreDeletions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Borg"))
	w.sync()
	require.NoError(t, w.box.CRM().Merge(t.Context(), "Accounts", 1001, 1002))
	require.NoError(t, w.box.CRM().Restore(t.Context(), "Accounts", 1001))
	require.NoError(t, w.box.CRM().Merge(t.Context(), "Accounts", 1002, 1001))
	w.crm.call(http.MethodDelete, "/Accounts/1001", nil)
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 2, run.Entities["customers"].Deleted)
	require.Len(t, w.customers(), 2, "both stay in billing")
	w.atRest()
}

func TestAnIndividualWhoIsRenamedInBillingHasTheNewNameOnBothSidesAfterOneSync(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, contact(2001, "Ann", "Lee", 0, "Email", "ann@example.com"))
	w.sync()
	w.editCustomer(w.customer("Ann Lee").text("customer_id"), object{"last_name": "Moss"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "Moss", w.get("Contacts", "2001").text("Last_Name"))
	require.Equal(t, "Ann Moss", only(t, w.customers(), "last_name", "Moss").text("display_name"), "the name that is shown follows in the same run")
	w.verified()
	w.atRest()
}
