package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func transformed(kind record.ValueKind, expression string, values record.Values) (any, []mapping.Problem) {
	m := record.FieldMap{Source: "F", Target: "t", Kind: kind, Transform: expression}
	return mapping.Try(m, record.Record{Module: record.Products, Values: values})
}

func TestATransformTakesTheSourcesPlace(t *testing.T) {
	t.Parallel()
	n := func(s string) json.Number { return json.Number(s) }
	of := record.Values{
		"Unit_Price": n("18.00"), "Whole": n("3"), "Name": " Łódź ", "On": true, "When": "2026-03-01T10:00:00+05:30", "Tags": []any{"b", "a"},
		"Account_Name": map[string]any{"id": "7", "name": "Acme"}, "Account_Name.Site": "HQ",
	}
	cases := map[string]struct {
		kind record.ValueKind
		in   string
		want any
	}{
		"a price is no float":                     {record.KindDecimal, `Unit_Price * 1.1`, n("19.800")},
		"by its name in the record":               {record.KindDecimal, `record.Unit_Price * 0.1 + 0.2`, n("2.000")},
		"a whole number on the left":              {record.KindDecimal, `2 * Unit_Price - 1`, n("35.00")},
		"a fraction that never ends":              {record.KindDecimal, `round(Unit_Price / 7, 2)`, n("2.57")},
		"half a cent goes up":                     {record.KindDecimal, `round(-2.345, 2)`, n("-2.35")},
		"numbers of both kinds are equal":         {record.KindBool, `Unit_Price == 18 && Whole < 3.5 && 2 < Whole && -Whole == -3`, true},
		"a whole number":                          {record.KindInteger, `Whole * 12`, n("36")},
		"a text of a number":                      {record.KindText, `"No. " + string(Unit_Price)`, "No. 18"},
		"texts":                                   {record.KindText, `Name.trim().upper() + "-" + Name.trim().substring(0, 2).lower()`, "ŁÓDŹ-łó"},
		"parts":                                   {record.KindText, `"a, b".replace(", ", "/").split("/").join("+")`, "a+b"},
		"an unset text beside another is empty":   {record.KindText, `First_Name + Name`, "Łódź"},
		"a choice of two":                         {record.KindText, `has(record.Nothing) ? "yes" : "no"`, "no"},
		"of another record":                       {record.KindText, `record.Account_Name.name + " " + record["Account_Name.Site"]`, "Acme HQ"},
		"an unset field":                          {record.KindText, `Nothing`, ""},
		"a status":                                {record.KindActive, `!On`, "inactive"},
		"several":                                 {record.KindText, `Tags.map(x, x + "!")`, "b!, a!"},
		"a time":                                  {record.KindTime, `timestamp(When) + duration("1h")`, "2026-03-01T05:30:00+0000"},
		"a number where a text names a condition": {record.KindText, `Unit_Price >= 10 ? "dear" : "cheap"`, "dear"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problems := transformed(c.kind, c.in, of)
			require.Empty(t, problems)
			require.Equal(t, c.want, got)
		})
	}
}

