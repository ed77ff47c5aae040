package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// business returns a customer of billing that is not linked with a CRM record.
func business(id, name string) reconcile.BillingSource {
	return billingSource(record.EntityCustomers, record.Record{Module: record.Customers, ID: id, Name: name,
		Values: record.Values{"display_name": name, "phone": "1", "notes": "ours", "company_name": "Acme Holding", "customer_sub_type": "business"}})
}

func stock(id, name, unit string) reconcile.BillingSource {
	return billingSource(record.EntityItems, record.Record{Module: record.Items, ID: id, Name: name, SKU: unit,
		Values: record.Values{"name": name, "sku": unit, "rate": price(18)}})
}

func someone(id string, customer *record.Link) reconcile.BillingSource {
	src := billingSource(record.EntityContactPersons, record.Record{Module: record.ContactPersons, ID: id, ParentID: "90", Name: "Ana Kiss",
		Values: record.Values{"first_name": "Ana", "last_name": "Kiss", "email": "a@b.c"}})
	src.Parent = &reconcile.Parent{Known: true, Name: "Acme", Link: customer}
	return src
}

func billingSource(entity record.Entity, r record.Record) reconcile.BillingSource {
	r.Side, r.Whole = record.Billing, true
	return reconcile.BillingSource{
		Record: r, Hash: "h" + r.ID, Held: held(entity, r.Values), Back: back(entity, r.Values, nil), Directions: directions(entity),
		BackOf: func(units []string) record.Values { return back(entity, r.Values, units) },
		Mapped: func(crm record.Values) record.Values { return mapped(entity, crm) },
	}
}

func inCRM(module record.Module, id string, values record.Values) record.Record {
	w := &world{}
	return w.stamp(record.Record{Side: record.CRM, Module: module, ID: id, Values: values})
}

func decideCRM(d record.Duplicates, entity record.Entity, src reconcile.BillingSource, candidates ...record.Record) record.Operation {
	r := bothRules(record.AskWins)
	r.Customers.Duplicates, r.Items.Duplicates = d, d
	return reconcile.NewPlanner(r, entity).DecideCRM(src, candidates)
}

func TestABillingRecordIsCreatedInTheCRMWithWhatGoesThere(t *testing.T) {
	t.Parallel()
	got := decideCRM(record.Skip, record.EntityCustomers, business("90", "Acme"))
	require.Equal(t, record.Operation{
		Entity: record.EntityCustomers, Action: record.ActionCreate, State: record.OpPlanned,
		SourceModule: record.Customers, SourceID: "90", SourceName: "Acme", SourceHash: "h90",
		TargetModule: record.Accounts, NameKey: "acme", Marker: "cw-k3-customers-90",
		After: record.Values{"Account_Name": "Acme", "Phone": "1"},
		Base: record.Values{"display_name": "Acme", "phone": "1", "cf_tier": "", "cf_score": "", "billing_address": map[string]any{"city": "", "zip": ""},
			"company_name": "Acme", "notes": ""},
	}, got)
	require.Equal(t, record.ToCRM, got.Direction())
	require.Equal(t, record.Billing, reconcile.Born(got))
	require.Equal(t, "Acme", reconcile.TargetName(got))

	// Fields that go to billing only are as the new account has them, so that nothing is overwritten or cleared
	// there.
	src := linked(reconcile.Base(got))
	src.Values, src.Held = mapped(record.EntityCustomers, got.After), business("90", "Acme").Held
	src.Directions = directions(record.EntityCustomers)
	op, owed := plan(record.AskWins, src)
	require.Equal(t, record.ActionNone, op.Action)
	require.Empty(t, owed)
}

func TestACRMRecordIsNeverMadeOfOneThatWasMadeForTheCRM(t *testing.T) {
	t.Parallel()
	src := business("90", "Acme")
	src.Record.Marker = record.Marker(incarnation, record.Accounts, "7")
	got := decideCRM(record.Clone, record.EntityCustomers, src)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, reconcile.CodeOriginGone, got.Code)
	name, unit := reconcile.NewPlanner(bothRules(""), record.EntityCustomers).KeysCRM(src)
	require.Empty(t, name+unit)

	src.Record.Marker = record.Marker("another", record.Accounts, "7")
	require.Equal(t, record.ActionCreate, decideCRM(record.Clone, record.EntityCustomers, src).Action, "a marker of another incarnation counts as none")
}

