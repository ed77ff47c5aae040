package preferences_test

import (
	"testing"
	"time"

	"causeway/internal/preferences"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func sample() record.Preferences {
	return record.Preferences{
		Customers: record.CustomerOptions{
			Mode: record.ModeAccountsAndContacts, Extent: record.Fetch, Duplicates: record.Skip, Unattached: true,
			AccountMap: []record.FieldMap{
				{Source: "Account_Name", Target: "display_name", Kind: record.KindText, Direction: record.BothWays},
				{Source: "Phone", Target: "phone", Kind: record.KindText},
			},
		},
		Items:   record.ItemOptions{Extent: record.Fetch, Duplicates: record.Skip},
		Cadence: 2 * time.Hour,
	}
}

func TestAnEditIsToldSettingBySetting(t *testing.T) {
	t.Parallel()
	was := sample()
	require.Empty(t, preferences.Compare(was, sample()))
	spelled := sample()
	spelled.Conflicts, spelled.Transactions, spelled.Retention = record.CRMWins, record.TransactionsOff, record.DefaultRetention
	require.Empty(t, preferences.Compare(was, spelled), "what an empty one means is no change")

	now := sample()
	now.Customers.Mode, now.Cadence = record.ModeAccounts, time.Hour
	now.Customers.AccountView = &record.View{ID: "7", Name: "Big"}
	list, err := preferences.FindMapList("accounts")
	require.NoError(t, err)
	now = list.Set(now, record.FieldMap{Source: "Size", Target: "cf_size", Kind: record.KindChoice, Choices: map[string]string{"L": "large", "B": "big"}})
	now = list.Set(now, record.FieldMap{Source: "Fax", Target: "phone", Kind: record.KindText, Transform: "record.Fax"})
	now, err = list.Remove(now, "display_name")
	require.NoError(t, err)
	require.Equal(t, []preferences.Change{
		{Setting: "mode", From: "accounts_and_contacts", To: "accounts"},
		{Setting: "view of Accounts", From: "all records", To: "Big (7)"},
		{Setting: "cadence", From: "2h0m0s", To: "1h0m0s"},
		{Setting: "map of accounts to display_name", From: "Account_Name ↔ display_name, as text", To: "none"},
		{Setting: "map of accounts to phone", From: "Phone → phone, as text", To: "Fax by record.Fax → phone, as text"},
		{Setting: "map of accounts to cf_size", From: "none", To: "Size → cf_size, as choice (B=big, L=large)"},
	}, preferences.Compare(was, now))
	require.Len(t, was.Customers.AccountMap, 2, "an edit leaves what it began with as it is")
	require.Equal(t, "phone", was.Customers.AccountMap[1].Target)
	_, err = list.Remove(now, "nothing")
	require.ErrorContains(t, err, "starter map accounts list")
}

func TestAnEditSaysWhatItMeansForExistingLinks(t *testing.T) {
	t.Parallel()
	linked := preferences.Linked{
		record.EntityCustomers:      {record.Accounts: 5, record.Contacts: 2},
		record.EntityContactPersons: {record.Contacts: 7}, record.EntityItems: {record.Products: 3},
	}
	for rule, c := range map[string]struct {
		edit func(*record.Preferences)
		says []string
	}{
		"nothing that is linked is concerned": {func(p *record.Preferences) { p.Cadence = time.Hour }, nil},
		"accounts alone": {func(p *record.Preferences) { p.Customers.Mode = record.ModeAccounts },
			[]string{"2 customers that came from contacts stay", "7 contact persons stay"}},
		"contacts alone": {func(p *record.Preferences) { p.Customers.Mode = record.ModeContacts },
			[]string{"5 customers that came from accounts stay", "7 contacts that are contact persons today become customers of their own"}},
		"no more contacts without an account": {func(p *record.Preferences) { p.Customers.Unattached = false },
			[]string{"2 customers that came from contacts without an account stay"}},
		"both ways": {func(p *record.Preferences) { p.Customers.Extent, p.Items.Extent = record.Both, record.Both },
			[]string{"14 linked customers and contact persons will be compared", "3 linked items will be compared"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			now := sample()
			c.edit(&now)
			got := preferences.Consequences(sample(), now, linked)
			require.Len(t, got, len(c.says), got)
			for i, says := range c.says {
				require.Contains(t, got[i], says)
			}
			require.Empty(t, preferences.Consequences(sample(), now, nil), "without a link nothing is concerned")
		})
	}
}
