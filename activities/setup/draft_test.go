package setup_test

import (
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/sandbox/zohocrm"
	"causeway/internal/steps"
	"causeway/internal/store/connections"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// version is that of the newest preferences.
func version(w *activitytest.World) int {
	w.T.Helper()
	prefs, err := w.Store.Connections.Preferences(w.T.Context(), activitytest.Demo, 0)
	require.NoError(w.T, err)
	return prefs.Version
}

func cadence(d time.Duration) func(*record.Preferences) {
	return func(p *record.Preferences) { p.Cadence = d }
}

func TestAnEditIsSavedOnceAsTheNextVersion(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	in := steps.AdoptInput{Connection: activitytest.Demo, Draft: w.Draft(cadence(10 * time.Minute))}
	for range 2 {
		out, err := w.Setup().AdoptDraft(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, steps.AdoptResult{Version: 2, CadenceMS: (10 * time.Minute).Milliseconds()}, out)
	}
	require.Equal(t, 2, version(w))
}

func TestOfTwoAdminsWhoSaveAtOnceTheSecondIsTold(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	first, second := w.Draft(cadence(10*time.Minute)), w.Draft(cadence(20*time.Minute))
	_, err := w.Setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: activitytest.Demo, Draft: first})
	require.NoError(t, err)
	_, err = w.Setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: activitytest.Demo, Draft: second})
	failure := contract.FailureOf(err)
	require.Equal(t, contract.ErrorConflict, failure.Type)
	require.Equal(t, "PREFERENCES_MOVED", failure.Code)
	require.Contains(t, failure.Reason, "repeat the edit")
	require.Equal(t, 2, version(w))
}

func TestADraftThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	_, err := w.Setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: activitytest.Demo, Draft: "nobody's"})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
	d := connections.Draft{ID: "other's", Connection: "other", At: time.Now()}
	require.NoError(t, w.Store.Connections.PutDraft(t.Context(), d))
	_, err = w.Setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: activitytest.Demo, Draft: d.ID})
	require.Equal(t, "DRAFT_OF_ANOTHER_CONNECTION", contract.FailureOf(err).Code)
}

func mapped(m record.FieldMap) func(*record.Preferences) {
	return func(p *record.Preferences) { p.Customers.AccountMap = append(p.Customers.AccountMap, m) }
}

func TestABadEditIsRefusedWithAllItsProblemsAndChangesNothing(t *testing.T) { //nolint:tparallel // they share one world
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	deleted, err := w.Box.CRM().AddView(t.Context(), "Accounts", zohocrm.View{Name: "Big"})
	require.NoError(t, err)
	require.NoError(t, w.Box.CRM().DropView(t.Context(), deleted))
	for _, c := range []struct {
		name          string
		edit          func(*record.Preferences)
		setting, code string
		words         string
	}{
		{"a cadence under five minutes", cadence(time.Minute), "cadence", "SETTING", "give 5m0s or more"},
		{"a retention of an hour", func(p *record.Preferences) { p.Retention = time.Hour }, "retention", "SETTING", "give 24h0m0s or more"},
		{"an unknown mode", func(p *record.Preferences) { p.Customers.Mode = "leads" }, "mode", "SETTING", `"leads" is not known`},
		{"an unknown extent", func(p *record.Preferences) { p.Items.Extent = "push" }, "extent of items", "SETTING", "fetch, both"},
		{"an unknown rule", func(p *record.Preferences) { p.Conflicts = "oldest" }, "conflicts", "SETTING", "crm, billing, newest, ask"},
		{"retainer invoices", func(p *record.Preferences) { p.Transactions = "retainerinvoices" }, "transactions", "TRANSACTIONS_UNKNOWN", "Temporal SDK"},
		{"a view that was deleted", func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: deleted, Name: "Big"} },
			"view of Accounts", "VIEW_DELETED", "choose another view"},
		{"a map of a missing field", mapped(record.FieldMap{Source: "Shoe_Size", Target: "cf_size", Kind: record.KindText}),
			"map of accounts", "FIELD_MAP", "is no field of this CRM module"},
		{"a text into a number", func(p *record.Preferences) {
			for i, m := range p.Items.Map {
				if m.Target == "rate" {
					p.Items.Map[i].Source = "Description"
				}
			}
		}, "map of items", "FIELD_MAP", "from a text into a number"},
		{"a transform that does not compile", mapped(record.FieldMap{Source: "Phone", Target: "mobile", Kind: record.KindText, Transform: "record.Phone +"}),
			"map of accounts", "FIELD_MAP", "does not compile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := w.Adopt(c.edit)
			require.Zero(t, out.Version)
			require.Len(t, out.Problems, 1, out.Problems)
			require.Equal(t, c.setting, out.Problems[0].Setting)
			require.Equal(t, c.code, out.Problems[0].Code)
			require.Contains(t, out.Problems[0].String(), c.words)
			require.Equal(t, 1, version(w))
		})
	}
	out := w.Adopt(func(p *record.Preferences) { p.Cadence, p.Conflicts, p.Customers.Mode = 0, "x", "y" })
	require.Len(t, out.Problems, 3, "all that is wrong is told at once")
}

