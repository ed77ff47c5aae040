package crmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

func search(t *testing.T, f Fixture) {
	accounts := all(t, f.Port, record.Accounts, crm.ReadQuery{})
	name := accounts[len(accounts)-1].Name
	for _, asked := range []string{name, strings.ToUpper(name), " " + string([]rune(name)[:3])} {
		found, err := f.Port.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: asked})
		require.NoError(t, err)
		require.NotEmpty(t, found, "%q", asked)
		for _, r := range found {
			require.Equal(t, record.Accounts, r.Module)
			require.True(t, strings.HasPrefix(strings.ToLower(r.Name), strings.ToLower(strings.TrimSpace(asked))), r.Name)
		}
	}
	none, err := f.Port.Search(t.Context(), crm.SearchQuery{Module: record.Products, Name: "nobody has this name"})
	require.NoError(t, err)
	require.Empty(t, none)
	for _, empty := range []crm.SearchQuery{{Module: record.Accounts}, {Module: record.Contacts, FirstName: " "}} {
		_, err = f.Port.Search(t.Context(), empty)
		requireKind(t, err, record.Invalid)
	}
}

func searchContacts(t *testing.T, f Fixture) {
	var first, last string
	for _, r := range all(t, f.Port, record.Contacts, crm.ReadQuery{}) {
		if first, _ = r.Values["First_Name"].(string); first != "" {
			last, _ = r.Values["Last_Name"].(string)
			break
		}
	}
	for _, q := range []crm.SearchQuery{{FirstName: first}, {LastName: last}, {FirstName: first, LastName: last}, {Name: first + " " + last}} {
		q.Module = record.Contacts
		found, err := f.Port.Search(t.Context(), q)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		for _, r := range found {
			had, _ := r.Values["First_Name"].(string)
			require.True(t, q.FirstName == "" || strings.HasPrefix(had, first))
			had, _ = r.Values["Last_Name"].(string)
			require.True(t, q.LastName == "" || strings.HasPrefix(had, last))
		}
	}
}

// searchOdd: the characters of a name are never part of the search language.
func searchOdd(t *testing.T, f Fixture) {
	f.needsMarker(t)
	for _, name := range []string{`Odd (One), Ltd.`, `Odd: a)or(b \ c`, `Odd "quoted" 'name' & more`, `Odd %_* ünïcode 漢字`} {
		had := upsert(t, f, record.Accounts, newWrite(record.Accounts, name))
		found, err := f.Port.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: name})
		require.NoError(t, err)
		require.Equal(t, []string{had[0].ID}, ids(found), name)
	}
	found, err := f.Port.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: "Odd", Limit: 2})
	require.NoError(t, err)
	require.Len(t, found, 2)
}
