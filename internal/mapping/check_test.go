package mapping_test

import (
	"testing"

	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func sides() (crm, billing map[record.Module][]record.Field) {
	all := typed()
	crm = map[record.Module][]record.Field{record.Accounts: all[record.Accounts], record.Contacts: all[record.Contacts], record.Products: all[record.Products]}
	billing = map[record.Module][]record.Field{record.Items: {
		{Name: "name", Type: "text", Required: true}, {Name: "rate", Type: "decimal", Required: true}, {Name: "sku", Type: "text"},
		{Name: "item_id", Type: "text", ReadOnly: true}, {Name: "status", Type: "dropdown", Options: []string{"active", "inactive"}},
		{Name: "product_type", Type: "dropdown", Options: []string{"goods", "service"}}, {Name: "box", Type: "object"},
		{Name: "cf_count", Type: "number", Custom: true}, {Name: "cf_day", Type: "date", Custom: true}, {Name: "cf_when", Type: "date_time", Custom: true},
		{Name: "cf_flag", Type: "check_box", Custom: true}, {Name: "cf_mail", Type: "email", Custom: true}, {Name: "cf_note", Type: "text", Custom: true},
		{Name: "cf_size", Type: "dropdown", Custom: true, Options: []string{"S", "L"}}, {Name: "cf_tags", Type: "multiselect", Custom: true, Options: []string{"X"}},
	}}
	crm[record.Products] = append(crm[record.Products],
		record.Field{Name: "Note", Type: "text", Custom: true}, record.Field{Name: "Count", Type: "integer", Custom: true},
		record.Field{Name: "Size", Type: "picklist", Options: []string{"-None-", "Small", "Large"}}, record.Field{Name: "Parts", Type: "subform"},
		record.Field{Name: "Vendor_Name", Type: "lookup"}, record.Field{Name: "Total", Type: "double", ReadOnly: true},
		record.Field{Name: "Day", Type: "date"}, record.Field{Name: "Stamp", Type: "datetime"}, record.Field{Name: "Tags", Type: "multiselectpicklist", Options: []string{"X"}})
	return crm, billing
}

// checkedItems checks maps of items, beside nothing else that could be wrong.
func checkedItems(extent record.Extent, maps ...record.FieldMap) []mapping.Problem {
	crm, billing := sides()
	p := record.Preferences{Customers: record.CustomerOptions{Mode: record.ModeAccounts, Extent: extent}, Items: record.ItemOptions{Extent: extent, Map: maps}}
	return check.Check(p, crm, billing)
}

func to(way record.Direction, kind record.ValueKind, source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: kind, Direction: way}
}

func paired(m record.FieldMap, pairs ...string) record.FieldMap {
	m.Choices = map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m.Choices[pairs[i]] = pairs[i+1]
	}
	return m
}

func TestMapsThatBothSidesCanHoldAreTaken(t *testing.T) {
	t.Parallel()
	require.Empty(t, checkedItems(record.Both,
		to(both, record.KindText, "Product_Name", "name"), to(both, record.KindDecimal, "Unit_Price", "rate"), to(both, record.KindActive, "Product_Active", "status"),
		to(both, record.KindInteger, "Count", "cf_count"), to(both, record.KindDate, "Day", "cf_day"), to(both, record.KindTime, "Stamp", "cf_when"),
		paired(to(both, record.KindChoice, "Size", "cf_size"), "Small", "S", "Large", "L"), paired(to(both, record.KindChoices, "Tags", "cf_tags"), "X", "X"),
		to(toCRM, record.KindText, "Description", "cf_note"), to("", record.KindText, "Vendor_Name.City", "box.city"),
		paired(to(both, record.KindChoice, "Kind", "product_type"), "Goods", "goods", "Service", "service"), to("", record.KindDecimal, "Total", "sku")))
	crm, _ := sides()
	for _, mode := range []record.Mode{record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts} {
		p := bothWays(discover.Defaults(typed()).Into(record.Preferences{}))
		p.Customers.Mode = mode
		require.Empty(t, check.Check(p, crm, nil), mode)
	}
}

