package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/verify"

	"github.com/stretchr/testify/require"
)

func run(t *testing.T, w *world, o verify.Options) verify.Report {
	t.Helper()
	report, err := verify.Run(context.Background(), w.store(), w, billingSide{w: w}, "demo", o)
	require.NoError(t, err)
	return report
}

// agreed returns a world of one account with a contact, a contact without an account, and a product, all of them in
// billing.
func agreed() *world {
	w := newWorld(record.ModeAccountsAndContacts)
	w.source(record.Accounts, "1", "", record.Values{"Account_Name": " Århus  Æ ", "Phone": "1", "Email": "Info@x.dk", "Billing_City": "Århus"})
	w.target(record.Customers, "c1", record.Accounts, "1", record.Values{"display_name": "Århus  Æ", "phone": "1", "email": "Info@x.dk",
		"currency_code": "DKK", "billing_address": map[string]any{"city": "Århus", "attention": "of billing alone"}})
	w.link(record.EntityCustomers, record.Accounts, "1", "c1", "")
	w.source(record.Contacts, "2", "1", record.Values{"Full_Name": "Bo Ny", "First_Name": "Bo", "Last_Name": "Ny", "Email": "bo@x.dk"})
	w.person("c1", "p2", record.Values{"first_name": "Bo", "last_name": "Ny", "email": "bo@x.dk", "phone": "", "mobile": "7"})
	w.link(record.EntityContactPersons, record.Contacts, "2", "p2", "c1")
	w.source(record.Contacts, "3", "", record.Values{"Full_Name": "Ida", "Phone": "3"})
	w.target(record.Customers, "c3", record.Contacts, "3", record.Values{"display_name": "Ida", "phone": "3"})
	w.link(record.EntityCustomers, record.Contacts, "3", "c3", "")
	w.source(record.Products, "4", "", record.Values{"Product_Name": "Æbler", "Product_Code": "A-1", "Unit_Price": json.Number("12.50"), "Product_Active": false})
	w.target(record.Items, "i4", record.Products, "4", record.Values{"name": "Æbler", "sku": "A-1", "rate": json.Number("12.5"), "status": "inactive"})
	w.link(record.EntityItems, record.Products, "4", "i4", "")
	return w
}

// failed returns the parked failure of a record.
func failed(after record.Values) record.Operation {
	return record.Operation{Outcome: record.Failed, Code: "X", Reason: "the e-mail is none", After: after}
}

func TestSidesThatAgreeHaveNothingToReport(t *testing.T) {
	t.Parallel()
	w := agreed()
	report := run(t, w, verify.Options{})
	require.True(t, report.Agrees())
	require.Equal(t, 4, report.Compared)
	require.Zero(t, w.gets[record.Items], "the list of items is whole: no item is fetched")
	require.Equal(t, 1, w.listed["c1"])
	got, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, `{"compared":4,"differences":[],"missing":[],"extra":[],"explained":[]}`, string(got))
}