func TestADuplicateInTheCRMFollowsThePreferences(t *testing.T) {
	t.Parallel()
	found := inCRM(record.Accounts, "7", record.Values{"Account_Name": "ACME", "Phone": "2", "Description": "theirs", "Industry": "kept"})
	got := decideCRM(record.Skip, record.EntityCustomers, business("90", "Acme"), found)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, "7", got.TargetID)
	require.Equal(t, "duplicates:skip", got.Rule)
	require.Contains(t, got.Reason, "the CRM already has account 7")

	got = decideCRM(record.Overwrite, record.EntityCustomers, business("90", "Acme"), found)
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, record.Values{"Account_Name": "Acme", "Phone": "1"}, got.After)
	require.Equal(t, record.Values{"Account_Name": "ACME", "Phone": "2"}, got.Before)
	require.Equal(t, "theirs", got.Base["notes"], "as the account has it: it goes to billing with its next change")
	require.Empty(t, got.Marker, "it is not of our making")
	require.Equal(t, record.CRM, reconcile.Born(got))

	got = decideCRM(record.Clone, record.EntityCustomers, business("90", "Acme"), found)
	require.Equal(t, record.ActionClone, got.Action)
	require.Equal(t, reconcile.CodeDuplicate, got.Code)

	own, others := found, found
	own.ID, own.Marker = "8", "cw-k3-customers-90"
	others.ID, others.Marker = "9", "cw-k3-customers-91"
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		got = decideCRM(d, record.EntityCustomers, business("90", "Acme"), found, own)
		require.Equal(t, reconcile.CodeAdopted, got.Code, "its own record is adopted, whatever the rule")
		require.Equal(t, record.Billing, reconcile.Born(got))
		require.Equal(t, record.ActionCreate, decideCRM(d, record.EntityCustomers, business("90", "Acme"), others).Action, "another's is no duplicate")
	}
	five := []record.Record{found}
	for _, id := range []string{"8", "9", "10", "11"} {
		five = append(five, inCRM(record.Accounts, id, record.Values{"Account_Name": "acme"}))
	}
	got = decideCRM(record.Overwrite, record.EntityCustomers, business("90", "Acme"), five...)
	require.Equal(t, reconcile.CodeAmbiguous, got.Code)
	require.Contains(t, got.Reason, "5 accounts of this name, 7 and 8 among them")
}

func TestAnItemsDuplicateInTheCRMIsFoundBySKUElseByName(t *testing.T) {
	t.Parallel()
	unit := inCRM(record.Products, "5", record.Values{"Product_Name": "Tea", "Product_Code": "A1"})
	name := inCRM(record.Products, "6", record.Values{"Product_Name": "CHAI", "Product_Code": "B2"})
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		got := decideCRM(d, record.EntityItems, stock("9", "Chai", "A1"), name, unit)
		require.Equal(t, reconcile.CodeAmbiguous, got.Code)
		require.Contains(t, got.Reason, "product 5 of this SKU and product 6 of this name")
	}
	require.Equal(t, "5", decideCRM(record.Overwrite, record.EntityItems, stock("9", "Chai", "A1"), unit).TargetID)
	require.Equal(t, "6", decideCRM(record.Overwrite, record.EntityItems, stock("9", "Chai", "A1"), name).TargetID)
	p := reconcile.NewPlanner(bothRules(""), record.EntityItems)
	key, sku := p.KeysCRM(stock("9", " Chai ", " A1 "))
	require.Equal(t, []string{"chai", "A1"}, []string{key, sku})
}

