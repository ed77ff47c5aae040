package activities_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

// rule is the rule for duplicates, of customers and items alike.
func rule(d record.Duplicates) func(*app.ConnectRequest) {
	return func(r *app.ConnectRequest) { r.CustomerDuplicates, r.ItemDuplicates = d, d }
}

// existing puts a customer and an item of equal names into billing, in other letters and spaces.
func existing(w *activitytest.World) (customer, item activitytest.Object) {
	w.T.Helper()
	return w.AddCustomer(activitytest.Object{"display_name": " ALPHA works ", "website": "https://alpha.example", "phone": "000"}),
		w.AddItem(activitytest.Object{"name": "anvil", "rate": 1, "description": "Heavy"})
}

func TestSkipWritesNothingAndSaysWhatItFound(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(record.Skip)), activitytest.OneCompany()...)
	customer, item := existing(w)
	var run report.Run
	require.Zero(t, w.Writes(func() { run = w.Sync() }))
	require.Equal(t, map[string]report.Counts{"customers": {Skipped: 1}, "contact_persons": {Skipped: 1}, "items": {Skipped: 1}}, run.Entities)
	require.Empty(t, run.Failures, "a skip is no failure")
	ops := w.Operations(run)
	require.Equal(t, customer.Text("customer_id"), ops["101"].TargetID)
	require.Contains(t, ops["101"].Reason, customer.Text("customer_id"))
	require.Equal(t, item.Text("item_id"), ops["301"].TargetID)
	require.Equal(t, "PARENT_SKIPPED", ops["201"].Code)
	links, err := w.Store.Links.Count(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Empty(t, links)
	require.Equal(t, customer.Text("updated_time"), w.Customers()[0].Text("updated_time"))
}

func TestOverwriteLinksReplacesMappedFieldsAndLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(record.Overwrite)), activitytest.OneCompany()...)
	customer, item := existing(w)
	run := w.Sync()
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["customers"])
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["items"])
	require.Equal(t, report.Counts{Added: 1}, run.Entities["contact_persons"])
	require.Len(t, w.Customers(), 1)
	require.Len(t, w.Items(), 1)
	got := w.Customers()[0]
	require.Equal(t, customer.Text("customer_id"), got.Text("customer_id"))
	require.Equal(t, "Alpha Works | +1 555 0101", activitytest.Fields(got, "display_name", "phone"))
	require.Equal(t, item.Text("item_id")+" | Anvil | 12.75 | A-1", activitytest.Fields(w.Items()[0], "item_id", "name", "rate", "sku"))
	require.Empty(t, got.Marker(), "a marker tells what we created, and this is not ours")
	require.Equal(t, []string{"Ana"}, activitytest.Texts(w.Persons(got), "first_name"))
	op := w.Operations(run)["101"]
	require.Equal(t, "000", op.Before.Text("phone"))
	require.Equal(t, "+1 555 0101", op.After.Text("phone"))
}

func TestOverwriteOfAnEqualRecordLinksAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(record.Overwrite)), activitytest.Product(301, "Anvil", "A-1", "12.75"))
	item := w.AddItem(activitytest.Object{"name": "Anvil", "rate": "12.75", "sku": "A-1"})
	run := w.Sync()
	require.Equal(t, report.Counts{Linked: 1}, run.Entities["items"])
	require.Equal(t, item.Text("updated_time"), w.Items()[0].Text("updated_time"))
}

func TestCloneCreatesASecondRecordBesideTheOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, unique, customer, item, sku string }{
		{"where billing refuses a second name it gets a suffix, and no SKU", "on", "Alpha Works (101)", "Anvil (301)", ""},
		{"where billing takes one it is the same", "off", "Alpha Works", "Anvil", "A-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("uniqueNames", c.unique, "uniqueSKU", c.unique).With(rule(record.Clone)), activitytest.OneCompany()...)
			customer, item := existing(w)
			run := w.Sync()
			require.Equal(t, report.Counts{Added: 1}, run.Entities["customers"])
			require.Equal(t, report.Counts{Added: 1}, run.Entities["items"])
			require.Len(t, w.Customers(), 2)
			require.Len(t, w.Items(), 2)
			require.Equal(t, "000", w.Customers()[0].Text("phone"), "the other one is left alone")
			require.Equal(t, c.customer, w.Customers()[1].Text("display_name"))
			require.Equal(t, c.item+" | "+c.sku, activitytest.Fields(w.Items()[1], "name", "sku"))
			require.Equal(t, "ana@alpha.example", w.Persons(w.Customers()[1])[0].Text("email"))
			ops := w.Operations(run)
			require.Contains(t, ops["101"].Reason, customer.Text("customer_id"))
			require.Contains(t, ops["301"].Reason, item.Text("item_id"))
			if c.unique == "on" {
				require.Contains(t, ops["301"].Reason, `"Anvil (301)", without the SKU`)
				require.Equal(t, "Anvil (301)", ops["301"].After.Text("name"))
			}
			again := 0
			require.Zero(t, w.Writes(func() { again = w.Sync().Entities["items"].Unchanged }), "the suffix is no difference")
			require.Equal(t, 1, again)
		})
	}
}

func TestASKUAndANameOfTwoItemsAreAConflict(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(d)), activitytest.Product(301, "Anvil", "A-1", "12.75"), activitytest.Product(302, "Bellows", "B-1", "7"))
			named := w.AddItem(activitytest.Object{"name": "Anvil", "rate": 1, "sku": "OTHER"})
			coded := w.AddItem(activitytest.Object{"name": "Hammer", "rate": 1, "sku": "A-1"})
			run := w.Sync()
			require.Equal(t, report.Counts{Conflicts: 1, Added: 1}, run.Entities["items"])
			f := activitytest.Failures(run)["301"]
			require.Equal(t, "DUPLICATE_AMBIGUOUS", f.Code)
			for _, word := range []string{named.Text("item_id"), coded.Text("item_id"), "rename one or correct a SKU"} {
				require.Contains(t, f.Reason, word)
			}
			require.ElementsMatch(t, []string{"Anvil", "Hammer", "Bellows"}, activitytest.Texts(w.Items(), "name"))

			w.Change("Products", "301", activitytest.Object{"Product_Code": "A-2", "Product_Name": "Anvil II"})
			require.Equal(t, report.Counts{Added: 1, Unchanged: 1}, w.Sync().Entities["items"], "the mended record arrives")
			require.Equal(t, "A-2", w.Item("Anvil II").Text("sku"))
		})
	}
}

func TestTwoItemsOfBillingsThatClaimOneProductAreParkedBothWays(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Settings("uniqueNames", "off").With(rule(record.Overwrite)), activitytest.Product(301, "Anvil", "A-1", "12.75"))
	first, second := w.AddItem(activitytest.Object{"name": "anvil", "rate": 1}), w.AddItem(activitytest.Object{"name": "ANVIL", "rate": 2})
	var run report.Run
	require.Zero(t, w.Writes(func() { run = w.Sync() }))
	require.Equal(t, report.Counts{Conflicts: 3}, run.Entities["items"])
	found := activitytest.Failures(run)
	for item, other := range map[string]string{first.Text("item_id"): second.Text("item_id"), second.Text("item_id"): first.Text("item_id")} {
		require.Equal(t, "DUPLICATE_AMBIGUOUS", found[item].Code)
		require.Contains(t, found[item].Reason, "product 301 of this name in the CRM also matches item "+other+", so Causeway cannot tell")
	}

	w.Billing.Call(http.MethodPut, "/items/"+second.Text("item_id"), activitytest.Object{"name": "Bellows", "rate": 2})
	require.Equal(t, report.Counts{Linked: 1, Updated: 1, Added: 1}, w.Sync().Entities["items"], "the two that are left are one, and the third goes over")
	require.Equal(t, first.Text("item_id"), w.LinkOf(record.EntityItems, record.Products, "301").BillingID)
}