func TestReport(t *testing.T) {
	t.Parallel()
	difference := func(entity record.Entity, crmID, billingID, field string, crm, billing any) verify.Report {
		return verify.Report{Differences: []verify.Difference{{Entity: entity, CRMID: crmID, BillingID: billingID, Field: field, CRM: crm, Billing: billing}}}
	}
	missing := func(entity record.Entity, crmID, name string) verify.Report {
		return verify.Report{Missing: []verify.Missing{{Entity: entity, CRMID: crmID, Name: name}}}
	}
	extra := func(entity record.Entity, billingID, name string) verify.Report {
		return verify.Report{Extra: []verify.Extra{{Entity: entity, BillingID: billingID, Name: name}}}
	}
	explained := func(entity record.Entity, crmID, name string, outcome record.Outcome, reason string) verify.Report {
		return verify.Report{Explained: []verify.Explained{{Entity: entity, CRMID: crmID, Name: name, Outcome: outcome, Reason: reason}}}
	}
	customers, persons, items := record.EntityCustomers, record.EntityContactPersons, record.EntityItems
	for rule, c := range map[string]struct {
		change func(w *world)
		want   verify.Report
	}{
		"a field of an address differs by its own name": {
			func(w *world) {
				w.targets[record.Customers][0].Values["billing_address"] = map[string]any{"city": "Aarhus"}
			},
			difference(customers, "1", "c1", "billing_address.city", "Århus", "Aarhus"),
		},
		"a field that is empty in the CRM and set in billing differs": {
			func(w *world) { delete(w.sources[record.Accounts][0].Values, "Phone") },
			difference(customers, "1", "c1", "phone", "", "1"),
		},
		"the case of an e-mail address counts": {
			func(w *world) { w.targets[record.Customers][0].Values["email"] = "info@x.dk" },
			difference(customers, "1", "c1", "email", "Info@x.dk", "info@x.dk"),
		},
		"a contact person's field differs": {
			func(w *world) { w.persons["c1"][0].Values["phone"] = "9" },
			difference(persons, "2", "p2", "phone", "", "9"),
		},
		"a contact that moved to another account is under the wrong customer": {
			func(w *world) {
				w.source(record.Accounts, "5", "", record.Values{"Account_Name": "Five"})
				w.target(record.Customers, "c5", record.Accounts, "5", record.Values{"display_name": "Five"})
				w.link(customers, record.Accounts, "5", "c5", "")
				w.sources[record.Contacts][0].ParentID = "5"
			},
			difference(persons, "2", "p2", "customer_id", "c5", "c1"),
		},
		"an item's price differs": {
			func(w *world) { w.targets[record.Items][0].Values["rate"] = json.Number("12.51") },
			difference(items, "4", "i4", "rate", json.Number("12.50"), json.Number("12.51")),
		},
		"an inactive product's item is inactive": {
			func(w *world) { w.targets[record.Items][0].Values["status"] = "active" },
			difference(items, "4", "i4", "status", "inactive", "active"),
		},
		"a value that cannot be carried over differs, and says why": {
			func(w *world) { w.sources[record.Accounts][0].Values["Email"] = "none" },
			difference(customers, "1", "c1", "email", "Email is not an e-mail address; correct or empty it in the CRM", "Info@x.dk"),
		},
		"where the sync goes to billing only, what was edited there since is explained": {
			func(w *world) {
				w.targets[record.Customers][0].Values["phone"] = "2"
				w.targets[record.Customers][0].Values["billing_address"] = map[string]any{"city": "Aarhus"}
				w.targets[record.Customers][0].Modified = synced.Add(time.Second)
			},
			explained(customers, "1", "Århus  Æ", record.Unchanged, "edited in billing, and these fields go to billing only: billing_address, phone"),
		},
		"so is a contact person's field that no sync has written": {
			func(w *world) { w.persons["c1"][0].Values["fax"] = "9" },
			explained(persons, "2", "Bo Ny", record.Unchanged, "edited in billing, and these fields go to billing only: fax"),
		},
		"what was edited in billing and then in the CRM too differs": {
			func(w *world) {
				w.targets[record.Customers][0].Values["phone"] = "2"
				w.sources[record.Accounts][0].Values["Phone"] = "3"
				w.targets[record.Customers][0].Modified = synced.Add(time.Second)
			},
			difference(customers, "1", "c1", "phone", "3", "2"),
		},
		"a value that was written and is not there differs, where nobody has edited the record since": {
			func(w *world) {
				w.targets[record.Customers][0].Values["phone"] = ""
				w.targets[record.Customers][0].Modified = synced.Add(-time.Second)
			},
			difference(customers, "1", "c1", "phone", "1", ""),
		},
		"where the sync goes both ways, a field that goes to billing only may have been edited there in the second of our write": {
			func(w *world) {
				w.prefs.Customers.Extent = record.Both
				for i := range w.prefs.Customers.AccountMap {
					w.prefs.Customers.AccountMap[i].Direction = record.ToBilling
				}
				w.targets[record.Customers][0].Values["phone"] = "2"
				w.targets[record.Customers][0].Modified = synced
			},
			explained(customers, "1", "Århus  Æ", record.Unchanged, "edited in billing, and these fields go to billing only: phone"),
		},
		"clone's suffix and a SKU left out are no difference": {
			func(w *world) {
				w.targets[record.Items][0].Values["name"] = "Æbler (4)"
				delete(w.targets[record.Items][0].Values, "sku")
				w.targets[record.Customers][1].Values["display_name"] = "Ida (3)"
			},
			verify.Report{},
		},
		"a SKU left out without the suffix is a difference": {
			func(w *world) { delete(w.targets[record.Items][0].Values, "sku") },
			difference(items, "4", "i4", "sku", "A-1", nil),
		},
		"a failed update explains the field that it was to change": {
			func(w *world) {
				w.sources[record.Accounts][0].Values["Email"] = "new@x.dk"
				w.ops["1"] = failed(record.Values{"email": "new@x.dk"})
			},
			explained(customers, "1", "Århus  Æ", record.Failed, "the e-mail is none"),
		},
		"a failed update does not explain another field": {
			func(w *world) {
				w.sources[record.Accounts][0].Values["Phone"] = "2"
				w.ops["1"] = failed(record.Values{"email": "new@x.dk"})
			},
			difference(customers, "1", "c1", "phone", "2", "1"),
		},
		"a record whose customer is gone is missing": {
			func(w *world) { w.targets[record.Customers] = w.targets[record.Customers][:1] },
			missing(customers, "3", "Ida"),
		},
		"a record whose customer is gone is explained where its update failed": {
			func(w *world) {
				w.targets[record.Customers] = w.targets[record.Customers][:1]
				w.ops["3"] = failed(record.Values{"phone": "4"})
			},
			explained(customers, "3", "Ida", record.Failed, "the e-mail is none"),
		},
		"a contact whose person is gone is missing": {
			func(w *world) { w.persons["c1"] = nil },
			missing(persons, "2", "Bo Ny"),
		},
		"a product whose item is gone is missing": {
			func(w *world) { w.targets[record.Items] = nil },
			missing(items, "4", "Æbler"),
		},
		"a record that no run spoke of is missing": {
			func(w *world) { w.source(record.Accounts, "9", "", record.Values{"Account_Name": "Lost"}) },
			missing(customers, "9", "Lost"),
		},
		"a record that a run counted as added and that has no link is missing": {
			func(w *world) {
				w.source(record.Accounts, "9", "", record.Values{"Account_Name": "Lost"})
				w.ops["9"] = record.Operation{Outcome: record.Added}
			},
			missing(customers, "9", "Lost"),
		},
		"a recorded skip explains": {
			func(w *world) {
				w.source(record.Accounts, "9", "", record.Values{"Account_Name": "Twice"})
				w.ops["9"] = record.Operation{Outcome: record.Skipped, Reason: "billing has it"}
			},
			explained(customers, "9", "Twice", record.Skipped, "billing has it"),
		},
		"a conflict explains": {
			func(w *world) {
				w.source(record.Products, "9", "", record.Values{"Product_Name": "Either"})
				w.ops["9"] = record.Operation{Outcome: record.Conflicts, Reason: "two"}
			},
			explained(items, "9", "Either", record.Conflicts, "two"),
		},
		"a contact without an account is not looked for when the preferences leave it out, and its customer is not extra": {
			func(w *world) { w.prefs.Customers.Unattached = false },
			verify.Report{},
		},
		"a module that is no longer synced accounts for its customers": {
			func(w *world) { w.prefs.Customers.Mode = record.ModeAccounts },
			verify.Report{},
		},
		"a customer whose account was deleted is extra": {
			func(w *world) { w.sources[record.Contacts] = w.sources[record.Contacts][:1] },
			extra(customers, "c3", "Ida"),
		},
		"of two customers with one marker, the one that the link does not name is extra": {
			func(w *world) {
				w.target(record.Customers, "c7", record.Accounts, "1", record.Values{"display_name": "Århus  Æ"})
			},
			extra(customers, "c7", "Århus  Æ"),
		},
		"of two items with one marker, the one that the link does not name is extra": {
			func(w *world) { w.target(record.Items, "i7", record.Products, "4", record.Values{"name": "Æbler"}) },
			extra(items, "i7", "Æbler"),
		},
		"a contact person that repeats one of ours is extra": {
			func(w *world) {
				w.person("c1", "p7", record.Values{"first_name": "Bo", "last_name": "Ny", "email": "BO@x.dk"})
			},
			extra(persons, "p7", "Bo Ny"),
		},
		"a contact person that is there twice at a customer which existed before us is not": {
			func(w *world) {
				w.links[0].Born = record.Billing
				w.person("c1", "p7", record.Values{"first_name": "Bo", "last_name": "Ny", "email": "bo@x.dk"})
			},
			verify.Report{},
		},
		"a contact person that somebody else added is not": {
			func(w *world) { w.person("c1", "p7", record.Values{"first_name": "Eva", "last_name": "Ny"}) },
			verify.Report{},
		},
		"somebody else's customers and items, and those of another incarnation, are not": {
			func(w *world) {
				w.target(record.Customers, "c7", "", "", record.Values{"display_name": "Other"})
				w.target(record.Items, "i7", "", "", record.Values{"name": "Other"})
				w.target(record.Items, "i8", record.Products, "4", record.Values{"name": "Older"})
				w.targets[record.Items][2].Marker = record.Marker("older", record.Products, "4")
			},
			verify.Report{},
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w := agreed()
			c.change(w)
			report := run(t, w, verify.Options{})
			require.ElementsMatch(t, c.want.Differences, report.Differences)
			require.ElementsMatch(t, c.want.Missing, report.Missing)
			require.ElementsMatch(t, c.want.Extra, report.Extra)
			require.ElementsMatch(t, c.want.Explained, report.Explained)
		})
	}
}