func TestABadTransformIsAProblemOfTheRecordAndNeverMore(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("secret", 5000)
	of := record.Values{"Price": json.Number("5"), "Zero": json.Number("0.00"), "Name": "secret", "Long": long, "Big": json.Number("9999999999999999999")}
	hundred := "[" + strings.TrimSuffix(strings.Repeat("1,", 100), ",") + "]"
	cases := map[string]struct{ in, reason string }{
		"does not compile":               {`Price *`, "does not compile, at line 1"},
		"no such function":               {`Name.explode()`, "does not compile"},
		"divides by zero":                {`Price / Zero`, "divides by zero"},
		"divides by a whole zero":        {`1 / (2 - 2)`, "divides by zero"},
		"a rest of zero":                 {`1 % (2 - 2)`, "divides by zero"},
		"loops within loops":             {hundred + `.map(a, ` + hundred + `.map(b, ` + hundred + `.map(c, ` + hundred + `.map(d, 1))))`, "nest"},
		"too many steps":                 {`Long.split("").map(a, Long.split("").map(b, a + b)).size()`, "too many steps"},
		"a text without end":             {`[Long].map(a, a + a).map(b, b + b)[0]`, "too long"},
		"a replacement without end":      {`Long.replace("", Long)`, "too long"},
		"a list without end":             {`Long.split("").join(Long)`, "too long"},
		"too many digits":                {`Big * Big`, "more digits"},
		"an unset number":                {`Nothing * 2`, "unset"},
		"an unset field of another name": {`record["No.Such"]`, "unset"},
		"a text times a number":          {`Name * 2`, "another type"},
		"the record as a whole":          {`record.size()`, "name its fields"},
		"a field whose name is computed": {`record["Na" + "me"]`, "name its fields"},
		"an object":                      {`{"a": Name}`, "let it give a text"},
		"a type":                         {`type(Name)`, "let it give a text"},
		"an expression of a book's size": {`"` + strings.Repeat("x", 5000) + `"`, "does not compile"},
		"a depth without end":            {strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000), "does not compile"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			_, problems := transformed(record.KindText, c.in, of)
			require.Len(t, problems, 1)
			require.Equal(t, "F", problems[0].Field)
			require.Contains(t, problems[0].Reason, c.reason)
			require.NotContains(t, problems[0].Reason, "secret")
			require.Less(t, time.Since(begin), 5*time.Second)
		})
	}
	_, problems := transformed(record.KindDecimal, `Name`, of)
	require.Len(t, problems, 1)
	require.Equal(t, "F has a transform whose result is not a number; enter it in the CRM with digits and a decimal point alone", problems[0].String())
}

func TestNoExpressionHarmsAnythingButItself(t *testing.T) {
	t.Parallel()
	tokens := []string{"Price", "record", ".", "Name", "(", ")", "[", "]", "+", "*", "/", "0", "1", "2.5", "\"a\"", ",", "?", ":", "==", "<", "-",
		"null", "has(record.Name)", ".map(x, x)", ".split(\"\")", ".join(Name)", ".replace(\"\", Name)", "round(", "Tags", "in", "{", "}", "type(", "x"}
	of := record.Values{"Price": json.Number("5"), "Name": strings.Repeat("n", 300), "Tags": []any{"a", nil, json.Number("1")}}
	kinds := []record.ValueKind{record.KindText, record.KindDecimal, record.KindBool, record.KindChoices}
	rapid.Check(t, func(t *rapid.T) {
		expression := strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 1, 9).Draw(t, "tokens"), " ")
		before := of.Clone()
		_, problems := transformed(rapid.SampledFrom(kinds).Draw(t, "kind"), expression, of)
		require.LessOrEqual(t, len(problems), 1)
		require.Equal(t, before, of)
	})
}

func TestOneBadTransformStopsNeitherTheOthersNorTheNextRecord(t *testing.T) {
	t.Parallel()
	p := record.Preferences{}
	p.Items.Map = []record.FieldMap{
		{Source: "Product_Name", Target: "name", Kind: record.KindText},
		{Source: "Unit_Price", Target: "rate", Kind: record.KindDecimal, Transform: `Unit_Price / Pack`},
	}
	maps := mapping.Of(p)
	product := record.Record{Module: record.Products, Values: record.Values{"Product_Name": "Chai", "Unit_Price": json.Number("9"), "Pack": json.Number("0")}}
	got := maps.Map(record.EntityItems, product)
	require.Equal(t, "Chai", got.Values["name"])
	require.Len(t, got.Problems, 1)
	require.Equal(t, "rate", got.Problems[0].Target)

	product.Values["Pack"] = json.Number("4")
	got = maps.Map(record.EntityItems, product)
	require.Empty(t, got.Problems)
	require.Equal(t, json.Number("2.25"), got.Values["rate"])
	require.Equal(t, []string{"Product_Name", "Unit_Price", "Pack"}, mapping.Sources(p.Items.Map), "what a transform reads is read from the CRM")
}

