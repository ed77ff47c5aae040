package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"

	"causeway/internal/mapping"
	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func bothWays(p record.Preferences) record.Preferences {
	p.Customers.Extent, p.Items.Extent = record.Both, record.Both
	return p
}

// typed are fields of both sides with real types, and custom fields of every kind that has two ways.
func typed() map[record.Module][]record.Field {
	f := func(name, kind string) record.Field {
		return record.Field{Name: name, Label: strings.ReplaceAll(name, "_", " "), Type: kind}
	}
	custom := func(name, label, kind string, options ...string) record.Field {
		return record.Field{Name: name, Label: label, Type: kind, Custom: true, Options: options}
	}
	readOnly := func(f record.Field) record.Field { f.ReadOnly = true; return f }
	tiers := []string{"-None-", "Gold", "Silver"}
	return map[record.Module][]record.Field{
		record.Accounts: {
			f("Account_Name", "text"), f("Phone", "phone"), f("Website", "website"), f("Description", "textarea"), f("Industry", "picklist"),
			f("Billing_Street", "text"), f("Billing_City", "text"), f("Billing_Code", "text"), f("Shipping_City", "text"), readOnly(f("Shipping_Code", "text")),
			custom("Tier", "Tier", "picklist", tiers...), custom("Interests", "Interests", "multiselectpicklist", "Hardware", "Soft, ware"),
			custom("Since", "Customer since", "date"), custom("Called", "Last call", "datetime"), custom("Limit1", "Credit limit", "currency"),
			custom("Seats", "Seats", "integer"), custom("Key", "Key account", "boolean"), custom("Email", "Email", "email"),
			readOnly(custom("Score", "Score", "integer")), custom("Region", "Region", "lookup"),
		},
		record.Contacts: {
			f("First_Name", "text"), f("Last_Name", "text"), readOnly(f("Full_Name", "text")), f("Account_Name", "lookup"), f("Email", "email"),
			f("Phone", "phone"), f("Mobile", "phone"), f("Salutation", "picklist"), f("Mailing_City", "text"),
		},
		record.Products: {
			f("Product_Name", "text"), f("Product_Code", "text"), f("Unit_Price", "currency"), f("Usage_Unit", "picklist"),
			f("Description", "textarea"), f("Product_Active", "boolean"), custom("Kind", "Goods or service", "picklist", "-None-", "Goods", "Service"),
		},
		record.Customers: {
			f("display_name", "text"), f("phone", "phone"), custom("cf_tier", "Tier", "dropdown", "Gold", "Silver"),
			custom("cf_interests", "Interests", "multiselect", "Hardware", "Soft, ware"), custom("cf_since", "Customer since", "date"),
			custom("cf_called", "Last call", "date_time"), custom("cf_credit_limit", "Credit limit", "amount"), custom("cf_seats", "Seats", "number"),
			custom("cf_key_account", "Key account", "check_box"), custom("cf_score", "Score", "number"), custom("cf_region", "Region", "text"),
			custom("cf_causeway_id", "Causeway ID", "text"),
		},
		record.Items: {f("name", "text"), f("rate", "decimal")},
	}
}

func typedMaps() mapping.Maps {
	return mapping.Of(bothWays(discover.Defaults(typed()).Into(record.Preferences{})))
}

func TestAMapGoesBothWaysWhereTheWayBackIsClear(t *testing.T) {
	t.Parallel()
	maps := typedMaps()
	require.Equal(t, map[string]record.Direction{
		"display_name": both, "company_name": toBilling, "phone": both, "website": both, "notes": both, "email": both,
		"billing_address": both, "shipping_address": toBilling, // its code can only be read
		"cf_tier": both, "cf_interests": both, "cf_since": both, "cf_called": both, "cf_credit_limit": both, "cf_seats": both,
		"cf_key_account": both, "cf_score": toBilling, "cf_region": toBilling,
	}, maps.Directions(record.EntityCustomers, record.Accounts))
	require.Equal(t, map[string]record.Direction{
		"display_name": toBilling, "company_name": toBilling, "salutation": toBilling, "first_name": both, "last_name": both,
		"email": both, "phone": both, "mobile": both, "billing_address": both,
	}, maps.Directions(record.EntityCustomers, record.Contacts))
	require.Equal(t, map[string]record.Direction{
		"name": both, "sku": both, "rate": both, "unit": toBilling, "description": both, "status": both, "product_type": both,
	}, maps.Directions(record.EntityItems, record.Products))
}