func many(n int) *world {
	w := newWorld(record.ModeAccountsAndContacts)
	for i := range n {
		id := fmt.Sprintf("%04d", i)
		w.source(record.Accounts, id, "", record.Values{"Account_Name": "A" + id})
		w.target(record.Customers, "c"+id, record.Accounts, id, record.Values{"display_name": "A" + id})
		w.link(record.EntityCustomers, record.Accounts, id, "c"+id, "")
		w.source(record.Contacts, "9"+id, id, record.Values{"Full_Name": "P" + id, "Last_Name": "P" + id})
		w.person("c"+id, "p"+id, record.Values{"last_name": "P" + id})
		w.link(record.EntityContactPersons, record.Contacts, "9"+id, "p"+id, "c"+id)
	}
	return w
}

func TestSampleBoundsTheCustomersThatAreFetchedWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ customers, others, sample, want, compared int }{
		{customers: 60, sample: 7, want: 7, compared: 14},
		{customers: 60, others: 30, sample: 10, want: 10, compared: 10},
		{customers: 60, others: 2, sample: 10, want: 10, compared: 16},
		{customers: 5, sample: 10, want: 5, compared: 10},
		{customers: 5, sample: 0, want: 5, compared: 10},
	} {
		w := many(c.customers)
		for i := range c.others {
			w.target(record.Customers, fmt.Sprintf("z%d", i), "", "", record.Values{"display_name": "Other"})
		}
		report := run(t, w, verify.Options{Sample: c.sample})
		require.True(t, report.Agrees())
		require.Equal(t, c.want, w.gets[record.Customers], "%+v", c)
		require.Equal(t, c.compared, report.Compared, "%+v", c)
		require.LessOrEqual(t, len(w.listed), max(c.sample, c.customers))
	}
}

