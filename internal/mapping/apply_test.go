package mapping_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"causeway/internal/mapping"
	"causeway/internal/record"
)

func one(kind record.ValueKind, value any) (record.Values, []mapping.Problem) {
	maps := []record.FieldMap{{Source: "F", Target: "t", Kind: kind}}
	return mapping.Apply(maps, record.Record{Module: record.Products, Values: record.Values{"F": value}})
}

func TestAValueIsCarriedOverByItsKind(t *testing.T) {
	t.Parallel()
	n := func(s string) json.Number { return json.Number(s) }
	cases := map[string]struct {
		kind record.ValueKind
		in   any
		want any // absent: nothing is written at all
	}{
		"text is trimmed at its ends alone":            {record.KindText, "  Łódź \t Ltd\u00a0 ", "Łódź \t Ltd"},
		"case and script are kept":                     {record.KindText, "ΑΒγ 株式会社 İstanbul", "ΑΒγ 株式会社 İstanbul"},
		"decomposed accents are kept":                  {record.KindText, "Cafe\u0301", "Cafe\u0301"},
		"several lines are kept":                       {record.KindText, "a\r\nb\tc", "a\r\nb\tc"},
		"an unset text clears":                         {record.KindText, nil, ""},
		"a text of blanks clears":                      {record.KindText, " \u3000 ", ""},
		"no choice clears":                             {record.KindText, "-None-", ""},
		"a number as text keeps its digits":            {record.KindText, n("007.50"), "007.50"},
		"a choice of several is joined":                {record.KindText, []any{"A", "-None-", "B"}, "A, B"},
		"a lookup gives its name":                      {record.KindText, map[string]any{"id": "1", "name": " Acme "}, "Acme"},
		"an e-mail is trimmed":                         {record.KindEmail, " a@b.example ", "a@b.example"},
		"an e-mail of another script":                  {record.KindEmail, "用户@例え.jp", "用户@例え.jp"},
		"an unset e-mail clears":                       {record.KindEmail, nil, ""},
		"a decimal keeps its zeros":                    {record.KindDecimal, n("18.00"), n("18.00")},
		"a decimal keeps digits beyond a float's":      {record.KindDecimal, n("12345678901234567890.123456789"), n("12345678901234567890.123456789")},
		"an exponent is written out":                   {record.KindDecimal, n("1.85E3"), n("1850")},
		"a negative exponent is written out":           {record.KindDecimal, n("-25e-4"), n("-0.0025")},
		"a decimal in a text field":                    {record.KindDecimal, " +0019.90 ", n("19.90")},
		"an unset decimal clears":                      {record.KindDecimal, nil, nil},
		"an empty text clears a decimal":               {record.KindDecimal, "", nil},
		"a bool":                                       {record.KindBool, true, true},
		"active":                                       {record.KindActive, true, "active"},
		"inactive":                                     {record.KindActive, false, "inactive"},
		"an exported checkbox":                         {record.KindActive, "FALSE", "inactive"},
		"a status cannot be unset, so nothing is said": {record.KindActive, nil, absent},
		"a bool cannot be unset, so nothing is said":   {record.KindBool, "", absent},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problems := one(c.kind, c.in)
			require.Empty(t, problems)
			if c.want == absent {
				require.NotContains(t, got, "t")
				return
			}
			require.Contains(t, got, "t")
			require.Equal(t, c.want, got["t"])
			_, err := json.Marshal(got)
			require.NoError(t, err, "what is written must be JSON")
		})
	}
}

const absent = "\x00 absent"

func TestAValueOfAWrongTypeIsAProblemThatNamesFieldAndRemedyButNotTheValue(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind   record.ValueKind
		in     any
		remedy string
	}{
		"text for a decimal":        {record.KindDecimal, "secret 12", "digits"},
		"thousands separated":       {record.KindDecimal, "1,234.50", "digits"},
		"a lone point":              {record.KindDecimal, ".", "digits"},
		"a bool for a decimal":      {record.KindDecimal, true, "digits"},
		"an exponent out of bounds": {record.KindDecimal, json.Number("1e999999999"), "digits"},
		"text for a status":         {record.KindActive, "secret", "checkbox"},
		"no e-mail":                 {record.KindEmail, "secret at home", "correct"},
		"no domain":                 {record.KindEmail, "secret@", "correct"},
		"a control character":       {record.KindText, "secret\x07", "retype"},
		"a control character in C1": {record.KindEmail, "a@b\u0085.c", "retype"},
		"an object without a name":  {record.KindText, map[string]any{"city": "secret"}, "inner"},
		"an unknown kind":           {"money", "secret", "decimal"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problems := one(c.kind, c.in)
			require.NotContains(t, got, "t")
			require.Len(t, problems, 1)
			require.Equal(t, "F", problems[0].Field)
			require.Contains(t, problems[0].String(), "F ")
			require.Contains(t, problems[0].Reason, c.remedy)
			require.NotContains(t, problems[0].String(), "secret")
		})
	}
}

func TestADotReachesIntoObjects(t *testing.T) {
	t.Parallel()
	maps := []record.FieldMap{
		{Source: "Billing_City", Target: "billing_address.city", Kind: record.KindText},
		{Source: "Billing_Code", Target: "billing_address.zip", Kind: record.KindText},
		{Source: "Account_Name.Account_Name", Target: "company_name", Kind: record.KindText},
	}
	want := record.Values{"company_name": "Acme", "billing_address": map[string]any{"city": "Győr", "zip": ""}}
	for name, account := range map[string]record.Values{
		"joined":     {"Account_Name": map[string]any{"id": "7"}, "Account_Name.Account_Name": "Acme"},
		"nested":     {"Account_Name": map[string]any{"Account_Name": "Acme"}},
		"not joined": {"Account_Name": map[string]any{"id": "7", "name": "Acme"}},
	} {
		account["Billing_City"] = "Győr"
		got, problems := mapping.Apply(maps, record.Record{Values: account})
		require.Empty(t, problems, name)
		require.Equal(t, want, got, name)
	}
}

func TestADecimalOfAnyNotationKeepsItsValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?(e-?[0-3])?`).Draw(t, "number"))
		got, problems := one(record.KindDecimal, in)
		require.Empty(t, problems)
		require.True(t, record.EqualValues(in, got["t"]), "%s became %v", in, got["t"])
		again, _ := one(record.KindDecimal, got["t"])
		require.Equal(t, got["t"], again["t"], "plain notation stays as it is")
		require.True(t, json.Valid([]byte(got["t"].(json.Number))))
	})
}

func TestApplyTakesAnyValueAndNeverChangesTheSource(t *testing.T) {
	t.Parallel()
	kinds := []record.ValueKind{record.KindText, record.KindEmail, record.KindDecimal, record.KindBool, record.KindActive}
	rapid.Check(t, func(t *rapid.T) {
		var value any = rapid.String().Draw(t, "value")
		if rapid.Bool().Draw(t, "number") {
			value = json.Number(value.(string))
		}
		source := record.Record{Values: record.Values{"F": value}}
		before := source.Values.Clone()
		maps := []record.FieldMap{{Source: "F", Target: "a.b", Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}}
		first, p1 := mapping.Apply(maps, source)
		second, p2 := mapping.Apply(maps, source)
		require.Equal(t, first, second)
		require.Equal(t, p1, p2)
		require.Equal(t, before, source.Values)
	})
}
