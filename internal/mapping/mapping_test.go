package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"

	"causeway/internal/mapping"
	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func fields(names ...string) []record.Field {
	out := make([]record.Field, 0, len(names))
	for _, n := range names {
		out = append(out, record.Field{Name: n, Label: strings.ReplaceAll(n, "_", " "), Type: "text"})
	}
	return out
}

func standard() map[record.Module][]record.Field {
	account := fields("Account_Name", "Phone", "Website", "Fax", "Description",
		"Billing_Street", "Billing_City", "Billing_State", "Billing_Code", "Billing_Country", "Shipping_City")
	contact := fields("Salutation", "First_Name", "Last_Name", "Full_Name", "Account_Name", "Email", "Phone", "Mobile", "Fax",
		"Title", "Department", "Mailing_City", "Other_Code", "Description", "Currency")
	product := fields("Product_Name", "Product_Code", "Unit_Price", "Usage_Unit", "Description", "Product_Active")
	return map[record.Module][]record.Field{record.Accounts: account, record.Contacts: contact, record.Products: product}
}

func pairs(maps []record.FieldMap) map[string]string {
	out := map[string]string{}
	for _, m := range maps {
		out[m.Target] = m.Source
	}
	return out
}

func TestDefaultMapsAreTheWellKnownPairsWhoseSourceExists(t *testing.T) {
	t.Parallel()
	got := discover.Defaults(standard())
	require.Equal(t, map[string]string{
		"display_name": "Account_Name", "company_name": "Account_Name", "phone": "Phone", "website": "Website", "notes": "Description",
		"billing_address.street": "Billing_Street", "billing_address.city": "Billing_City", "billing_address.state": "Billing_State",
		"billing_address.zip": "Billing_Code", "billing_address.country": "Billing_Country", "billing_address.fax": "Fax",
		"shipping_address.city": "Shipping_City",
	}, pairs(got.Account))
	require.Equal(t, map[string]string{
		"display_name": "Full_Name", "salutation": "Salutation", "first_name": "First_Name", "last_name": "Last_Name", "email": "Email",
		"phone": "Phone", "mobile": "Mobile", "designation": "Title", "department": "Department",
		"company_name": "Account_Name.Account_Name", "billing_address.city": "Mailing_City", "shipping_address.zip": "Other_Code",
		"notes": "Description", "currency_code": "Currency",
	}, pairs(got.Contact))
	require.Equal(t, map[string]string{
		"first_name": "First_Name", "last_name": "Last_Name", "email": "Email", "phone": "Phone", "mobile": "Mobile", "fax": "Fax",
	}, pairs(got.Person))
	require.Equal(t, map[string]string{
		"name": "Product_Name", "sku": "Product_Code", "rate": "Unit_Price", "unit": "Usage_Unit", "description": "Description",
		"status": "Product_Active",
	}, pairs(got.Item))
	require.Equal(t, mapping.Maps{}, discover.Defaults(nil), "no fields, no maps")
}

func TestACustomFieldOfATargetsNameFillsItWhereNothingElseDoes(t *testing.T) {
	t.Parallel()
	with := func(f record.Field) []record.FieldMap {
		all := standard()
		f.Custom = true
		all[record.Accounts] = append(all[record.Accounts], f)
		return discover.Defaults(all).Account
	}
	require.Contains(t, with(record.Field{Name: "Email", Type: "email"}), record.FieldMap{Source: "Email", Target: "email", Kind: record.KindEmail, Direction: record.BothWays})
	require.Contains(t, with(record.Field{Name: "Field_1", Label: "E-Mail", Type: "text"}),
		record.FieldMap{Source: "Field_1", Target: "email", Kind: record.KindEmail, Direction: record.BothWays})
	require.Equal(t, "Code1", pairs(with(record.Field{Name: "Code1", Label: "Currency Code", Type: "picklist"}))["currency_code"])
	require.Equal(t, "Phone", pairs(with(record.Field{Name: "phone1", Label: "Phone", Type: "phone"}))["phone"], "the standard field keeps its target")
	require.NotContains(t, pairs(with(record.Field{Name: "Email_1", Label: "Email", Type: "boolean"})), "email", "of a type that cannot fill it")
	require.NotContains(t, pairs(with(record.Field{Name: "First_Name", Type: "text"})), "first_name", "a business customer has no person's name")

	all := standard()
	all[record.Accounts] = append(all[record.Accounts], record.Field{Name: "Secondary", Label: "Email", Type: "email"})
	require.NotContains(t, pairs(discover.Defaults(all).Account), "email", "a standard field is known by its API name alone")
}

