package activities_test

import (
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

func TestEachModeMakesItsCustomers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name               string
		mode               record.Mode
		unattached         bool
		customers, persons int
		names              []string
	}{
		{"accounts", record.ModeAccounts, true, 2, 0, []string{"Alpha Works", "Béta & Fils"}},
		{"contacts", record.ModeContacts, true, 3, 0, []string{"Ana Alves", "Bo Berg", "Cy Solo"}},
		{"accounts and contacts", record.ModeAccountsAndContacts, true, 3, 2, []string{"Alpha Works", "Béta & Fils", "Cy Solo"}},
		{"accounts and attached contacts alone", record.ModeAccountsAndContacts, false, 2, 2, []string{"Alpha Works", "Béta & Fils"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}.With(activitytest.Mode(c.mode, c.unattached)), activitytest.TwoCompanies()...)
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, map[string]report.Counts{
				"customers": {Added: c.customers}, "contact_persons": {Added: c.persons}, "items": {Added: 2},
			}, run.Entities)
			require.ElementsMatch(t, c.names, activitytest.Texts(w.Customers(), "display_name"))
			require.ElementsMatch(t, []string{"Anvil", "Bellows"}, activitytest.Texts(w.Items(), "name"))
		})
	}
}

func TestAccountsBecomeBusinessesAndContactsPersonsOrIndividuals(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]activitytest.Options{"sqlite": {}, "postgres": {Postgres: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, o, activitytest.TwoCompanies()...)
			w.Sync()
			alpha := w.Customer("Alpha Works")
			require.Equal(t, "business | Alpha Works | +1 555 0101", activitytest.Fields(alpha, "customer_sub_type", "company_name", "phone"))
			require.Equal(t, "Lisbon", alpha.Object("billing_address").Text("city"))
			require.ElementsMatch(t, []string{"Alves", "Berg"}, activitytest.Texts(w.Persons(alpha), "last_name"))
			require.Equal(t, "Ana | ana@alpha.example", activitytest.Fields(activitytest.Only(t, w.Persons(alpha), "last_name", "Alves"), "first_name", "email"))
			require.Empty(t, w.Persons(w.Customer("Béta & Fils")))
			require.Equal(t, "individual | cy@solo.example", activitytest.Fields(w.Customer("Cy Solo"), "customer_sub_type", "email"))
			require.Equal(t, "A-1 | 12.75 | active", activitytest.Fields(w.Item("Anvil"), "sku", "rate", "status"))
			markers := map[string]bool{}
			for _, o := range append(w.Customers(), w.Items()...) {
				require.NotEmpty(t, o.Marker())
				markers[o.Marker()] = true
			}
			require.Len(t, markers, 5, "each record carries a marker of its own")
		})
	}
}

func TestAnInactiveProductIsAnInactiveItemUntilItIsActiveAgain(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	require.Equal(t, "inactive", w.Item("Bellows").Text("status"))
	w.Change("Products", "302", activitytest.Object{"Product_Active": true})
	w.Change("Products", "301", activitytest.Object{"Product_Active": false})
	run := w.Sync()
	require.Equal(t, report.Counts{Updated: 2}, run.Entities["items"])
	require.Equal(t, "active", w.Item("Bellows").Text("status"))
	require.Equal(t, "inactive", w.Item("Anvil").Text("status"))
}
