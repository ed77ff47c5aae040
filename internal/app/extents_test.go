package app_test

import (
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestTheFirstConnectionOfACRMOrganisationGoesBothWaysUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	_, st, req := connected(t, nil)
	asked := req
	found, err := app.NewSides(st).Check(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, record.Both, found.Preferences.Customers.Extent, "shown before anything is stored")
	require.Equal(t, record.Both, found.Preferences.Items.Extent)
	require.Equal(t, record.CRMWins, found.Preferences.Conflicts)

	asked.CustomersExtent, asked.Conflicts = record.Fetch, record.AskWins
	found, err = app.NewSides(st).Check(t.Context(), &asked)
	require.NoError(t, err)
	require.Equal(t, record.Fetch, found.Preferences.Customers.Extent)
	require.Equal(t, record.Both, found.Preferences.Items.Extent, "each by itself")
	require.Equal(t, record.AskWins, found.Preferences.Conflicts)
}

func TestAFurtherConnectionOfACRMOrganisationFetchesOnly(t *testing.T) {
	t.Parallel()
	_, st, req := connected(t, nil)
	sides := app.NewSides(st)
	second, third, late := req, req, req
	second.ID, third.ID, late.ID = "second", "third", "late"
	// It was checked while there was no other connection, and is made when there is one.
	lateFound, err := sides.Check(t.Context(), &late)
	require.NoError(t, err)
	lateFound.Preferences.Customers.Duplicates, lateFound.Preferences.Items.Duplicates = record.Skip, record.Skip

	found, err := sides.Check(t.Context(), &req)
	require.NoError(t, err)
	_, err = app.Connect(t.Context(), st, req, found, time.Now())
	require.NoError(t, err)

	found, err = sides.Check(t.Context(), &second)
	require.NoError(t, err)
	require.Equal(t, record.Fetch, found.Preferences.Customers.Extent, "nothing was asked for")
	require.Equal(t, record.Fetch, found.Preferences.Items.Extent)
	_, err = app.Connect(t.Context(), st, second, found, time.Now())
	refused(t, err, record.Invalid, "each would clone the other's clones", "choose skip or overwrite")
	found.Preferences.Customers.Duplicates, found.Preferences.Items.Duplicates = record.Skip, record.Skip
	_, err = app.Connect(t.Context(), st, second, found, time.Now())
	require.NoError(t, err)

	third.ItemsExtent = record.Both
	_, err = sides.Check(t.Context(), &third)
	refused(t, err, record.Invalid, `only the first connection`, `and that is "demo"`, "--items-extent=fetch")
	_, err = app.Connect(t.Context(), st, late, lateFound, time.Now())
	refused(t, err, record.Invalid, `and that is "demo"`)
	_, err = st.Connections.Get(t.Context(), "late")
	require.True(t, record.IsKind(err, record.NotFound), "nothing was stored")
}

func TestTwoWaysNeedAUniqueMarkerFieldInTheCRM(t *testing.T) {
	t.Parallel()
	for marker, says := range map[string]string{"absent": "has no field Causeway_ID", "plain": "allows duplicate values"} {
		t.Run(marker, func(t *testing.T) {
			t.Parallel()
			_, st, req := connected(t, map[string]string{"crmMarker": marker})
			fetch := req
			_, err := app.NewSides(st).Check(t.Context(), &req)
			refused(t, err, record.Invalid, says, "Do not allow duplicate values", "--customers-extent=fetch")
			fetch.CustomersExtent, fetch.ItemsExtent = record.Fetch, record.Fetch
			_, err = app.NewSides(st).Check(t.Context(), &fetch)
			require.NoError(t, err, "what writes nothing there needs none")
		})
	}
}

func TestTwoWaysNeedTheScopesToWriteWhatGoesBack(t *testing.T) {
	t.Parallel()
	box, st, req := connected(t, nil)
	reading := []string{
		"ZohoCRM.coql.READ", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.settings.fields.READ", "ZohoCRM.settings.currencies.READ",
		"ZohoCRM.modules.accounts.READ", "ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.products.ALL",
	}
	token, err := box.Gate().Accounts.Mint(t.Context(), reading)
	require.NoError(t, err)
	req.CRM.RefreshToken = token
	items := req
	_, err = app.NewSides(st).Check(t.Context(), &req)
	refused(t, err, record.Unauthorized, "ZohoCRM.modules.accounts.CREATE", "--customers-extent=fetch")
	items.CustomersExtent = record.Fetch
	_, err = app.NewSides(st).Check(t.Context(), &items)
	require.NoError(t, err, "items alone go both ways, and it may write these")
}

func TestAWordThatNoPreferencesKnowIsRefused(t *testing.T) {
	t.Parallel()
	_, st, req := connected(t, nil)
	req.ItemsExtent, req.Conflicts = "all", "oldest"
	_, err := app.NewSides(st).Check(t.Context(), &req)
	refused(t, err, record.Invalid, `--items-extent=all is not a known value`, `--conflicts=oldest is not a known value`, `"newest"`)
}

func refused(t *testing.T, err error, kind record.Kind, words ...string) {
	t.Helper()
	require.True(t, record.IsKind(err, kind), "%v", err)
	for _, w := range words {
		require.ErrorContains(t, err, w)
	}
}
