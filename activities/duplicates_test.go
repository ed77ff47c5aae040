package activities_test

import (
	"net/http"
	"testing"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"

	"github.com/stretchr/testify/require"
)

// rule is the rule for duplicates, of customers and items alike.
func rule(d record.Duplicates) func(*app.ConnectRequest) {
	return func(r *app.ConnectRequest) { r.CustomerDuplicates, r.ItemDuplicates = d, d }
}

// oneCompany is an account, a contact of it, and a product.
func oneCompany() []sample.Row {
	return []sample.Row{
		account(101, "Alpha Works", "Phone", "+1 555 0101"), contact(201, "Ana", "Alves", 101, "Email", "ana@alpha.example"),
		product(301, "Anvil", "A-1", "12.75"),
	}
}

// existing puts a customer and an item of equal names into billing, in other letters and spaces.
func (w *world) existing() (customer, item object) {
	w.t.Helper()
	return w.addCustomer(object{"display_name": " ALPHA works ", "website": "https://alpha.example", "phone": "000"}),
		w.addItem(object{"name": "anvil", "rate": 1, "description": "Heavy"})
}

func TestSkipWritesNothingAndSaysWhatItFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(rule(record.Skip)), oneCompany()...)
	customer, item := w.existing()
	var run report.Run
	require.Zero(t, w.writes(func() { run = w.sync() }))
	require.Equal(t, map[string]report.Counts{"customers": {Skipped: 1}, "contact_persons": {Skipped: 1}, "items": {Skipped: 1}}, run.Entities)
	require.Empty(t, run.Failures, "a skip is no failure")
	ops := w.operations(run)
	require.Equal(t, customer.text("customer_id"), ops["101"].TargetID)
	require.Contains(t, ops["101"].Reason, customer.text("customer_id"))
	require.Equal(t, item.text("item_id"), ops["301"].TargetID)
	require.Equal(t, "PARENT_SKIPPED", ops["201"].Code)
	links, err := w.store.Links.Count(t.Context(), demo)
	require.NoError(t, err)
	require.Empty(t, links)
	require.Equal(t, customer.text("updated_time"), w.customers()[0].text("updated_time"))
}

func TestOverwriteLinksReplacesMappedFieldsAndLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(rule(record.Overwrite)), oneCompany()...)
	customer, item := w.existing()
	run := w.sync()
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["customers"])
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["items"])
	require.Equal(t, report.Counts{Added: 1}, run.Entities["contact_persons"])
	require.Len(t, w.customers(), 1)
	require.Len(t, w.items(), 1)
	got := w.customers()[0]
	require.Equal(t, customer.text("customer_id"), got.text("customer_id"))
	require.Equal(t, "Alpha Works | +1 555 0101", fields(got, "display_name", "phone"))
	require.Equal(t, item.text("item_id")+" | Anvil | 12.75 | A-1", fields(w.items()[0], "item_id", "name", "rate", "sku"))
	require.Empty(t, got.marker(), "a marker tells what we created, and this is not ours")
	require.Equal(t, []string{"Ana"}, texts(w.persons(got), "first_name"))
	op := w.operations(run)["101"]
	require.Equal(t, "000", op.Before.Text("phone"))
	require.Equal(t, "+1 555 0101", op.After.Text("phone"))
}

func TestOverwriteOfAnEqualRecordLinksAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(rule(record.Overwrite)), product(301, "Anvil", "A-1", "12.75"))
	item := w.addItem(object{"name": "Anvil", "rate": "12.75", "sku": "A-1"})
	run := w.sync()
	require.Equal(t, report.Counts{Linked: 1}, run.Entities["items"])
	require.Equal(t, item.text("updated_time"), w.items()[0].text("updated_time"))
}

func TestCloneCreatesASecondRecordBesideTheOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, unique, customer, item, sku string }{
		{"where billing refuses a second name it gets a suffix, and no SKU", "on", "Alpha Works (101)", "Anvil (301)", ""},
		{"where billing takes one it is the same", "off", "Alpha Works", "Anvil", "A-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("uniqueNames", c.unique, "uniqueSKU", c.unique).with(rule(record.Clone)), oneCompany()...)
			customer, item := w.existing()
			run := w.sync()
			require.Equal(t, report.Counts{Added: 1}, run.Entities["customers"])
			require.Equal(t, report.Counts{Added: 1}, run.Entities["items"])
			require.Len(t, w.customers(), 2)
			require.Len(t, w.items(), 2)
			require.Equal(t, "000", w.customers()[0].text("phone"), "the other one is left alone")
			require.Equal(t, c.customer, w.customers()[1].text("display_name"))
			require.Equal(t, c.item+" | "+c.sku, fields(w.items()[1], "name", "sku"))
			require.Equal(t, "ana@alpha.example", w.persons(w.customers()[1])[0].text("email"))
			ops := w.operations(run)
			require.Contains(t, ops["101"].Reason, customer.text("customer_id"))
			require.Contains(t, ops["301"].Reason, item.text("item_id"))
			if c.unique == "on" {
				require.Contains(t, ops["301"].Reason, `"Anvil (301)", without the SKU`)
				require.Equal(t, "Anvil (301)", ops["301"].After.Text("name"))
			}
			again := 0
			require.Zero(t, w.writes(func() { again = w.sync().Entities["items"].Unchanged }), "the suffix is no difference")
			require.Equal(t, 1, again)
		})
	}
}

func TestASKUAndANameOfTwoItemsAreAConflict(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{}.with(rule(d)), product(301, "Anvil", "A-1", "12.75"), product(302, "Bellows", "B-1", "7"))
			named := w.addItem(object{"name": "Anvil", "rate": 1, "sku": "OTHER"})
			coded := w.addItem(object{"name": "Hammer", "rate": 1, "sku": "A-1"})
			run := w.sync()
			require.Equal(t, report.Counts{Conflicts: 1, Added: 1}, run.Entities["items"])
			f := failures(run)["301"]
			require.Equal(t, "DUPLICATE_AMBIGUOUS", f.Code)
			for _, word := range []string{named.text("item_id"), coded.text("item_id"), "rename one or correct a SKU"} {
				require.Contains(t, f.Reason, word)
			}
			require.ElementsMatch(t, []string{"Anvil", "Hammer", "Bellows"}, texts(w.items(), "name"))

			w.change("Products", "301", object{"Product_Code": "A-2", "Product_Name": "Anvil II"})
			require.Equal(t, report.Counts{Added: 1, Unchanged: 1}, w.sync().Entities["items"], "the mended record arrives")
			require.Equal(t, "A-2", w.item("Anvil II").text("sku"))
		})
	}
}

func TestTwoItemsOfBillingsThatClaimOneProductAreParkedBothWays(t *testing.T) {
	t.Parallel()
	w := twoWay(t, settings("uniqueNames", "off").with(rule(record.Overwrite)), product(301, "Anvil", "A-1", "12.75"))
	first, second := w.addItem(object{"name": "anvil", "rate": 1}), w.addItem(object{"name": "ANVIL", "rate": 2})
	var run report.Run
	require.Zero(t, w.writes(func() { run = w.sync() }))
	require.Equal(t, report.Counts{Conflicts: 3}, run.Entities["items"])
	found := failures(run)
	for item, other := range map[string]string{first.text("item_id"): second.text("item_id"), second.text("item_id"): first.text("item_id")} {
		require.Equal(t, "DUPLICATE_AMBIGUOUS", found[item].Code)
		require.Contains(t, found[item].Reason, "product 301 of this name in the CRM is claimed by item "+other+" too")
	}

	w.billing.call(http.MethodPut, "/items/"+second.text("item_id"), object{"name": "Bellows", "rate": 2})
	require.Equal(t, report.Counts{Linked: 1, Updated: 1, Added: 1}, w.sync().Entities["items"], "the two that are left are one, and the third goes over")
	require.Equal(t, first.text("item_id"), w.linkOf(record.EntityItems, record.Products, "301").BillingID)
}

