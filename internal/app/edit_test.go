package app_test

import (
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func preferences() record.Preferences {
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
	was := preferences()
	require.Empty(t, app.ComparePreferences(was, preferences()))
	spelled := preferences()
	spelled.Conflicts, spelled.Transactions, spelled.Retention = record.CRMWins, record.TransactionsOff, record.DefaultRetention
	require.Empty(t, app.ComparePreferences(was, spelled), "what an empty one means is no change")

	now := preferences()
	now.Customers.Mode, now.Cadence = record.ModeAccounts, time.Hour
	now.Customers.AccountView = &record.View{ID: "7", Name: "Big"}
	list, err := app.FindMapList("accounts")
	require.NoError(t, err)
	now = list.Set(now, record.FieldMap{Source: "Size", Target: "cf_size", Kind: record.KindChoice, Choices: map[string]string{"L": "large", "B": "big"}})
	now = list.Set(now, record.FieldMap{Source: "Fax", Target: "phone", Kind: record.KindText, Transform: "record.Fax"})
	now, err = list.Remove(now, "display_name")
	require.NoError(t, err)
	require.Equal(t, []app.Change{
		{Setting: "mode", From: "accounts_and_contacts", To: "accounts"},
		{Setting: "view of Accounts", From: "all records", To: "Big (7)"},
		{Setting: "cadence", From: "2h0m0s", To: "1h0m0s"},
		{Setting: "map of accounts to display_name", From: "Account_Name ↔ display_name, as text", To: "none"},
		{Setting: "map of accounts to phone", From: "Phone → phone, as text", To: "Fax by record.Fax → phone, as text"},
		{Setting: "map of accounts to cf_size", From: "none", To: "Size → cf_size, as choice (B=big, L=large)"},
	}, app.ComparePreferences(was, now))
	require.Len(t, was.Customers.AccountMap, 2, "an edit leaves what it began with as it is")
	require.Equal(t, "phone", was.Customers.AccountMap[1].Target)
	_, err = list.Remove(now, "nothing")
	require.ErrorContains(t, err, "starter map accounts list")
}

func TestAnEditSaysWhatItMeansForExistingLinks(t *testing.T) {
	t.Parallel()
	linked := app.Linked{
		record.EntityCustomers:      {record.Accounts: 5, record.Contacts: 2},
		record.EntityContactPersons: {record.Contacts: 7}, record.EntityItems: {record.Products: 3},
	}
	for rule, c := range map[string]struct {
		edit func(*record.Preferences)
		says []string
	}{
		"nothing that is linked is concerned": {func(p *record.Preferences) { p.Cadence = time.Hour }, nil},
		"accounts alone": {func(p *record.Preferences) { p.Customers.Mode = record.ModeAccounts },
			[]string{"2 customers made from contacts stay", "7 contact persons stay"}},
		"contacts alone": {func(p *record.Preferences) { p.Customers.Mode = record.ModeContacts },
			[]string{"5 customers made from accounts stay", "7 contacts that are now contact persons will also become customers"}},
		"no more contacts without an account": {func(p *record.Preferences) { p.Customers.Unattached = false },
			[]string{"2 customers made from contacts without an account stay"}},
		"both ways": {func(p *record.Preferences) { p.Customers.Extent, p.Items.Extent = record.Both, record.Both },
			[]string{"14 linked customers and contact persons will be compared", "3 linked items will be compared"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			now := preferences()
			c.edit(&now)
			got := app.Consequences(preferences(), now, linked)
			require.Len(t, got, len(c.says), got)
			for i, says := range c.says {
				require.Contains(t, got[i], says)
			}
			require.Empty(t, app.Consequences(preferences(), now, nil), "without a link nothing is concerned")
		})
	}
}

func TestAProposedMapKeepsOutOfTheWayOfTheOthers(t *testing.T) {
	t.Parallel()
	fields := app.MapFields{
		CRM:     []record.Field{{Name: "Phone", Type: "phone"}, {Name: "City", Type: "text"}, {Name: "Zip", Type: "integer"}},
		Billing: []record.Field{{Name: "phone", Type: "text"}, {Name: "mobile", Type: "text"}, {Name: "billing_address.city", Type: "text"}},
	}
	have := []record.FieldMap{
		{Source: "Phone", Target: "phone", Kind: record.KindText, Direction: record.BothWays},
		{Source: "Street", Target: "billing_address.street", Kind: record.KindText, Direction: record.ToBilling},
	}
	for rule, c := range map[string]struct {
		source, target string
		want           record.Direction
	}{
		"in the place of the one that is there":         {"Phone", "phone", record.BothWays},
		"a field of the CRM is filled from one field":   {"Phone", "mobile", record.ToBilling},
		"an address goes one way as a whole":            {"City", "billing_address.city", record.ToBilling},
		"where nothing is in the way it goes both ways": {"City", "mobile", record.BothWays},
		"what a side does not know is taken for a text": {"Zip", "cf_zip", record.ToBilling},
		"a transform never goes back":                   {"", "mobile", record.ToBilling},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			got := fields.Propose(have, c.source, c.target)
			require.Equal(t, record.FieldMap{Source: c.source, Target: c.target, Kind: record.KindText, Direction: c.want}, got)
		})
	}
}
