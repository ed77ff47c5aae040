package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

var (
	someNames  = []string{"Acme", "ACME", "Beta", "Gamma", "Café", "株式会社"}
	someTexts  = []string{"", "1", "2", "3"}
	someFields = map[record.Module][]string{
		record.Accounts:       {"Account_Name", "Phone", "City", "Zip", "Score", "Description", "Tier"},
		record.Contacts:       {"First_Name", "Email", "Phone", "Account_Name"},
		record.Products:       {"Product_Name", "Product_Code", "Unit_Price", "Description"},
		record.Customers:      {"display_name", "phone", "billing_address", "cf_score", "notes", "company_name", "cf_tier"},
		record.ContactPersons: {"first_name", "email", "phone"},
		record.Items:          {"name", "sku", "rate", "description"},
	}
)

func fieldsOf(r record.Record) []string {
	if r.Values.Text("customer_sub_type") == "individual" {
		return []string{"display_name", "first_name", "email", "phone"}
	}
	return someFields[r.Module]
}

// disturb makes users work while a sync runs.
func (w *world) disturb() {
	if w.busy && rapid.IntRange(0, 3).Draw(w.t, "disturb") == 0 {
		w.edit()
	}
}

// edit is one change that a user makes on one side.
func (w *world) edit() {
	side := rapid.SampledFrom([]record.Side{record.CRM, record.Billing}).Draw(w.t, "side")
	switch what := rapid.IntRange(0, 19).Draw(w.t, "edit"); {
	case what < 2 && len(w.live[side]) < 12:
		w.make(side)
	case what == 2 && len(w.live[side]) > 0:
		w.remove(side, rapid.SampledFrom(ids(w.live[side])).Draw(w.t, "deleted"))
	case what == 3 && len(w.bin[side]) > 0:
		id := rapid.SampledFrom(ids(w.bin[side])).Draw(w.t, "restored")
		w.live[side][id] = w.bin[side][id]
		delete(w.bin[side], id)
	case what > 3 && len(w.live[side]) > 0:
		r := w.live[side][rapid.SampledFrom(ids(w.live[side])).Draw(w.t, "edited")]
		field := rapid.SampledFrom(fieldsOf(r)).Draw(w.t, "field")
		w.put(side, r, record.Values{field: w.value(r.Module, field)})
	}
}

func (w *world) remove(side record.Side, id string) {
	for _, r := range w.live[side] {
		if r.ParentID == id {
			return // an account goes after its contacts
		}
	}
	w.bin[side][id] = w.live[side][id]
	delete(w.live[side], id)
}

func (w *world) make(side record.Side) {
	modules := map[record.Side][]record.Module{record.CRM: {record.Accounts, record.Products, record.Contacts},
		record.Billing: {record.Customers, record.Items, record.ContactPersons}}[side]
	r := record.Record{ID: w.newID(), Module: rapid.SampledFrom(modules).Draw(w.t, "module"), Values: record.Values{}}
	parents := w.of(side, map[record.Side]record.Module{record.CRM: record.Accounts, record.Billing: record.Customers}[side])
	values := record.Values{}
	if r.Module == record.Customers {
		r.Values["customer_sub_type"] = rapid.SampledFrom([]string{"business", "individual"}).Draw(w.t, "kind")
	}
	for _, field := range fieldsOf(r) {
		values[field] = w.value(r.Module, field)
	}
	switch r.Module {
	case record.Contacts:
		values["Last_Name"] = "Kiss"
	case record.ContactPersons:
		if len(parents) == 0 {
			return
		}
		values["last_name"], r.ParentID = "Kiss", rapid.SampledFrom(parents).Draw(w.t, "customer")
	}
	w.put(side, r, values)
}

func (w *world) of(side record.Side, module record.Module) []string {
	var out []string
	for _, id := range ids(w.live[side]) {
		if w.live[side][id].Module == module {
			out = append(out, id)
		}
	}
	return out
}

