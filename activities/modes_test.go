package activities_test

import (
	"testing"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"

	"github.com/stretchr/testify/require"
)

// twoCompanies are two accounts, three contacts of which one belongs to none, and two products.
func twoCompanies() []sample.Row {
	return []sample.Row{
		account(101, "Alpha Works", "Phone", "+1 555 0101", "Billing_City", "Lisbon"), account(102, "Béta & Fils"),
		contact(201, "Ana", "Alves", 101, "Email", "ana@alpha.example"), contact(202, "Bo", "Berg", 101),
		contact(203, "Cy", "Solo", 0, "Email", "cy@solo.example"),
		product(301, "Anvil", "A-1", "12.75"), product(302, "Bellows", "B-1", "7", "Product_Active", false),
	}
}

// modes are the worlds of the three modes.
func mode(m record.Mode, unattached bool) func(*app.ConnectRequest) {
	return func(r *app.ConnectRequest) { r.Mode, r.Unattached = m, unattached }
}

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
			w := newWorld(t, options{}.with(mode(c.mode, c.unattached)), twoCompanies()...)
			run := w.sync()
			require.Empty(t, run.Failures)
			require.Equal(t, map[string]report.Counts{
				"customers": {Added: c.customers}, "contact_persons": {Added: c.persons}, "items": {Added: 2},
			}, run.Entities)
			require.ElementsMatch(t, c.names, texts(w.customers(), "display_name"))
			require.ElementsMatch(t, []string{"Anvil", "Bellows"}, texts(w.items(), "name"))
		})
	}
}

func TestAccountsBecomeBusinessesAndContactsPersonsOrIndividuals(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]options{"sqlite": {}, "postgres": {postgres: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, o, twoCompanies()...)
			w.sync()
			alpha := w.customer("Alpha Works")
			require.Equal(t, "business | Alpha Works | +1 555 0101", fields(alpha, "customer_sub_type", "company_name", "phone"))
			require.Equal(t, "Lisbon", alpha.object("billing_address").text("city"))
			require.ElementsMatch(t, []string{"Alves", "Berg"}, texts(w.persons(alpha), "last_name"))
			require.Equal(t, "Ana | ana@alpha.example", fields(only(t, w.persons(alpha), "last_name", "Alves"), "first_name", "email"))
			require.Empty(t, w.persons(w.customer("Béta & Fils")))
			require.Equal(t, "individual | cy@solo.example", fields(w.customer("Cy Solo"), "customer_sub_type", "email"))
			require.Equal(t, "A-1 | 12.75 | active", fields(w.item("Anvil"), "sku", "rate", "status"))
			markers := map[string]bool{}
			for _, o := range append(w.customers(), w.items()...) {
				require.NotEmpty(t, o.marker())
				markers[o.marker()] = true
			}
			require.Len(t, markers, 5, "each record carries a marker of its own")
		})
	}
}

func TestAnInactiveProductIsAnInactiveItemUntilItIsActiveAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	require.Equal(t, "inactive", w.item("Bellows").text("status"))
	w.change("Products", "302", object{"Product_Active": true})
	w.change("Products", "301", object{"Product_Active": false})
	run := w.sync()
	require.Equal(t, report.Counts{Updated: 2}, run.Entities["items"])
	require.Equal(t, "active", w.item("Bellows").text("status"))
	require.Equal(t, "inactive", w.item("Anvil").text("status"))
}