func TestSampleStillFindsEveryMissingCustomer(t *testing.T) {
	t.Parallel()
	w := many(40)
	w.targets[record.Customers] = w.targets[record.Customers][10:]
	report := run(t, w, verify.Options{Sample: 4})
	require.Len(t, report.Missing, 10)
}

func TestEachCustomersPersonsAreListedOnce(t *testing.T) {
	t.Parallel()
	w := many(1)
	for i := range 9 {
		id := fmt.Sprintf("8%d", i)
		w.source(record.Contacts, id, "0000", record.Values{"Full_Name": id, "Last_Name": id})
		w.person("c0000", "p"+id, record.Values{"last_name": id})
		w.link(record.EntityContactPersons, record.Contacts, id, "p"+id, "c0000")
	}
	report := run(t, w, verify.Options{})
	require.True(t, report.Agrees())
	require.Equal(t, 11, report.Compared)
	require.Equal(t, map[string]int{"c0000": 1}, w.listed)
}

func TestNoMoreCallsAreInFlightThanAllowed(t *testing.T) {
	t.Parallel()
	w := many(50)
	run(t, w, verify.Options{InFlight: 1})
	require.Equal(t, 1, w.highest)
}

func TestASideThatFailsIsAnErrorNotAReport(t *testing.T) {
	t.Parallel()
	w := agreed()
	_, err := verify.Run(context.Background(), w.store(), w, broken{billingSide{w: w}}, "demo", verify.Options{})
	require.ErrorContains(t, err, "verify connection demo: billing: get customer: token refused")
}

type broken struct{ billingSide }

func (broken) Get(context.Context, record.Module, string) (record.Record, error) {
	return record.Record{}, &record.Error{Kind: record.Unauthorized, Side: record.Billing, Op: "get customer", Message: "token refused"}
}
