package preferences_test

import (
	"encoding/json"
	"testing"
	"time"

	"causeway/internal/preferences"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func allPreferences() record.Preferences {
	maps := func(source string) []record.FieldMap {
		return []record.FieldMap{{Source: source, Target: "notes", Kind: record.KindChoice, Direction: record.BothWays, Choices: map[string]string{"a": "b"}}}
	}
	return record.Preferences{
		Version: 3,
		Customers: record.CustomerOptions{
			Mode: record.ModeAccountsAndContacts, Extent: record.Both, Duplicates: record.Clone, Unattached: true,
			AccountView: &record.View{ID: "1", Name: "Big"}, ContactView: &record.View{ID: "2", Name: "Old"},
			AccountMap: maps("A"), ContactMap: maps("B"), PersonMap: maps("C"),
		},
		Items:        record.ItemOptions{Extent: record.Fetch, Duplicates: record.Overwrite, View: &record.View{ID: "3", Name: "Sold"}, Map: maps("D")},
		Transactions: record.PushQuotes, Conflicts: record.AskWins, Cadence: 10 * time.Minute, Retention: 48 * time.Hour,
	}
}

func TestPreferencesGoThereAndBackWhole(t *testing.T) {
	t.Parallel()
	want := allPreferences()
	public := preferences.ToContract(want)
	require.Equal(t, want, preferences.FromContract(public))
	public.Customers.AccountMap[0].Choices["a"] = "c"
	require.Equal(t, "b", want.Customers.AccountMap[0].Choices["a"], "what is printed shares nothing with what is stored")
}

func TestPreferencesOfAnEarlierBuildShowTheirDefaults(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(preferences.ToContract(record.Preferences{
		Version: 1, Cadence: record.DefaultCadence,
		Items: record.ItemOptions{Map: []record.FieldMap{{Source: "Product_Name", Target: "name", Kind: record.KindText}}},
	}))
	require.NoError(t, err)
	for _, part := range []string{
		`"transactions":"off"`, `"conflicts":"crm"`, `"cadence_ms":7200000`, `"retention_ms":7776000000`, `"direction":"to_billing"`,
		`"account_view":null`, `"account_map":[]`,
	} {
		require.Contains(t, string(data), part)
	}
}
