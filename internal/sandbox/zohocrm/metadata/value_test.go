package metadata_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm/metadata"
)

func TestAValueIsStoredInTheFormOfItsType(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		field       metadata.Field
		given, want any
	}{
		"text":                {metadata.Field{Type: metadata.TypeText, Length: 3}, "öäü", "öäü"},
		"an empty text":       {metadata.Field{Type: metadata.TypeText}, "", nil},
		"a bigint as text":    {metadata.Field{Type: metadata.TypeBigint}, "12", json.Number("12")},
		"a double":            {metadata.Field{Type: metadata.TypeDouble}, json.Number("1.50"), json.Number("1.50")},
		"a lookup as object":  {metadata.Field{Type: metadata.TypeLookup}, map[string]any{"id": "7"}, "7"},
		"a lookup as number":  {metadata.Field{Type: metadata.TypeLookup}, json.Number("7"), "7"},
		"an empty list":       {metadata.Field{Type: metadata.TypeMultiPick}, []any{}, nil},
		"a time with +0530":   {metadata.Field{Type: metadata.TypeDateTime}, "2026-03-01T10:00:00+0530", "2026-03-01T10:00:00+05:30"},
		"nil clears anything": {metadata.Field{Type: metadata.TypeBoolean}, nil, nil},
	} {
		got, fault := tc.field.Normalise(tc.given)
		require.Nil(t, fault, name)
		require.Equal(t, tc.want, got, name)
	}
}

func TestAValueThatDoesNotSuitItsTypeIsAFault(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		field metadata.Field
		given any
	}{
		"a text that is too long":   {metadata.Field{Type: metadata.TypeText, Length: 3}, "four"},
		"an e-mail without @":       {metadata.Field{Type: metadata.TypeEmail}, "none"},
		"an integer as text":        {metadata.Field{Type: metadata.TypeInteger}, "7"},
		"an integer of ten digits":  {metadata.Field{Type: metadata.TypeInteger}, json.Number("1000000000")},
		"a day that does not exist": {metadata.Field{Type: metadata.TypeDate}, "2023-02-29"},
		"a lookup by name":          {metadata.Field{Type: metadata.TypeLookup}, "Acme"},
	} {
		_, fault := tc.field.Normalise(tc.given)
		require.NotNil(t, fault, name)
	}
}

func TestANumberOfAFileKeepsItsDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]json.Number{"1.50": "1.50", " -3 ": "-3", "+2": "2", ".5": "0.5", "21.3500004": "21.3500004"} {
		got, ok := metadata.ParseDecimal(text)
		require.True(t, ok, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "cheap", "1/2", "0x10", "1_000", "1,5"} {
		_, ok := metadata.ParseDecimal(text)
		require.False(t, ok, text)
	}
}

func TestAFieldSetHasTheMarkerAndCurrenciesAsSet(t *testing.T) {
	t.Parallel()
	accounts := metadata.ModuleNamed("ACCOUNTS")
	plain := metadata.NewFieldSet(accounts, nil, "plain")
	require.False(t, plain.ByAPI[metadata.MarkerField].Unique)
	require.Nil(t, plain.ByAPI["Currency"])
	unique := metadata.NewFieldSet(accounts, []string{"EUR"}, "unique")
	require.True(t, unique.ByAPI[metadata.MarkerField].Unique)
	require.Equal(t, []string{"EUR"}, unique.ByAPI["Currency"].Picks)
	require.Nil(t, metadata.NewFieldSet(accounts, nil, "absent").ByAPI[metadata.MarkerField])
}