func TestATransformIsCheckedAgainstTheFields(t *testing.T) {
	t.Parallel()
	with := func(kind record.ValueKind, target, expression string) record.FieldMap {
		m := to("", kind, "Note", target)
		m.Transform = expression
		return m
	}
	ten := "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
	many := "[" + strings.TrimSuffix(strings.Repeat("1,", 700), ",") + "]"
	for name, good := range map[string]record.FieldMap{
		"a price":       with(record.KindDecimal, "rate", `Unit_Price == null ? 0.0 : Unit_Price * 2`),
		"whole numbers": with(record.KindInteger, "cf_count", `Count * 12 + size(Note)`),
		"a text":        with(record.KindText, "sku", `Note.upper() + " " + string(Count)`),
		"joined":        with(record.KindText, "sku", `record["Vendor_Name.City"] + record.Note`),
		"a picklist":    with(record.KindText, "sku", `Size in ["Small"] ? "s" : "l"`),
		"loops":         with(record.KindText, "sku", ten+`.map(a, string(a)).join("")`),
		"no source":     {Target: "sku", Kind: record.KindText, Transform: `Note`},
	} {
		require.Empty(t, checkedItems(record.Fetch, good), name)
	}
	turned := with(record.KindText, "sku", `Note`)
	turned.Direction = both
	cases := map[string]struct {
		m      record.FieldMap
		reason string
	}{
		"does not compile":                  {with(record.KindText, "sku", `Note +`), "does not compile"},
		"an unknown field":                  {with(record.KindText, "sku", `Nmae + "!"`), "reads \"Nmae\", which is no field"},
		"an unknown field of the record":    {with(record.KindText, "sku", `record.Nmae`), "reads \"Nmae\", which is no field"},
		"a text for a number":               {with(record.KindDecimal, "rate", `Note`), "gives a"},
		"a number for a checkbox":           {with(record.KindBool, "cf_flag", `Unit_Price`), "cannot be carried over as bool"},
		"a text times a number":             {with(record.KindDecimal, "rate", `Note * 2`), "does not compile"},
		"a field times a text":              {with(record.KindDecimal, "rate", `Unit_Price + "1"`), "does not compile"},
		"a result that billing cannot hold": {with(record.KindText, "rate", `Note`), "takes a number"},
		"both ways":                         {turned, "cannot be turned round"},
		"a source that is not there":        {record.FieldMap{Source: "Nope", Target: "sku", Kind: record.KindText, Transform: `Note`}, "no field of this CRM module"},
		"too costly":                        {with(record.KindText, "sku", many+`.map(a, `+many+`.map(b, a + b)).size()`), "costs too much"},
	}
	for name, c := range cases {
		problems := checkedItems(record.Both, c.m)
		require.Len(t, problems, 1, "%s: %v", name, problems)
		require.Contains(t, problems[0].Reason, c.reason, name)
	}
}

func TestATransformWhoseFieldChangedRests(t *testing.T) {
	t.Parallel()
	crm, billing := sides()
	p := record.Preferences{Customers: record.CustomerOptions{Mode: record.ModeAccounts}, Items: record.ItemOptions{Map: []record.FieldMap{
		to("", record.KindText, "Product_Name", "name"), {Source: "Note", Target: "sku", Kind: record.KindText, Transform: `Note + string(Count)`}}}}
	require.Empty(t, check.Drifts(p, crm, billing))
	var left []record.Field
	for _, f := range crm[record.Products] {
		if f.Name != "Count" {
			left = append(left, f)
		}
	}
	crm[record.Products] = left
	drifts := check.Drifts(p, crm, billing)
	require.Len(t, drifts, 1)
	require.Equal(t, p.Items.Map[:1], check.Without(mapping.Of(p), drifts).Item)
}

func TestATransformIsInterrupted(t *testing.T) {
	t.Parallel()
	require.Contains(t, mapping.RunInterrupted(`Long.split("").map(a, a + a).size()`, record.Values{"Long": strings.Repeat("x", 5000)}), "runs too long")
	require.Empty(t, mapping.RunInterrupted(`1 + 1`, nil), "the clock is looked at in loops alone")
}

func BenchmarkMap(b *testing.B) {
	plain := discover.Defaults(standard()).Into(record.Preferences{})
	withOne := discover.Defaults(standard()).Into(record.Preferences{})
	withOne.Items.Map[2].Transform = `Unit_Price * 1.1`
	product := record.Record{Module: record.Products, Name: "Chai", Values: record.Values{"Product_Name": "Chai", "Unit_Price": json.Number("18.00")}}
	for name, p := range map[string]record.Preferences{"plain": plain, "transform": withOne} {
		b.Run(name, func(b *testing.B) {
			maps := mapping.Of(p)
			b.ReportAllocs()
			for b.Loop() {
				maps.Map(record.EntityItems, product)
			}
		})
	}
}