func TestOverwriteSaysWhichFieldsItEmptied(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(rule(record.Overwrite)), account(101, "Alpha Works"))
	w.addCustomer(object{"display_name": "alpha works", "phone": "000", "billing_address": object{"city": "Pécs"}})
	run := w.sync()
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["customers"])
	require.Contains(t, w.operations(run)["101"].Reason, "empty in 101 and so emptied there: billing_address.city, phone")
	require.Empty(t, w.customers()[0].text("phone"))
}

func TestAnItemOfOneSKUAndAnotherNameIsADuplicateByItsSKU(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(rule(record.Overwrite)), product(301, "Anvil", "A-1", "12.75"))
	coded := w.addItem(object{"name": "Old anvil", "rate": 1, "sku": "A-1"})
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, w.sync().Entities["items"])
	require.Equal(t, coded.text("item_id")+" | Anvil", fields(w.items()[0], "item_id", "name"))
}

func TestTwoCRMRecordsOfOneNameAreNeverDuplicatesOfEachOther(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		for _, c := range []struct{ unique, name, item string }{{"on", "Twin Ltd (102)", "Anvil (302)"}, {"off", "TWIN ltd", "anvil"}} {
			t.Run(string(d)+" uniqueNames="+c.unique, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, settings("uniqueNames", c.unique).with(rule(d)), account(101, "Twin Ltd"), account(102, "TWIN ltd"),
					product(301, "Anvil", "A-1", "1"), product(302, "anvil", "A-2", "2"))
				run := w.sync()
				require.Empty(t, run.Failures)
				require.Equal(t, report.Counts{Added: 2}, run.Entities["customers"])
				require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
				w.namesOf(run, "101", "102", "Twin Ltd", "TWIN ltd", c.unique == "on")
				require.Zero(t, w.writes(func() { w.sync() }))

				// One more, when the first two have been there for a while.
				w.load(account(103, "twin ltd"))
				require.Equal(t, report.Counts{Added: 1, Unchanged: 2}, w.sync().Entities["customers"])
				require.Len(t, w.customers(), 3)
			})
		}
	}
}

func TestTwoCRMRecordsOfOneSKUAreBothCreated(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("uniqueSKU", "on").with(rule(d)), product(301, "Anvil", "A-1", "1"), product(302, "Hammer", "A-1", "2"))
			run := w.sync()
			require.Empty(t, run.Failures)
			require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
			require.ElementsMatch(t, []string{"A-1", ""}, texts(w.items(), "sku"))
			require.Zero(t, w.writes(func() { w.sync() }))

			w.load(product(303, "Tongs", "A-1", "3"))
			require.Equal(t, report.Counts{Added: 1, Unchanged: 2}, w.sync().Entities["items"])
			require.Contains(t, texts(w.items(), "name"), "Tongs (303)")
		})
	}
}

// namesOf requires that of two customers of one name each has its own, but for one that may need a suffix:
// which of the two came first is open.
func (w *world) namesOf(run report.Run, first, second, name, other string, unique bool) {
	w.t.Helper()
	ops, byID := w.operations(run), map[string]string{}
	for _, c := range w.customers() {
		byID[c.text("customer_id")] = c.text("display_name")
	}
	got := []string{byID[ops[first].TargetID], byID[ops[second].TargetID]}
	plain := []string{name, other}
	suffixed := [][]string{{name, other + " (" + second + ")"}, {name + " (" + first + ")", other}}
	if unique {
		require.Contains(w.t, suffixed, got)
	} else {
		require.Equal(w.t, plain, got)
	}
}

func TestARecordOfOursWithoutALinkIsAdopted(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{}.with(rule(d)), twoCompanies()...)
			w.sync()
			before := w.customers()
			w.forget()
			var run report.Run
			require.Zero(t, w.writes(func() { run = w.sync() }), "all of it is as it was")
			require.Equal(t, report.Counts{Linked: 3}, run.Entities["customers"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["items"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["contact_persons"])
			require.Equal(t, before, w.customers())
			require.Len(t, w.persons(w.customer("Alpha Works")), 2)
		})
	}
}