const (
	both      = record.BothWays
	toBilling = record.ToBilling
	toCRM     = record.ToCRM
)

func TestWhatIsOnlyFetchedGoesToBillingOnly(t *testing.T) {
	t.Parallel()
	p := discover.Defaults(typed()).Into(record.Preferences{})
	p.Items.Map = append(p.Items.Map, record.FieldMap{Source: "Hint", Target: "cf_hint", Kind: record.KindText, Direction: toCRM})
	p.Customers.Extent, p.Items.Extent = record.Both, record.Fetch
	maps := mapping.Of(p)
	ways := maps.Directions(record.EntityItems, record.Products)
	require.NotContains(t, ways, "cf_hint", "it would have to go to the CRM")
	for unit, way := range ways {
		require.Equal(t, toBilling, way, unit)
	}
	back, problems := maps.Back(record.EntityItems, record.Products, record.Record{Whole: true, Name: "Chai", Values: record.Values{"name": "Chai", "cf_hint": "x"}}, nil)
	require.Empty(t, problems)
	require.Empty(t, back)
	got := maps.Map(record.EntityItems, record.Record{Module: record.Products, Name: "Chai", Values: record.Values{"Product_Name": "Chai", "Hint": "x"}})
	require.NotContains(t, got.Values, "cf_hint")

	p.Items.Extent = record.Both
	maps = mapping.Of(p)
	require.Equal(t, toCRM, maps.Directions(record.EntityItems, record.Products)["cf_hint"])
	require.Equal(t, p, maps.Into(p))
}

func TestAMapWithoutADirectionGoesToBilling(t *testing.T) {
	t.Parallel()
	p := bothWays(record.Preferences{})
	p.Items.Map = []record.FieldMap{{Source: "Product_Name", Target: "name", Kind: record.KindText}}
	maps := mapping.Of(p)
	require.Equal(t, map[string]record.Direction{"name": toBilling}, maps.Directions(record.EntityItems, record.Products))
}

func TestBackGivesTheUnitsThatWereAskedForInTheCRMsForm(t *testing.T) {
	t.Parallel()
	maps := typedMaps()
	customer := record.Record{Side: record.Billing, Module: record.Customers, Name: "Acme", Whole: true, Values: record.Values{
		"display_name": " Acme ", "company_name": "Acme Inc", "email": "", "cf_tier": "Gold", "cf_interests": "Soft, ware,Hardware",
		"cf_called": "2026-03-01T10:00:00+0530", "cf_key_account": "true", "cf_credit_limit": "12.50", "cf_seats": json.Number("5.0"),
		"billing_address": map[string]any{"city": "Łódź", "attention": "not mapped"}, "cf_score": "7",
	}}
	got, problems := maps.Back(record.EntityCustomers, record.Accounts, customer, nil)
	require.Empty(t, problems)
	require.Equal(t, record.Values{
		"Account_Name": "Acme", "Phone": nil, "Website": nil, "Description": nil, "Email": nil, "Tier": "Gold",
		"Interests": []any{"Hardware", "Soft, ware"}, "Since": nil, "Called": "2026-03-01T04:30:00+00:00", "Key": true,
		"Limit1": json.Number("12.50"), "Seats": json.Number("5"),
		"Billing_City": "Łódź", "Billing_Street": nil, "Billing_Code": nil,
	}, got, "neither what can only be read, nor what other fields tell")

	got, problems = maps.Back(record.EntityCustomers, record.Accounts, customer, []string{"billing_address", "cf_score"})
	require.Empty(t, problems)
	require.Equal(t, record.Values{"Billing_City": "Łódź", "Billing_Street": nil, "Billing_Code": nil}, got)

	got, _ = maps.Back(record.EntityCustomers, record.Accounts, customer, []string{})
	require.Empty(t, got)

	customer.Values["cf_tier"] = "Bronze"
	got, problems = maps.Back(record.EntityCustomers, record.Accounts, customer, []string{"cf_tier"})
	require.Empty(t, got)
	require.Len(t, problems, 1)
	require.Equal(t, mapping.Problem{Field: "cf_tier", Target: "Tier", Reason: problems[0].Reason}, problems[0])
	require.Contains(t, problems[0].Reason, "no pair")
	require.Equal(t, "Bronze", maps.Held(record.EntityCustomers, record.Accounts, customer)["cf_tier"], "it counts as a change")
}

func TestAShortFormSaysNothingAboutWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	maps := typedMaps()
	short := record.Record{Module: record.Customers, Name: "Acme", Values: record.Values{"display_name": "Acme", "email": ""}}
	require.Equal(t, record.Values{"display_name": "Acme", "email": ""}, maps.Held(record.EntityCustomers, record.Accounts, short))
	got, problems := maps.Back(record.EntityCustomers, record.Accounts, short, nil)
	require.Empty(t, problems)
	require.Equal(t, record.Values{"Account_Name": "Acme", "Email": nil}, got, "an address that was not read is not emptied")
}

func TestANewCRMRecordHasAName(t *testing.T) {
	t.Parallel()
	maps := typedMaps()
	person := func(display string, values record.Values) record.Values {
		got, problems := maps.Back(record.EntityCustomers, record.Contacts, record.Record{Name: display, Whole: true, Values: values}, nil)
		require.Empty(t, problems)
		return record.Values{"First_Name": got["First_Name"], "Last_Name": got["Last_Name"]}
	}
	require.Equal(t, record.Values{"First_Name": "Ana", "Last_Name": "Trujillo"}, person("Anything", record.Values{"first_name": "Ana", "last_name": "Trujillo"}))
	require.Equal(t, record.Values{"First_Name": nil, "Last_Name": "Ana Trujillo"}, person(" Ana Trujillo", record.Values{}))
	require.Equal(t, record.Values{"First_Name": "Ana", "Last_Name": "Trujillo"}, person("Ana Trujillo", record.Values{"first_name": "Ana"}))
	require.Equal(t, record.Values{"First_Name": nil, "Last_Name": "Ana"}, person("Ana", record.Values{"first_name": "Ana"}))

	p := bothWays(record.Preferences{})
	bare := mapping.Of(p)
	got, _ := bare.Back(record.EntityItems, record.Products, record.Record{Name: "Chai", Whole: true}, nil)
	require.Equal(t, record.Values{"Product_Name": "Chai"}, got)
	got, _ = bare.Back(record.EntityCustomers, record.Accounts, record.Record{Name: "Acme", Whole: true}, nil)
	require.Equal(t, record.Values{"Account_Name": "Acme"}, got)
	got, _ = bare.Back(record.EntityCustomers, record.Accounts, record.Record{Name: "Acme", Whole: true}, []string{"phone"})
	require.Empty(t, got, "an update changes nothing but what it was asked for")
}