func TestSourcesAreTheFieldsToReadEachOnce(t *testing.T) {
	t.Parallel()
	a := []record.FieldMap{{Source: "B"}, {Source: "A"}, {Source: "B"}}
	require.Equal(t, []string{"B", "A", "X.Y"}, mapping.Sources(a, []record.FieldMap{{Source: "X.Y"}, {Source: "A"}}))
	require.Empty(t, mapping.Sources())
}

func TestAnItemAlwaysHasARateAndATypeButOnlyACreationGetsWhatNobodyMapped(t *testing.T) {
	t.Parallel()
	maps := discover.Defaults(standard())
	product := record.Record{Module: record.Products, Name: "Chai", Values: record.Values{"Product_Name": "Chai", "Unit_Price": json.Number("18.00")}}
	got := maps.Map(record.EntityItems, product)
	require.Empty(t, got.Problems)
	require.Equal(t, json.Number("18.00"), got.Values["rate"])
	require.Equal(t, record.Values{"product_type": "goods"}, got.Defaults)

	product.Values["Unit_Price"] = nil
	got = maps.Map(record.EntityItems, product)
	require.Equal(t, json.Number("0"), got.Values["rate"], "a price that was cleared becomes 0")

	maps.Item = []record.FieldMap{{Source: "Product_Name", Target: "name", Kind: record.KindText}}
	got = maps.Map(record.EntityItems, product)
	require.Equal(t, record.Values{"name": "Chai"}, got.Values)
	require.Equal(t, record.Values{"rate": json.Number("0"), "product_type": "goods"}, got.Defaults)
}

func TestACustomersKindFollowsItsModule(t *testing.T) {
	t.Parallel()
	maps := discover.Defaults(standard())
	account := record.Record{Module: record.Accounts, Name: "Acme", Values: record.Values{"Account_Name": " Acme "}}
	got := maps.Map(record.EntityCustomers, account)
	require.Equal(t, record.Values{"customer_sub_type": "business"}, got.Defaults)
	require.Equal(t, "Acme", got.Values["display_name"])
	require.Equal(t, "Acme", got.Values["company_name"])

	contact := record.Record{Module: record.Contacts, Name: "Ana Trujillo", Values: record.Values{"First_Name": "Ana", "Last_Name": "Trujillo"}}
	got = maps.Map(record.EntityCustomers, contact)
	require.Equal(t, record.Values{"customer_sub_type": "individual"}, got.Defaults)
	require.Equal(t, "Ana Trujillo", got.Values["display_name"], "the record's name where the full name is unset")

	got = maps.Map(record.EntityContactPersons, contact)
	require.Empty(t, got.Defaults)
	require.Equal(t, "Trujillo", got.Values["last_name"])
	require.NotContains(t, got.Values, "display_name")
	require.Nil(t, maps.For(record.EntityItems, record.Accounts))
}

func TestAnImpossibleValueIsFoundBeforeACallIsSpent(t *testing.T) {
	t.Parallel()
	maps := discover.Defaults(standard())
	long := strings.Repeat("株", 5000)
	account := maps.Map(record.EntityCustomers, record.Record{Module: record.Accounts, Name: long, Values: record.Values{"Account_Name": long}})
	require.Equal(t, []string{"Account_Name has 5000 characters, and billing takes 200 in display_name; shorten it in the CRM"}, mapping.Reasons(account.Problems))

	most := strings.Repeat("株", 200)
	require.Empty(t, maps.Map(record.EntityCustomers, record.Record{Module: record.Accounts, Name: most, Values: record.Values{"Account_Name": most}}).Problems)

	item := maps.Map(record.EntityItems, record.Record{Module: record.Products, Name: "Chai",
		Values: record.Values{"Product_Name": "Chai", "Unit_Price": json.Number("-0.01")}})
	require.Len(t, item.Problems, 1)
	require.Equal(t, "Unit_Price", item.Problems[0].Field)
	require.Contains(t, item.Problems[0].Reason, "below zero")
	zero := maps.Map(record.EntityItems, record.Record{Module: record.Products, Name: "Chai", Values: record.Values{"Unit_Price": json.Number("-0.0")}})
	require.Empty(t, zero.Problems)
}

func TestMapsGoIntoPreferencesAndComeOutAgain(t *testing.T) {
	t.Parallel()
	maps := discover.Defaults(standard())
	p := maps.Into(record.Preferences{})
	require.Equal(t, p, mapping.Of(p).Into(record.Preferences{}))
}
