package setup_test

import (
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/steps"

	"github.com/stretchr/testify/require"
)

func transactionsOn(p *record.Preferences) { p.Transactions = record.PushAll }

func TestTransactionsAreTurnedOnWhereBothSidesLetThemBePushed(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	require.Empty(t, w.Adopt(transactionsOn).Problems)
	records := []string{"ZohoCRM.modules.accounts.READ", "ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.products.READ", "ZohoCRM.settings.fields.READ",
		"ZohoCRM.settings.currencies.READ", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.coql.READ"}
	for name, c := range map[string]struct {
		scopes  []string
		setting string
		says    string
	}{
		"the marker field is missing": {nil, "transactions", "cf_causeway_id"},
		"a scope of billing is missing": {append(activitytest.CRMScopes[:len(activitytest.CRMScopes):len(activitytest.CRMScopes)], "ZohoSubscriptions.settings.READ", "ZohoSubscriptions.customers.ALL", "ZohoSubscriptions.items.ALL"),
			"credential of billing", "ZohoSubscriptions.quotes.CREATE"},
		"a scope of the CRM is missing": {append(records, activitytest.BillingScopes...), "credential of the CRM", "ZohoCRM.settings.profiles.READ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
			if c.scopes == nil {
				require.NoError(t, w.Box.Gate().Settings.Set("billingMarker", "absent"))
			} else {
				token, err := w.Box.Gate().Accounts.Mint(t.Context(), c.scopes)
				require.NoError(t, err)
				for _, side := range []record.Side{record.CRM, record.Billing} {
					cred, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, side)
					require.NoError(t, err)
					cred.RefreshToken = token
					require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, side, cred))
				}
			}
			out := w.Adopt(transactionsOn)
			require.Len(t, out.Problems, 1)
			require.Equal(t, c.setting, out.Problems[0].Setting)
			require.Contains(t, out.Problems[0].Reason, c.says)
			require.Zero(t, out.Version, "nothing is saved")
		})
	}
}

func TestTheItemForFreeTextMustBeThere(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Product(7, "Widget", "W-1", "12.50"))
	w.Sync()
	item := func(id string) steps.AdoptResult {
		return w.Adopt(func(p *record.Preferences) { p.CatchAllItem = id })
	}
	out := item("4600000600999999")
	require.Len(t, out.Problems, 1)
	require.Contains(t, out.Problems[0].Reason, "no item 4600000600999999")
	id := w.Item("Widget").Text("item_id")
	require.Empty(t, item(id).Problems)
}