// customerOf draws a billing customer as one may come from billing's pages.
func customerOf(t *rapid.T) record.Record {
	text := func(name string) any {
		return rapid.SampledFrom([]any{nil, "", "x", " Łódź ", "株式会社"}).Draw(t, name)
	}
	values := record.Values{
		"display_name": rapid.StringMatching(`[A-Z][a-z]{1,5}( [a-z]{1,3})?`).Draw(t, "name"), "phone": text("phone"), "website": text("website"),
		"notes": text("notes"), "company_name": text("company"),
		"cf_tier":         rapid.SampledFrom([]any{nil, "", "Gold", "Silver"}).Draw(t, "tier"),
		"cf_interests":    rapid.SampledFrom([]any{nil, "", "Hardware", "Soft, ware,Hardware", []any{"Soft, ware"}, []any{}}).Draw(t, "interests"),
		"cf_since":        rapid.SampledFrom([]any{nil, "", "2026-02-28"}).Draw(t, "since"),
		"cf_called":       rapid.SampledFrom([]any{nil, "", "2026-03-01T10:00:00+0530", "2026-03-01T10:00:00Z"}).Draw(t, "called"),
		"cf_credit_limit": rapid.SampledFrom([]any{nil, "", "12.50", json.Number("0012"), json.Number("1e2")}).Draw(t, "limit"),
		"cf_seats":        rapid.SampledFrom([]any{nil, "", "5", json.Number("7")}).Draw(t, "seats"),
		"cf_key_account":  rapid.SampledFrom([]any{nil, "", "true", false}).Draw(t, "key"),
		"email":           rapid.SampledFrom([]any{nil, "", "a@b.example"}).Draw(t, "email"),
	}
	if rapid.Bool().Draw(t, "address") {
		values["billing_address"] = map[string]any{"street": text("street"), "city": text("city"), "attention": text("attention")}
	}
	return record.Record{Side: record.Billing, Module: record.Customers, Name: values.Text("display_name"), Whole: true, Values: values}
}

// crmOf is the CRM record that holds these values: the CRM does not show unset fields.
func crmOf(module record.Module, values record.Values) record.Record {
	kept := record.Values{}
	for field, v := range values {
		if !record.EqualValues(v, nil) {
			kept[field] = v
		}
	}
	return record.Record{Side: record.CRM, Module: module, Name: kept.Text("Account_Name"), Whole: true, Values: kept}
}

func TestWhatGoesToTheCRMComesBackAsItWas(t *testing.T) {
	t.Parallel()
	maps := typedMaps()
	ways := maps.Directions(record.EntityCustomers, record.Accounts)
	rapid.Check(t, func(t *rapid.T) {
		customer := customerOf(t)
		before := customer.Values.Clone()
		held := maps.Held(record.EntityCustomers, record.Accounts, customer)
		back, problems := maps.Back(record.EntityCustomers, record.Accounts, customer, nil)
		require.Empty(t, problems)
		require.Equal(t, before, customer.Values, "nothing is changed in place")

		mapped := maps.Map(record.EntityCustomers, crmOf(record.Accounts, back))
		require.Empty(t, mapped.Problems)
		for unit, way := range ways {
			if way == both {
				require.True(t, record.EqualValues(held[unit], mapped.Values[unit]), "%s: %v became %v", unit, held[unit], mapped.Values[unit])
			}
		}

		// Billing shows what was written to it: the sides are in step, and stay so however often it is looked at.
		written := record.Record{Module: record.Customers, Name: customer.Name, Whole: true, Values: mapped.Values}
		again := maps.Held(record.EntityCustomers, record.Accounts, written)
		require.Empty(t, record.Diff(again, mapped.Values))
		require.Empty(t, record.Diff(mapped.Values, again))
		back2, problems := maps.Back(record.EntityCustomers, record.Accounts, written, nil)
		require.Empty(t, problems)
		require.Equal(t, back, back2)
	})
}

func TestBackNeverFillsAFieldThatCanOnlyBeRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fields := typed()
		readOnly := map[string]bool{}
		for i := range fields[record.Accounts] {
			f := &fields[record.Accounts][i]
			f.ReadOnly = rapid.Bool().Draw(t, f.Name)
			readOnly[f.Name] = f.ReadOnly
		}
		maps := mapping.Of(bothWays(discover.Defaults(fields).Into(record.Preferences{})))
		back, _ := maps.Back(record.EntityCustomers, record.Accounts, customerOf(t), rapid.SampledFrom([][]string{nil, {"billing_address", "phone"}}).Draw(t, "units"))
		for field := range back {
			require.False(t, readOnly[field] && field != "Account_Name", field)
		}
	})
}