func TestAMapThatCannotWorkIsRefusedWhenItIsSaved(t *testing.T) {
	t.Parallel()
	size := to(both, record.KindChoice, "Size", "cf_size")
	cases := map[string]struct {
		maps   []record.FieldMap
		reason string
	}{
		"a source that is not there":            {[]record.FieldMap{to("", record.KindText, "Nmae", "sku")}, "no field of this CRM module"},
		"a target that is not there":            {[]record.FieldMap{to("", record.KindText, "Product_Code", "stock_unit")}, "no field of billing's items"},
		"a custom target that was never seen":   {[]record.FieldMap{to("", record.KindText, "Product_Code", "cf_nope")}, "seen on no record"},
		"our own marker":                        {[]record.FieldMap{to("", record.KindText, "Product_Code", "cf_causeway_id")}, "marker"},
		"a join through no lookup":              {[]record.FieldMap{to("", record.KindText, "Note.Name", "sku")}, "no lookup"},
		"a join through no field":               {[]record.FieldMap{to("", record.KindText, "Owner.Name", "sku")}, "no field of this CRM module"},
		"a text into a number":                  {[]record.FieldMap{to("", record.KindText, "Note", "rate")}, "from a text into a number"},
		"a text as a number":                    {[]record.FieldMap{to("", record.KindDecimal, "Note", "rate")}, "from a text into a number"},
		"a number into a whole one":             {[]record.FieldMap{to("", record.KindInteger, "Unit_Price", "cf_count")}, "from a number into a whole number"},
		"a text into a date":                    {[]record.FieldMap{to("", record.KindDate, "Note", "cf_day")}, "from a text into a date"},
		"a date into a time":                    {[]record.FieldMap{to("", record.KindTime, "Day", "cf_when")}, "from a date into a date and time"},
		"a picklist as a text into another":     {[]record.FieldMap{to("", record.KindText, "Size", "cf_size")}, "into a picklist"},
		"a text into a checkbox":                {[]record.FieldMap{to("", record.KindBool, "Note", "cf_flag")}, "into a checkbox"},
		"a number as an e-mail":                 {[]record.FieldMap{to("", record.KindEmail, "Unit_Price", "cf_mail")}, "from a number"},
		"a subform":                             {[]record.FieldMap{to("", record.KindText, "Parts", "sku")}, "no map carries over"},
		"a number that comes back as a text":    {[]record.FieldMap{to(both, record.KindText, "Unit_Price", "cf_note")}, "from a text into a number of the CRM"},
		"a lookup that comes back as a text":    {[]record.FieldMap{to(both, record.KindText, "Vendor_Name", "cf_note")}, "into a lookup of the CRM"},
		"a field of the CRM that is only read":  {[]record.FieldMap{to(both, record.KindDecimal, "Total", "rate")}, "only be read in the CRM"},
		"a field of billing that is only read":  {[]record.FieldMap{to("", record.KindText, "Note", "item_id")}, "only be read in billing"},
		"a joined field that is to be written":  {[]record.FieldMap{to(both, record.KindText, "Vendor_Name.City", "sku")}, "another record"},
		"two maps to one target":                {[]record.FieldMap{to("", record.KindText, "Note", "sku"), to("", record.KindText, "Product_Code", "sku")}, "which \"Note\" fills already"},
		"a target around another":               {[]record.FieldMap{to("", record.KindText, "Note", "box"), to("", record.KindText, "Product_Code", "box.code")}, "which \"Note\" fills already"},
		"two ways back into one field":          {[]record.FieldMap{to(both, record.KindText, "Note", "sku"), to(both, record.KindText, "Note", "cf_note")}, "from both \"sku\" and \"cf_note\""},
		"an object that goes two ways":          {[]record.FieldMap{to(both, record.KindText, "Note", "box.a"), to("", record.KindText, "Product_Code", "box.b")}, "one direction"},
		"no target":                             {[]record.FieldMap{to("", record.KindText, "Note", "")}, "name both"},
		"no source":                             {[]record.FieldMap{to("", record.KindText, "", "sku")}, "name both"},
		"a target that is no name":              {[]record.FieldMap{to("", record.KindText, "Note", "a..b")}, "no field name"},
		"an unknown kind":                       {[]record.FieldMap{to("", "money", "Note", "sku")}, "no kind of value"},
		"an unknown direction":                  {[]record.FieldMap{to("sideways", record.KindText, "Note", "sku")}, "no direction"},
		"a picklist without pairs":              {[]record.FieldMap{size}, "without any pair"},
		"a value of the CRM without a pair":     {[]record.FieldMap{paired(size, "Small", "S")}, "no pair for its value \"Large\""},
		"a value of billing without a pair":     {[]record.FieldMap{paired(to(toCRM, record.KindChoice, "Size", "cf_size"), "Small", "S")}, "no pair for the value \"L\" of billing"},
		"a pair with no value of the CRM":       {[]record.FieldMap{paired(size, "Small", "S", "Huge", "L")}, "\"Huge\", which is no value"},
		"a pair with no value of billing":       {[]record.FieldMap{paired(size, "Small", "S", "Large", "XL")}, "\"XL\", which is no value"},
		"two values with one":                   {[]record.FieldMap{paired(size, "Small", "S", "Large", "S")}, "pair each with a value of its own"},
		"a product type that billing never had": {[]record.FieldMap{paired(to("", record.KindChoice, "Kind", "product_type"), "Goods", "goods", "Service", "labour")}, "no value of billing's"},
		"pairs of a text":                       {[]record.FieldMap{paired(to("", record.KindText, "Note", "sku"), "a", "b")}, "map it as choice"},
	}
	for name, c := range cases {
		problems := checkedItems(record.Both, c.maps...)
		require.Len(t, problems, 1, "%s: %v", name, problems)
		require.Contains(t, problems[0].Reason, c.reason, name)
		require.Equal(t, record.Products, problems[0].Module, name)
	}
	require.Empty(t, checkedItems(record.Fetch, to(both, record.KindDecimal, "Total", "rate")), "what is only fetched is not written to the CRM")
}