func (w *world) value(module record.Module, field string) any {
	switch field {
	case "Account_Name":
		if module == record.Contacts {
			accounts := w.of(record.CRM, record.Accounts)
			if len(accounts) == 0 || rapid.IntRange(0, 3).Draw(w.t, "no account") == 0 {
				return map[string]any{"id": ""}
			}
			return map[string]any{"id": rapid.SampledFrom(accounts).Draw(w.t, "account")}
		}
		return rapid.SampledFrom(someNames).Draw(w.t, field)
	case "display_name", "Product_Name", "name", "company_name", "First_Name", "first_name":
		return rapid.SampledFrom(someNames).Draw(w.t, field)
	case "billing_address":
		return map[string]any{"city": rapid.SampledFrom(someTexts).Draw(w.t, "city"), "zip": rapid.SampledFrom(someTexts).Draw(w.t, "zip")}
	case "rate", "Unit_Price":
		return price(rapid.IntRange(1, 3).Draw(w.t, field))
	}
	return rapid.SampledFrom(someTexts).Draw(w.t, field)
}

// TestAHundredRoundsOfTwoWaySyncEndWithBothSidesEqual tests the promise of two-way sync. Whatever users do on both
// sides, even while it runs, it ends with both sides equal and nothing more to write.
func TestAHundredRoundsOfTwoWaySyncEndWithBothSidesEqual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := bothRules(rapid.SampledFrom(conflictRules[:4]).Draw(t, "conflicts"))
		r.Customers.Duplicates, r.Items.Duplicates = drawRule(t), drawRule(t)
		r.Customers.Unattached = rapid.Bool().Draw(t, "unattached")
		w := newWorld(t, r)
		for range 100 {
			w.busy = true
			for range rapid.IntRange(0, 3).Draw(t, "edits") {
				w.edit()
			}
			w.sync()
			w.busy = false
		}
		w.comesToRest()
		w.isInStep()
	})
}

// comesToRest runs syncs until there is nothing left to write, while no user works.
func (w *world) comesToRest() {
	const most, quiet = 10, 3 // a sync may only decide what the next one writes
	for range most {
		if w.sync()+w.sync()+w.sync() == 0 {
			return
		}
	}
	require.Fail(w.t, "the sides never come to rest", "after %d syncs", most*quiet)
}

func (w *world) isInStep() {
	targets := map[string]bool{}
	for _, k := range ids(w.links) {
		l := w.links[k]
		require.False(w.t, targets[l.BillingID], "a billing record is one CRM record's")
		targets[l.BillingID] = true
		crm, inCRM := w.live[record.CRM][l.CRMID]
		billing, inBilling := w.live[record.Billing][l.BillingID]
		if l.CRMModule == record.Contacts && (crm.ParentID == "") == (l.Entity == record.EntityContactPersons) {
			continue // it got an account, or lost it, and has no place in billing
		}
		if l.Gone != "" || !inCRM || !inBilling || w.parked[k+" to_crm"]+w.parked[k+" to_billing"] != "" {
			continue
		}
		kind := kindOf(l.Entity, l.CRMModule)
		c, b := mapped(kind, crm.Values), held(kind, billing.Values)
		for unit, d := range directions(kind) {
			if d != both || suffixed(l, unit, c, b) {
				continue
			}
			require.True(w.t, record.EqualValues(c[unit], b[unit]), "%s of %s and %s: %v and %v, base %v", unit, l.CRMID, l.BillingID, c, b, l.Base)
		}
	}
}

// suffixed reports whether a side had to take a name or SKU in another form.
func suffixed(l *record.Link, unit string, crm, billing record.Values) bool {
	name := map[record.Entity]string{record.EntityCustomers: "display_name", record.EntityItems: "name"}[l.Entity]
	if name == "" || unit != name && unit != "sku" {
		return false
	}
	return billing.Text(name) == reconcile.SuffixedName(crm.Text(name), l.CRMID, 100) ||
		crm.Text(name) == reconcile.SuffixedName(billing.Text(name), l.BillingID, 100)
}