func TestARefusalOfTheCRMIsAnsweredWithTheSuffixToo(t *testing.T) {
	t.Parallel()
	op := decideCRM(record.Clone, record.EntityItems, stock("9", "Chai", "A1"))
	got, ok := reconcile.WithSuffix(op)
	require.True(t, ok)
	require.Equal(t, "Chai (9)", got.After["Product_Name"])
	require.NotContains(t, got.After, "Product_Code")
	require.Contains(t, got.Reason, `the CRM refused a second record of this name or SKU, so it is named "Chai (9)", without the SKU`)
	require.Equal(t, "Chai (9)", reconcile.Base(got)["name"])

	src := stock("9", "Chai", "A1")
	src.Link = &record.Link{Entity: record.EntityItems, CRMModule: record.Products, CRMID: "7", BillingModule: record.Items, BillingID: "9", Base: reconcile.Base(got)}
	crm := inCRM(record.Products, "7", got.After)
	src.CRM, src.CRMValues = &crm, mapped(record.EntityItems, crm.Values)
	require.Equal(t, record.ActionNone, decideCRM(record.Clone, record.EntityItems, src).Action, "the suffix is no difference")
	to := product("7", "", "")
	to.Link, to.Values, to.Held, to.Directions = src.Link, src.CRMValues, src.Held, src.Directions
	target := src.Record
	to.Target = &target
	require.Equal(t, record.ActionNone, reconcile.NewPlanner(bothRules(""), record.EntityItems).Decide(to, nil).Action, "and no edit of the CRM's")
}

func TestALinkedBillingRecordTakesTheCRMsHalfOfTheMerge(t *testing.T) {
	t.Parallel()
	src := business("90", "Acme")
	crm := inCRM(record.Accounts, "7", record.Values{"Account_Name": "Acme", "Phone": "0", "City": "Pécs", "Industry": "kept"})
	base := mapped(record.EntityCustomers, crm.Values)
	base["notes"] = "ours"
	src.Link = &record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "7", BillingModule: record.Customers, BillingID: "90", Base: base}
	src.CRM, src.CRMValues = &crm, mapped(record.EntityCustomers, crm.Values)
	src.Held["billing_address"], src.CRMValues["cf_tier"] = map[string]any{"city": "Pécs", "zip": ""}, "gold"
	p := reconcile.NewPlanner(bothRules(record.AskWins), record.EntityCustomers)
	got := p.DecideCRM(src, nil)
	require.Equal(t, record.ActionUpdate, got.Action)
	require.Equal(t, record.Values{"Phone": "1"}, got.After, "by the CRM's fields; not the notes, which go to billing only")
	require.Equal(t, record.Values{"Phone": "0"}, got.Before)
	require.Equal(t, "1", got.Base["phone"])
	require.Equal(t, "", got.Base["cf_tier"], "the CRM's own change is still to go to billing")
	require.Equal(t, []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: "7"}}, p.Owed())

	src.CRMValues["phone"] = "5"
	got = decideCRM(record.Skip, record.EntityCustomers, src)
	require.Equal(t, reconcile.CodeFieldConflict, got.Code)
	require.Equal(t, record.Values{"phone": "1"}, got.Before, "billing's, by its fields, as in the other direction")
	require.Equal(t, record.Values{"phone": "5"}, got.After)

	src.CRM = nil
	require.Equal(t, reconcile.CodeDetailsMissing, decideCRM(record.Skip, record.EntityCustomers, src).Code)
	src.OutOfView = true
	require.Equal(t, reconcile.CodeLeftView, decideCRM(record.Skip, record.EntityCustomers, src).Code)
	src.Link.Gone = record.CRM
	got = decideCRM(record.Skip, record.EntityCustomers, src)
	require.Equal(t, reconcile.CodeDeletedInCRM, got.Code)
	require.Contains(t, got.Reason, "account 7 was deleted in the CRM")
}

func TestARecordThatIsBackInBillingIsLinkedAgain(t *testing.T) {
	t.Parallel()
	src := business("90", "Acme")
	crm := inCRM(record.Accounts, "7", record.Values{"Account_Name": "Acme", "Phone": "1"})
	src.Link = &record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "7", Base: src.Held, Gone: record.Billing}
	src.CRM, src.CRMValues = &crm, mapped(record.EntityCustomers, crm.Values)
	got := decideCRM(record.Skip, record.EntityCustomers, src)
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, reconcile.CodeRestored, got.Code)
	require.Equal(t, src.Link.Base, reconcile.Base(got))
}