func TestARequiredFieldThatNothingFillsIsRefused(t *testing.T) {
	t.Parallel()
	crm, billing := sides()
	billing[record.Items] = append(billing[record.Items], record.Field{Name: "cf_must", Type: "text", Custom: true, Required: true})
	crm[record.Products] = append(crm[record.Products], record.Field{Name: "Must", Type: "text", Required: true})
	p := record.Preferences{Customers: record.CustomerOptions{Mode: record.ModeAccounts}, Items: record.ItemOptions{Extent: record.Fetch}}
	problems := check.Check(p, crm, billing)
	require.Len(t, problems, 1)
	require.Equal(t, "cf_must is required in billing, and no map fills it; map a field of Products to it", problems[0].String())

	p.Items.Extent = record.Both
	p.Items.Map = []record.FieldMap{to(toCRM, record.KindText, "Note", "cf_must")}
	require.Len(t, check.Check(p, crm, billing), 2, "neither side's is filled")
	p.Items.Map = []record.FieldMap{to(both, record.KindText, "Must", "cf_must")}
	require.Empty(t, check.Check(p, crm, billing))
}

func TestOnlyWhatThePreferencesSyncIsChecked(t *testing.T) {
	t.Parallel()
	bad := []record.FieldMap{to("", record.KindText, "Nope", "x")}
	lists := func(mode record.Mode, unattached bool) int {
		p := record.Preferences{Customers: record.CustomerOptions{Mode: mode, Unattached: unattached, AccountMap: bad, ContactMap: bad, PersonMap: bad}}
		crm, _ := sides()
		return len(check.Check(p, crm, nil))
	}
	require.Equal(t, 1, lists(record.ModeAccounts, false))
	require.Equal(t, 1, lists(record.ModeContacts, false))
	require.Equal(t, 2, lists(record.ModeAccountsAndContacts, false))
	require.Equal(t, 3, lists(record.ModeAccountsAndContacts, true))
}

func TestDriftRestsTheFieldAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	saved := record.Preferences{Items: record.ItemOptions{Extent: record.Both, Map: []record.FieldMap{
		to(both, record.KindText, "Product_Name", "name"), to(both, record.KindText, "Note", "cf_note"), to(both, record.KindInteger, "Count", "cf_count"),
		paired(to(both, record.KindChoice, "Size", "cf_size"), "Small", "S", "Large", "L"),
		to(both, record.KindText, "Product_Code", "box.a"), to(both, record.KindText, "Description", "box.b"),
	}}, Customers: record.CustomerOptions{Mode: record.ModeAccounts}}
	change := func(fields []record.Field, name string, f func(*record.Field)) []record.Field {
		var out []record.Field
		for _, one := range fields {
			if one.Name == name {
				f(&one)
			}
			if one.Name != "" {
				out = append(out, one)
			}
		}
		return out
	}
	cases := map[string]struct {
		crm, billing string
		f            func(*record.Field)
		what         string
		rests        []string
	}{
		"nothing":                    {},
		"a CRM field disappeared":    {crm: "Note", f: func(f *record.Field) { f.Name = "" }, what: "disappeared", rests: []string{"cf_note"}},
		"billing's disappeared":      {billing: "cf_note", f: func(f *record.Field) { f.Name = "" }, what: "disappeared", rests: []string{"cf_note"}},
		"a CRM field changed type":   {crm: "Count", f: func(f *record.Field) { f.Type = "text" }, what: "it is a text now", rests: []string{"cf_count"}},
		"billing's changed type":     {billing: "cf_count", f: func(f *record.Field) { f.Type = "date" }, what: "it is a date now", rests: []string{"cf_count"}},
		"the CRM gained a value":     {crm: "Size", f: func(f *record.Field) { f.Options = append(f.Options, "Huge") }, what: "gained the value \"Huge\"", rests: []string{"cf_size"}},
		"billing gained a value":     {billing: "cf_size", f: func(f *record.Field) { f.Options = append(f.Options, "M") }, what: "gained the value \"M\"", rests: []string{"cf_size"}},
		"a field of an object":       {crm: "Description", f: func(f *record.Field) { f.Name = "" }, what: "disappeared", rests: []string{"box"}},
		"the CRM's became read-only": {crm: "Note", f: func(f *record.Field) { f.ReadOnly = true }, what: "can only be read", rests: []string{"cf_note"}},
	}
	product := record.Record{Module: record.Products, Name: "Chai", Values: record.Values{"Product_Name": "Chai", "Size": "Small"}}
	for name, c := range cases {
		crm, billing := sides()
		crm[record.Products] = change(crm[record.Products], c.crm, c.f)
		billing[record.Items] = change(billing[record.Items], c.billing, c.f)
		drifts := check.Drifts(saved, crm, billing)
		maps := mapping.Of(saved)
		rested := check.Without(maps, drifts)
		if c.what == "" {
			require.Empty(t, drifts, name)
			require.Equal(t, maps.Item, rested.Item, name)
			continue
		}
		require.Len(t, drifts, 1, name)
		require.Contains(t, drifts[0].String(), c.what, name)
		require.Contains(t, drifts[0].Remedy, "rests", name)
		before, after := maps.Map(record.EntityItems, product), rested.Map(record.EntityItems, product)
		for _, unit := range c.rests {
			delete(before.Values, unit)
		}
		require.Equal(t, before, after, "%s: nothing is said about it, all else is as before", name)
		item := record.Record{Module: record.Items, Name: "Chai", Whole: true, Values: record.Values{"name": "Chai"}}
		held := rested.Held(record.EntityItems, record.Products, item)
		for _, unit := range c.rests {
			require.NotContains(t, held, unit, name)
			require.NotContains(t, rested.Directions(record.EntityItems, record.Products), unit, name)
		}
		require.Equal(t, saved, maps.Into(saved), "the preferences keep the map")
	}
}

func TestAPicklistValueWithoutAPairIsAProblemOfItsRecord(t *testing.T) {
	t.Parallel()
	p := record.Preferences{Items: record.ItemOptions{Map: []record.FieldMap{
		paired(to("", record.KindChoice, "Size", "cf_size"), "Small", "S"), paired(to("", record.KindChoices, "Tags", "cf_tags"), "X", "x", "Y, Z", "yz"),
	}}}
	maps := mapping.Of(p)
	got := maps.Map(record.EntityItems, record.Record{Module: record.Products, Values: record.Values{"Size": "Small", "Tags": []any{"Y, Z", "X", "X"}}})
	require.Empty(t, got.Problems)
	require.Equal(t, record.Values{"cf_size": "S", "cf_tags": []any{"x", "yz"}}, got.Values)
	got = maps.Map(record.EntityItems, record.Record{Module: record.Products, Values: record.Values{"Size": "-None-", "Tags": "-None-"}})
	require.Empty(t, got.Problems)
	require.Equal(t, record.Values{"cf_size": "", "cf_tags": []any{}}, got.Values)
	got = maps.Map(record.EntityItems, record.Record{Module: record.Products, Values: record.Values{"Size": "Secret", "Tags": []any{"Secret"}}})
	require.Len(t, got.Problems, 2)
	for _, problem := range got.Problems {
		require.Contains(t, problem.Reason, "no pair")
		require.NotContains(t, problem.Reason, "Secret")
	}
}
