package activities_test

import (
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/record"
	"causeway/internal/sandbox/zohocrm"
	"causeway/internal/steps"
	"causeway/internal/store/connections"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (w *world) setup() *activities.Setup {
	return &activities.Setup{Env: w.environment(time.Now)}
}

// draft keeps an edit of the newest preferences, as somebody who sees them now.
func (w *world) draft(edit func(*record.Preferences)) string {
	w.t.Helper()
	prefs, err := w.store.Connections.Preferences(w.t.Context(), demo, 0)
	require.NoError(w.t, err)
	d := connections.Draft{ID: uuid.NewString(), Connection: demo, Base: prefs.Version, Preferences: prefs, At: time.Now()}
	edit(&d.Preferences)
	require.NoError(w.t, w.store.Connections.PutDraft(w.t.Context(), d))
	return d.ID
}

// adopt edits the preferences as `starter configure` does, and gives the verdict.
func (w *world) adopt(edit func(*record.Preferences)) steps.AdoptResult {
	w.t.Helper()
	out, err := w.setup().AdoptDraft(w.t.Context(), steps.AdoptInput{Connection: demo, Draft: w.draft(edit)})
	require.NoError(w.t, err)
	return out
}

// version is that of the newest preferences.
func (w *world) version() int {
	w.t.Helper()
	prefs, err := w.store.Connections.Preferences(w.t.Context(), demo, 0)
	require.NoError(w.t, err)
	return prefs.Version
}

func cadence(d time.Duration) func(*record.Preferences) {
	return func(p *record.Preferences) { p.Cadence = d }
}

func TestAnEditIsSavedOnceAsTheNextVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	in := steps.AdoptInput{Connection: demo, Draft: w.draft(cadence(10 * time.Minute))}
	for range 2 {
		out, err := w.setup().AdoptDraft(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, steps.AdoptResult{Version: 2, CadenceMS: (10 * time.Minute).Milliseconds()}, out)
	}
	require.Equal(t, 2, w.version())
}

func TestOfTwoAdminsWhoSaveAtOnceTheSecondIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	first, second := w.draft(cadence(10*time.Minute)), w.draft(cadence(20*time.Minute))
	_, err := w.setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: demo, Draft: first})
	require.NoError(t, err)
	_, err = w.setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: demo, Draft: second})
	failure := contract.FailureOf(err)
	require.Equal(t, contract.ErrorConflict, failure.Type)
	require.Equal(t, "PREFERENCES_MOVED", failure.Code)
	require.Contains(t, failure.Reason, "repeat the edit")
	require.Equal(t, 2, w.version())
}

func TestADraftThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	_, err := w.setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: demo, Draft: "nobody's"})
	require.Equal(t, contract.ErrorNotFound, contract.FailureOf(err).Type)
	d := connections.Draft{ID: "other's", Connection: "other", At: time.Now()}
	require.NoError(t, w.store.Connections.PutDraft(t.Context(), d))
	_, err = w.setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: demo, Draft: d.ID})
	require.Equal(t, "DRAFT_OF_ANOTHER_CONNECTION", contract.FailureOf(err).Code)
}

func mapped(m record.FieldMap) func(*record.Preferences) {
	return func(p *record.Preferences) { p.Customers.AccountMap = append(p.Customers.AccountMap, m) }
}

func TestABadEditIsRefusedWithAllItsProblemsAndChangesNothing(t *testing.T) { //nolint:tparallel // they share one world
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	deleted, err := w.box.CRM().AddView(t.Context(), "Accounts", zohocrm.View{Name: "Big"})
	require.NoError(t, err)
	require.NoError(t, w.box.CRM().DropView(t.Context(), deleted))
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
			out := w.adopt(c.edit)
			require.Zero(t, out.Version)
			require.Len(t, out.Problems, 1, out.Problems)
			require.Equal(t, c.setting, out.Problems[0].Setting)
			require.Equal(t, c.code, out.Problems[0].Code)
			require.Contains(t, out.Problems[0].String(), c.words)
			require.Equal(t, 1, w.version())
		})
	}
	out := w.adopt(func(p *record.Preferences) { p.Cadence, p.Conflicts, p.Customers.Mode = 0, "x", "y" })
	require.Len(t, out.Problems, 3, "all that is wrong is told at once")
}

func TestAMapThatDriftedDoesNotStandInTheWayOfAnotherEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	require.NoError(t, w.box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Tier", Type: "text"}))
	require.Empty(t, w.adopt(mapped(record.FieldMap{Source: "Tier", Target: "mobile", Kind: record.KindText})).Problems)
	require.NoError(t, w.box.CRM().DropField(t.Context(), "Accounts", "Tier"))
	require.Equal(t, 3, w.adopt(cadence(10*time.Minute)).Version)
}