func TestAMapThatDriftedDoesNotStandInTheWayOfAnotherEdit(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Tier", Type: "text"}))
	require.Empty(t, w.Adopt(mapped(record.FieldMap{Source: "Tier", Target: "mobile", Kind: record.KindText})).Problems)
	require.NoError(t, w.Box.CRM().DropField(t.Context(), "Accounts", "Tier"))
	require.Equal(t, 3, w.Adopt(cadence(10*time.Minute)).Version)
}

func TestTwoWaysNeedTheRightToWriteInTheCRM(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	scopes := []string{"ZohoCRM.modules.accounts.READ", "ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.products.READ", "ZohoCRM.settings.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.coql.READ"}
	token, err := w.Box.Gate().Accounts.Mint(t.Context(), scopes)
	require.NoError(t, err)
	cred, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, record.CRM)
	require.NoError(t, err)
	cred.RefreshToken = token
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.CRM, cred))
	require.Empty(t, w.Adopt(cadence(10*time.Minute)).Problems)
	out := w.Adopt(activitytest.Both)
	require.Len(t, out.Problems, 1)
	require.Equal(t, "credential of the CRM", out.Problems[0].Setting)
	require.Contains(t, out.Problems[0].Reason, "make a new refresh token")
}

func TestAViewNeedsTheRightToReadLargeOnes(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	view, err := w.Box.CRM().AddView(t.Context(), "Accounts", zohocrm.View{Name: "All of them"})
	require.NoError(t, err)
	choose := func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "All of them"} }
	good, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, record.CRM)
	require.NoError(t, err)
	poor := good
	poor.RefreshToken, err = w.Box.Gate().Accounts.Mint(t.Context(), activitytest.CRMScopes)
	require.NoError(t, err)
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.CRM, poor))
	out := w.Adopt(choose)
	require.Len(t, out.Problems, 1)
	require.Contains(t, out.Problems[0].Reason, "ZohoCRM.bulk.ALL")
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.CRM, good))
	require.Empty(t, w.Adopt(choose).Problems)
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.CRM, poor))
	require.Empty(t, w.Adopt(cadence(10*time.Minute)).Problems, "an edit of something else is not concerned")
	w.Sync()
}

func TestOnlyTheFirstConnectionOfACRMGoesBothWays(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.NotZero(t, w.Adopt(activitytest.Both).Version)
	// A second billing organisation of the same CRM, connected later.
	second := record.Connection{ID: "second", Incarnation: "2", CRMOrg: conn.CRMOrg, BillingOrg: "other", State: record.StateConnected, CreatedAt: time.Now().Add(time.Hour)}
	require.NoError(t, w.Store.Connections.Create(t.Context(), second))
	prefs, err := w.Store.Connections.Preferences(t.Context(), activitytest.Demo, 1)
	require.NoError(t, err)
	_, err = w.Store.Connections.SavePreferences(t.Context(), second.ID, prefs, 0)
	require.NoError(t, err)
	activitytest.Both(&prefs)
	prefs.Transactions = record.PushQuotes
	d := connections.Draft{ID: "d", Connection: second.ID, Base: 1, Preferences: prefs, At: time.Now()}
	require.NoError(t, w.Store.Connections.PutDraft(t.Context(), d))
	out, err := w.Setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: second.ID, Draft: d.ID})
	require.NoError(t, err)
	require.Len(t, out.Problems, 3)
	for i, setting := range []string{"extent of customers", "extent of items", "transactions"} {
		require.Equal(t, setting, out.Problems[i].Setting)
		require.Contains(t, out.Problems[i].Reason, `and that is "demo"`)
	}
}

func TestBaseCurrenciesAreComparedBeforeMapsAreSaved(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("billingBaseCurrency", "EUR"), activitytest.TwoCompanies()...)
	w.Set("crmMultiCurrency", "on")
	out := w.Adopt(mapped(record.FieldMap{Source: "Description", Target: "mobile", Kind: record.KindText}))
	require.Len(t, out.Problems, 1)
	require.Equal(t, "BASE_CURRENCIES_DIFFER", out.Problems[0].Code)
	require.NotZero(t, w.Adopt(cadence(10*time.Minute)).Version, "an edit of something else is not concerned")
}

func TestTwoWaysNeedAUniqueMarkerFieldInTheCRMWhenTheyAreChosen(t *testing.T) {
	t.Parallel()
	for marker, says := range map[string]string{"absent": "Causeway_ID", "plain": "may hold one value twice"} {
		t.Run(marker, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("crmMarker", marker), activitytest.TwoCompanies()...)
			out := w.Adopt(func(p *record.Preferences) { p.Items.Extent = record.Both })
			require.Len(t, out.Problems, 1, "of the modules that are written to alone")
			problem := out.Problems[0]
			require.Equal(t, "MARKER_FIELD", problem.Code)
			require.Equal(t, "extent of items", problem.Setting)
			require.Contains(t, problem.String(), says)
			require.Contains(t, problem.Reason, "module Products")
			require.Contains(t, problem.Reason, "or use fetch")
			require.Len(t, w.Adopt(activitytest.Both).Problems, 3, "accounts, contacts and products")
			require.Equal(t, 1, version(w))
			require.NotZero(t, w.Adopt(cadence(10*time.Minute)).Version, "what writes nothing there needs none")
		})
	}
}