func TestOverwriteSaysWhichFieldsItEmptied(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(record.Overwrite)), activitytest.Account(101, "Alpha Works"))
	w.AddCustomer(activitytest.Object{"display_name": "alpha works", "phone": "000", "billing_address": activitytest.Object{"city": "Pécs"}})
	run := w.Sync()
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, run.Entities["customers"])
	require.Contains(t, w.Operations(run)["101"].Reason, "these fields are empty in 101 and are cleared there: billing_address.city, phone")
	require.Empty(t, w.Customers()[0].Text("phone"))
}

func TestAnItemOfOneSKUAndAnotherNameIsADuplicateByItsSKU(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(record.Overwrite)), activitytest.Product(301, "Anvil", "A-1", "12.75"))
	coded := w.AddItem(activitytest.Object{"name": "Old anvil", "rate": 1, "sku": "A-1"})
	require.Equal(t, report.Counts{Linked: 1, Updated: 1}, w.Sync().Entities["items"])
	require.Equal(t, coded.Text("item_id")+" | Anvil", activitytest.Fields(w.Items()[0], "item_id", "name"))
}

func TestTwoCRMRecordsOfOneNameAreNeverDuplicatesOfEachOther(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		for _, c := range []struct{ unique, name, item string }{{"on", "Twin Ltd (102)", "Anvil (302)"}, {"off", "TWIN ltd", "anvil"}} {
			t.Run(string(d)+" uniqueNames="+c.unique, func(t *testing.T) {
				t.Parallel()
				w := activitytest.NewWorld(t, activitytest.Settings("uniqueNames", c.unique).With(rule(d)), activitytest.Account(101, "Twin Ltd"), activitytest.Account(102, "TWIN ltd"),
					activitytest.Product(301, "Anvil", "A-1", "1"), activitytest.Product(302, "anvil", "A-2", "2"))
				run := w.Sync()
				require.Empty(t, run.Failures)
				require.Equal(t, report.Counts{Added: 2}, run.Entities["customers"])
				require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
				namesOf(w, run, "101", "102", "Twin Ltd", "TWIN ltd", c.unique == "on")
				require.Zero(t, w.Writes(func() { w.Sync() }))

				// One more, when the first two have been there for a while.
				w.Load(activitytest.Account(103, "twin ltd"))
				require.Equal(t, report.Counts{Added: 1, Unchanged: 2}, w.Sync().Entities["customers"])
				require.Len(t, w.Customers(), 3)
			})
		}
	}
}

func TestTwoCRMRecordsOfOneSKUAreBothCreated(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("uniqueSKU", "on").With(rule(d)), activitytest.Product(301, "Anvil", "A-1", "1"), activitytest.Product(302, "Hammer", "A-1", "2"))
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
			require.ElementsMatch(t, []string{"A-1", ""}, activitytest.Texts(w.Items(), "sku"))
			require.Zero(t, w.Writes(func() { w.Sync() }))

			w.Load(activitytest.Product(303, "Tongs", "A-1", "3"))
			require.Equal(t, report.Counts{Added: 1, Unchanged: 2}, w.Sync().Entities["items"])
			require.Contains(t, activitytest.Texts(w.Items(), "name"), "Tongs (303)")
		})
	}
}

// namesOf requires that of two customers of one name each has its own, but for one that may need a suffix:
// which of the two came first is open.
func namesOf(w *activitytest.World, run report.Run, first, second, name, other string, unique bool) {
	w.T.Helper()
	ops, byID := w.Operations(run), map[string]string{}
	for _, c := range w.Customers() {
		byID[c.Text("customer_id")] = c.Text("display_name")
	}
	got := []string{byID[ops[first].TargetID], byID[ops[second].TargetID]}
	plain := []string{name, other}
	suffixed := [][]string{{name, other + " (" + second + ")"}, {name + " (" + first + ")", other}}
	if unique {
		require.Contains(w.T, suffixed, got)
	} else {
		require.Equal(w.T, plain, got)
	}
}

