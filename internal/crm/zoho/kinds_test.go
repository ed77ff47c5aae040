package zoho

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/sandbox/zohocrm"
)

func TestValuesOfEachKindAreWrittenAndReadBack(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	users, err := c.Users(t.Context())
	require.NoError(t, err)
	page, err := c.Read(t.Context(), record.Accounts, crm.ReadQuery{Limit: 1})
	require.NoError(t, err)
	parent := page.Records[0].ID
	kinds := []struct {
		field      zohocrm.CustomField
		value, bad any
	}{
		{zohocrm.CustomField{API: "C_Text", Length: 10}, "a", "more than ten characters"},
		{zohocrm.CustomField{API: "C_Area", Type: "textarea"}, "a\nb", 1},
		{zohocrm.CustomField{API: "C_Email", Type: "email"}, "a@example.com", "no address"},
		{zohocrm.CustomField{API: "C_Integer", Type: "integer"}, json.Number("7"), "seven"},
		{zohocrm.CustomField{API: "C_Double", Type: "double"}, json.Number("1.5"), "x"},
		{zohocrm.CustomField{API: "C_Currency", Type: "currency"}, json.Number("12.34"), "x"},
		{zohocrm.CustomField{API: "C_Percent", Type: "percent"}, json.Number("50"), "x"},
		{zohocrm.CustomField{API: "C_Switch", Type: "boolean"}, true, "yes"},
		{zohocrm.CustomField{API: "C_Date", Type: "date"}, "2026-02-28", "28.2.2026"},
		{zohocrm.CustomField{API: "C_Pick", Type: "picklist", Picks: []string{"S", "L"}}, "L", "XL"},
		{zohocrm.CustomField{API: "C_Picks", Type: "multiselectpicklist", Picks: []string{"a", "b", "c"}}, []any{"a", "c"}, []any{"d"}},
		{zohocrm.CustomField{API: "C_Lookup", Type: "lookup", Lookup: "Accounts"}, map[string]any{"id": parent}, map[string]any{"id": "1"}},
		{zohocrm.CustomField{API: "C_Owner", Type: "ownerlookup"}, map[string]any{"id": users[0].ID}, map[string]any{"id": "1"}},
	}
	values, names := record.Values{"Account_Name": "Kinds"}, []string{}
	for i := range kinds {
		kinds[i].field.Module = "Accounts"
		require.NoError(t, s.CRM().AddField(t.Context(), kinds[i].field))
		values[kinds[i].field.API], names = kinds[i].value, append(names, kinds[i].field.API)
	}
	// Our contract check ignores custom fields, since the definitions declare none.
	plain := New(Config{Connection: "kinds", Credential: credential(s)})
	done, err := plain.Upsert(t.Context(), record.Accounts, []crm.Write{{Marker: "kinds", Values: values}})
	require.NoError(t, err)
	require.NoError(t, done[0].Err)
	whole, err := c.Get(t.Context(), record.Accounts, done[0].ID)
	require.NoError(t, err)
	listed, err := c.Read(t.Context(), record.Accounts, crm.ReadQuery{IDs: []string{done[0].ID}, Fields: names})
	require.NoError(t, err)
	fields, err := c.Fields(t.Context(), record.Accounts)
	require.NoError(t, err)
	for _, k := range kinds {
		name := k.field.API
		for _, got := range []any{whole.Values[name], listed.Records[0].Values[name]} {
			if want, ok := k.value.(map[string]any); ok {
				object, _ := got.(map[string]any)
				require.Equal(t, want["id"], object["id"], name)
				continue
			}
			require.Equal(t, k.value, got, name)
		}
		at := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == name })
		require.Equal(t, cmp.Or(k.field.Type, "text"), fields[at].Type)
		require.Equal(t, k.field.Picks, fields[at].Options)
		require.Equal(t, record.Module(k.field.Lookup), fields[at].Lookup)

		refused, err := plain.Update(t.Context(), record.Accounts, []crm.Write{{ID: done[0].ID, Values: record.Values{name: k.bad}}})
		require.NoError(t, err)
		require.True(t, record.IsKind(refused[0].Err, record.Invalid), "%s: %v", name, refused[0].Err)
		require.ErrorContains(t, refused[0].Err, name)
	}
}