func TestTwoWaysNeedTheRightToWriteInTheCRM(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	scopes := []string{"ZohoCRM.modules.accounts.READ", "ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.products.READ", "ZohoCRM.settings.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.coql.READ"}
	token, err := w.box.Gate().Accounts.Mint(t.Context(), scopes)
	require.NoError(t, err)
	cred, err := w.store.Connections.Credential(t.Context(), demo, record.CRM)
	require.NoError(t, err)
	cred.RefreshToken = token
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.CRM, cred))
	require.Empty(t, w.adopt(cadence(10*time.Minute)).Problems)
	out := w.adopt(both)
	require.Len(t, out.Problems, 1)
	require.Equal(t, "credential of the CRM", out.Problems[0].Setting)
	require.Contains(t, out.Problems[0].Reason, "make a new refresh token")
}

func TestAViewNeedsTheRightToReadLargeOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	view, err := w.box.CRM().AddView(t.Context(), "Accounts", zohocrm.View{Name: "All of them"})
	require.NoError(t, err)
	choose := func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "All of them"} }
	good, err := w.store.Connections.Credential(t.Context(), demo, record.CRM)
	require.NoError(t, err)
	poor := good
	poor.RefreshToken, err = w.box.Gate().Accounts.Mint(t.Context(), crmScopes)
	require.NoError(t, err)
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.CRM, poor))
	out := w.adopt(choose)
	require.Len(t, out.Problems, 1)
	require.Contains(t, out.Problems[0].Reason, "ZohoCRM.bulk.ALL")
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.CRM, good))
	require.Empty(t, w.adopt(choose).Problems)
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.CRM, poor))
	require.Empty(t, w.adopt(cadence(10*time.Minute)).Problems, "an edit of something else is not concerned")
	w.sync()
}

func TestOnlyTheFirstConnectionOfACRMGoesBothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	conn, err := w.store.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	require.NotZero(t, w.adopt(both).Version)
	// A second billing organisation of the same CRM, connected later.
	second := record.Connection{ID: "second", Incarnation: "2", CRMOrg: conn.CRMOrg, BillingOrg: "other", State: record.StateConnected, CreatedAt: time.Now().Add(time.Hour)}
	require.NoError(t, w.store.Connections.Create(t.Context(), second))
	prefs, err := w.store.Connections.Preferences(t.Context(), demo, 1)
	require.NoError(t, err)
	_, err = w.store.Connections.SavePreferences(t.Context(), second.ID, prefs, 0)
	require.NoError(t, err)
	both(&prefs)
	prefs.Transactions = record.PushQuotes
	d := connections.Draft{ID: "d", Connection: second.ID, Base: 1, Preferences: prefs, At: time.Now()}
	require.NoError(t, w.store.Connections.PutDraft(t.Context(), d))
	out, err := w.setup().AdoptDraft(t.Context(), steps.AdoptInput{Connection: second.ID, Draft: d.ID})
	require.NoError(t, err)
	require.Len(t, out.Problems, 3)
	for i, setting := range []string{"extent of customers", "extent of items", "transactions"} {
		require.Equal(t, setting, out.Problems[i].Setting)
		require.Contains(t, out.Problems[i].Reason, `which is "demo"`)
	}
}

func TestBaseCurrenciesAreComparedBeforeMapsAreSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings("billingBaseCurrency", "EUR"), twoCompanies()...)
	w.set("crmMultiCurrency", "on")
	out := w.adopt(mapped(record.FieldMap{Source: "Description", Target: "mobile", Kind: record.KindText}))
	require.Len(t, out.Problems, 1)
	require.Equal(t, "BASE_CURRENCIES_DIFFER", out.Problems[0].Code)
	require.NotZero(t, w.adopt(cadence(10*time.Minute)).Version, "an edit of something else is not concerned")
}

func TestTwoWaysNeedAUniqueMarkerFieldInTheCRMWhenTheyAreChosen(t *testing.T) {
	t.Parallel()
	for marker, says := range map[string]string{"absent": "Causeway_ID", "plain": "may hold one value twice"} {
		t.Run(marker, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("crmMarker", marker), twoCompanies()...)
			out := w.adopt(func(p *record.Preferences) { p.Items.Extent = record.Both })
			require.Len(t, out.Problems, 1, "of the modules that are written to alone")
			problem := out.Problems[0]
			require.Equal(t, "MARKER_FIELD", problem.Code)
			require.Equal(t, "extent of items", problem.Setting)
			require.Contains(t, problem.String(), says)
			require.Contains(t, problem.Reason, "module Products")
			require.Contains(t, problem.Reason, "or use fetch")
			require.Len(t, w.adopt(both).Problems, 3, "accounts, contacts and products")
			require.Equal(t, 1, w.version())
			require.NotZero(t, w.adopt(cadence(10*time.Minute)).Version, "what writes nothing there needs none")
		})
	}
}