// No plan finds a customer of ours under a name with a suffix, once its link is lost: billing's upsert does.
func TestARecordOfOursUnderASuffixedNameIsAdoptedAndItsPersonsAreNotMadeAgain(t *testing.T) {
	t.Parallel()
	for _, clock := range []string{"0s", "-26h", "26h"} {
		t.Run("billing's clock is off by "+clock, func(t *testing.T) {
			t.Parallel()
			hourBefore := map[string]string{"0s": "-1h", "-26h": "-27h", "26h": "25h"}[clock]
			w := newWorld(t, settings("billingClockAhead", hourBefore), account(101, "Twin"), account(102, "Twin"),
				contact(201, "Ana", "Alves", 101), contact(202, "Bo", "Berg", 102, "Email", "bo@twin.example"))
			require.Equal(t, report.Counts{Added: 2}, w.sync().Entities["customers"], "whatever the clock")
			before := w.customers()
			w.forget()
			w.set("billingClockAhead", clock)
			run := w.sync()
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["customers"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["contact_persons"])
			op := w.operations(run)["102"]
			require.Equal(t, "ADOPTED", op.Code)
			require.Contains(t, op.Reason, "its link is restored")
			require.Len(t, w.customers(), len(before))
			for _, c := range w.customers() {
				require.Len(t, w.persons(c), 1)
			}
			links, err := w.store.Links.OfSources(t.Context(), demo, record.EntityCustomers, []string{"102"})
			require.NoError(t, err)
			require.Equal(t, record.CRM, links["102"].Born)
			require.Zero(t, w.writes(func() { w.sync() }), "it comes to rest")
		})
	}
}

func TestAMarkerOfAnotherIncarnationCountsAsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	marked := w.addCustomer(object{"display_name": "Alpha Works",
		"custom_fields": []any{object{"api_name": "cf_causeway_id", "value": record.Marker("anotherlife1", record.Accounts, "101")}}})
	run := w.sync()
	require.Equal(t, report.Counts{Skipped: 1}, run.Entities["customers"], "it is a duplicate like any other")
	require.Equal(t, marked.text("customer_id"), w.operations(run)["101"].TargetID)

	w.billing.call(http.MethodPut, "/customers/"+marked.text("customer_id"), object{"display_name": "Somebody else"})
	w.change("Accounts", "101", object{"Phone": "+1 555 0199"})
	require.Equal(t, report.Counts{Added: 1}, w.sync().Entities["customers"])
	require.Len(t, w.customers(), 2)
}

// meanwhile runs f once, after the plan and before the first write.
func (w *world) meanwhile(f func()) {
	w.onActivity = func(name string) {
		if name == "ApplyPage" {
			w.onActivity = nil
			f()
		}
	}
}

func TestARecordThatAppearsBehindThePlanIsParkedAndIsADuplicateInTheNextRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	w.meanwhile(func() { w.existing() })
	run := w.sync()
	for _, id := range []string{"101", "301"} {
		require.Contains(t, failures(run)[id].Reason, "appeared since the plan was made")
	}
	run = w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, map[string]report.Counts{"customers": {Skipped: 1}, "contact_persons": {Skipped: 1}, "items": {Skipped: 1}}, run.Entities)
	require.Len(t, w.customers(), 1)
}

// Without the upsert an earlier write of ours may land after we have looked for it.
func TestARefusedNameThatOurOwnLateWriteHasTakenIsThatRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings("uniqueUpsert", "off"), oneCompany()...)
	conn, err := w.store.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	mark := func(module record.Module, id string) []any {
		return []any{object{"api_name": "cf_causeway_id", "value": record.Marker(conn.Incarnation, module, id)}}
	}
	w.meanwhile(func() {
		w.addCustomer(object{"display_name": "Alpha Works", "custom_fields": mark(record.Accounts, "101")})
		w.addItem(object{"name": "Anvil", "rate": 1, "custom_fields": mark(record.Products, "301")})
	})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, []int{1, 1, 1}, added(run))
	require.Len(t, w.customers(), 1)
	require.Len(t, w.items(), 1)
	require.Len(t, w.persons(w.customers()[0]), 1)
}
