package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store"

	"github.com/stretchr/testify/require"
)

func TestTheStoreAndTheKeyLieInTheDataDirectoryUnlessNamed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	st, err := app.Config{DataDir: dir}.OpenStore(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	require.FileExists(t, filepath.Join(dir, "causeway.db"))
	info, err := os.Stat(filepath.Join(dir, "causeway.key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	elsewhere := filepath.Join(t.TempDir(), "named.db")
	named, err := app.Config{DataDir: dir, Store: elsewhere, Key: "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}.OpenStore(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, named.Close()) })
	require.FileExists(t, elsewhere)
	_, err = app.Config{DataDir: dir, Key: "no-such-directory/causeway.key"}.OpenStore(t.Context())
	require.ErrorContains(t, err, "no-such-directory/causeway.key", "a path of any form is one")
}

func TestAStoreThatIsNotThereOrNotMigratedIsRefusedAndNotMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := app.Config{DataDir: dir}
	_, err := cfg.OpenExistingStore(t.Context())
	require.ErrorContains(t, err, filepath.Join(dir, "causeway.db"))
	require.ErrorContains(t, err, "--store or CAUSEWAY_STORE")
	require.NoFileExists(t, filepath.Join(dir, "causeway.db"))

	st, err := cfg.OpenStore(t.Context())
	require.NoError(t, err)
	_, err = cfg.OpenExistingStore(t.Context())
	require.ErrorContains(t, err, "worker migrate")
	require.NoError(t, st.Migrate(t.Context()))
	require.NoError(t, st.Close())
	st, err = cfg.OpenExistingStore(t.Context())
	require.NoError(t, err)
	require.NoError(t, st.Close())
}

// connected returns a store, the clients of its connections, and a request that matches the sandbox.
func connected(t *testing.T, settings map[string]string) (*sandbox.Sandbox, *store.Store, app.ConnectRequest) {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), Settings: settings})
	require.NoError(t, err)
	st, err := app.Config{DataDir: t.TempDir()}.OpenStore(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, box.Close(ctx))
		require.NoError(t, st.Close())
	})
	require.NoError(t, st.Migrate(t.Context()))
	info := box.Info()
	c := record.Credential{AccountsURL: info.AccountsURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret, RefreshToken: info.RefreshToken}
	return box, st, app.ConnectRequest{ID: "demo", CRM: c, Billing: c, Mode: record.ModeAccountsAndContacts, Unattached: true,
		CustomerDuplicates: record.Overwrite, ItemDuplicates: record.Clone, Cadence: time.Hour}
}

func TestAConnectionHoldsWhatWasCheckedAndChosen(t *testing.T) {
	t.Parallel()
	box, st, req := connected(t, nil)
	found, err := app.NewSides(st).Check(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, box.Info().BillingOrgID, found.Billing.ID)
	require.Equal(t, "Harbour Billing | billing@harbour.example | U.S.A", found.Billing.Name+" | "+found.Billing.Email+" | "+found.Billing.Country)
	require.NotEmpty(t, found.BillingUsers, "they are what CRM users will be shown")
	conn, err := app.Connect(t.Context(), st, req, found, time.Now())
	require.NoError(t, err)
	require.Equal(t, box.Info().CRMOrgID, conn.CRMOrg)

	prefs, err := st.Connections.Preferences(t.Context(), "demo", 0)
	require.NoError(t, err)
	require.Equal(t, record.Overwrite, prefs.Customers.Duplicates)
	require.Equal(t, record.Clone, prefs.Items.Duplicates)
	require.NotEmpty(t, prefs.Customers.AccountMap)
	cred, err := st.Connections.Credential(t.Context(), "demo", record.Billing)
	require.NoError(t, err)
	require.Equal(t, box.Info().BillingOrgID, cred.Organization, "the one that was chosen, also where only one could be")

	_, err = app.Connect(t.Context(), st, req, found, time.Now())
	require.True(t, record.IsKind(err, record.Conflict))
	require.ErrorContains(t, err, "choose another id")
}

func TestOneOfSeveralOrganisationsIsChosenByItsID(t *testing.T) {
	t.Parallel()
	box, st, req := connected(t, map[string]string{"billingOrganizations": "2"})
	sides := app.NewSides(st)
	_, err := sides.Check(t.Context(), &req)
	require.ErrorContains(t, err, "choose one with --billing-org")
	req.Billing.Organization = box.Info().BillingOrgID
	found, err := sides.Check(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, box.Info().BillingOrgID, found.Billing.ID)
}

func TestCheckingWritesNothing(t *testing.T) {
	t.Parallel()
	box, st, req := connected(t, nil)
	_, err := app.NewSides(st).Check(t.Context(), &req)
	require.NoError(t, err)
	counts, err := box.Billing().Counts(t.Context())
	require.NoError(t, err)
	require.Zero(t, counts)
	all, err := st.Connections.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)
}

func TestAConnectionsClientsLiveAsLongAsItsCredential(t *testing.T) {
	t.Parallel()
	_, st, req := connected(t, nil)
	sides := app.NewSides(st)
	found, err := sides.Check(t.Context(), &req)
	require.NoError(t, err)
	_, err = app.Connect(t.Context(), st, req, found, time.Now())
	require.NoError(t, err)
	first, err := sides.Billing(t.Context(), "demo")
	require.NoError(t, err)
	again, err := sides.Billing(t.Context(), "demo")
	require.NoError(t, err)
	require.Same(t, first, again)

	cred, err := st.Connections.Credential(t.Context(), "demo", record.Billing)
	require.NoError(t, err)
	cred.ClientSecret = "another"
	require.NoError(t, st.Connections.PutCredential(t.Context(), "demo", record.Billing, cred))
	other, err := sides.Billing(t.Context(), "demo")
	require.NoError(t, err)
	require.NotSame(t, first, other)
	_, err = sides.Billing(t.Context(), "nobody")
	require.True(t, record.IsKind(err, record.NotFound))
}