func TestARecordOfOursWithoutALinkIsAdopted(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}.With(rule(d)), activitytest.TwoCompanies()...)
			w.Sync()
			before := w.Customers()
			w.Forget()
			var run report.Run
			require.Zero(t, w.Writes(func() { run = w.Sync() }), "all of it is as it was")
			require.Equal(t, report.Counts{Linked: 3}, run.Entities["customers"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["items"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["contact_persons"])
			require.Equal(t, before, w.Customers())
			require.Len(t, w.Persons(w.Customer("Alpha Works")), 2)
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
			w := activitytest.NewWorld(t, activitytest.Settings("billingClockAhead", hourBefore), activitytest.Account(101, "Twin"), activitytest.Account(102, "Twin"),
				activitytest.Contact(201, "Ana", "Alves", 101), activitytest.Contact(202, "Bo", "Berg", 102, "Email", "bo@twin.example"))
			require.Equal(t, report.Counts{Added: 2}, w.Sync().Entities["customers"], "whatever the clock")
			before := w.Customers()
			w.Forget()
			w.Set("billingClockAhead", clock)
			run := w.Sync()
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["customers"])
			require.Equal(t, report.Counts{Linked: 2}, run.Entities["contact_persons"])
			op := w.Operations(run)["102"]
			require.Equal(t, "ADOPTED", op.Code)
			require.Contains(t, op.Reason, "so the link is restored")
			require.Len(t, w.Customers(), len(before))
			for _, c := range w.Customers() {
				require.Len(t, w.Persons(c), 1)
			}
			links, err := w.Store.Links.OfSources(t.Context(), activitytest.Demo, record.EntityCustomers, []string{"102"})
			require.NoError(t, err)
			require.Equal(t, record.CRM, links["102"].Born)
			require.Zero(t, w.Writes(func() { w.Sync() }), "it comes to rest")
		})
	}
}

func TestAMarkerOfAnotherIncarnationCountsAsNone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	marked := w.AddCustomer(activitytest.Object{"display_name": "Alpha Works",
		"custom_fields": []any{activitytest.Object{"api_name": "cf_causeway_id", "value": record.Marker("anotherlife1", record.Accounts, "101")}}})
	run := w.Sync()
	require.Equal(t, report.Counts{Skipped: 1}, run.Entities["customers"], "it is a duplicate like any other")
	require.Equal(t, marked.Text("customer_id"), w.Operations(run)["101"].TargetID)

	w.Billing.Call(http.MethodPut, "/customers/"+marked.Text("customer_id"), activitytest.Object{"display_name": "Somebody else"})
	w.Change("Accounts", "101", activitytest.Object{"Phone": "+1 555 0199"})
	require.Equal(t, report.Counts{Added: 1}, w.Sync().Entities["customers"])
	require.Len(t, w.Customers(), 2)
}

func TestARecordThatAppearsBehindThePlanIsParkedAndIsADuplicateInTheNextRun(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	activitytest.Meanwhile(w, func() { existing(w) })
	run := w.Sync()
	for _, id := range []string{"101", "301"} {
		require.Contains(t, activitytest.Failures(run)[id].Reason, "appeared since the plan was made")
	}
	run = w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, map[string]report.Counts{"customers": {Skipped: 1}, "contact_persons": {Skipped: 1}, "items": {Skipped: 1}}, run.Entities)
	require.Len(t, w.Customers(), 1)
}

// Without the upsert an earlier write of ours may land after we have looked for it.
func TestARefusedNameThatOurOwnLateWriteHasTakenIsThatRecord(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", "off"), activitytest.OneCompany()...)
	conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	mark := func(module record.Module, id string) []any {
		return []any{activitytest.Object{"api_name": "cf_causeway_id", "value": record.Marker(conn.Incarnation, module, id)}}
	}
	activitytest.Meanwhile(w, func() {
		w.AddCustomer(activitytest.Object{"display_name": "Alpha Works", "custom_fields": mark(record.Accounts, "101")})
		w.AddItem(activitytest.Object{"name": "Anvil", "rate": 1, "custom_fields": mark(record.Products, "301")})
	})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, []int{1, 1, 1}, added(run))
	require.Len(t, w.Customers(), 1)
	require.Len(t, w.Items(), 1)
	require.Len(t, w.Persons(w.Customers()[0]), 1)
}
