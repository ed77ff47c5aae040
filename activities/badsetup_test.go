package activities_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// badConnection is a request to connect that must be refused.
type badConnection struct {
	name     string
	settings []string
	scopes   []string // of the refresh token, where it is not the sandbox's own
	spoil    func(*testing.T, *activitytest.World, *app.ConnectRequest)
	side     record.Side
	kind     record.Kind
	words    []string
}

func credentials(change func(*record.Credential)) func(*testing.T, *activitytest.World, *app.ConnectRequest) {
	return func(_ *testing.T, _ *activitytest.World, r *app.ConnectRequest) { change(&r.CRM); change(&r.Billing) }
}

var badConnections = []badConnection{
	{name: "a wrong client id", spoil: credentials(func(c *record.Credential) { c.ClientID = "1000.WRONG" }),
		side: record.CRM, kind: record.Unauthorized, words: []string{"invalid_client", "client id", "check the client id"}},
	{name: "a wrong client secret", spoil: credentials(func(c *record.Credential) { c.ClientSecret = "wrong" }),
		side: record.CRM, kind: record.Unauthorized, words: []string{"invalid_client_secret", "check the client secret"}},
	{name: "a wrong client id for billing", spoil: func(_ *testing.T, _ *activitytest.World, r *app.ConnectRequest) { r.Billing.ClientID = "1000.WRONG" },
		side: record.Billing, kind: record.Unauthorized, words: []string{"invalid_client", "check the client id"}},
	{name: "a revoked refresh token", spoil: func(t *testing.T, w *activitytest.World, _ *app.ConnectRequest) {
		require.NoError(t, w.Box.Gate().Accounts.RevokeAll(t.Context()))
	}, side: record.CRM, kind: record.Unauthorized, words: []string{"invalid_code", "revoked", "make a new refresh token"}},
	{name: "another data centre", spoil: func(t *testing.T, _ *activitytest.World, r *app.ConnectRequest) {
		other := activitytest.StartBox(t, nil).Info().AccountsURL
		r.CRM.AccountsURL, r.Billing.AccountsURL = other, other
	}, side: record.CRM, kind: record.Unauthorized, words: []string{"data centre", "check the accounts URL"}},
	{name: "an accounts server that is none", spoil: credentials(func(c *record.Credential) { c.AccountsURL = "accounts.zoho.com" }),
		side: record.CRM, kind: record.Invalid, words: []string{"accounts.zoho.com", "https://accounts.zoho.com"}},
	{name: "a scope that is missing in the CRM", scopes: append(activitytest.BillingScopes, activitytest.CRMScopes[1:]...),
		side: record.CRM, kind: record.Unauthorized, words: []string{"ZohoCRM.modules.accounts.READ", "make a new refresh token"}},
	{name: "a scope that is missing in billing", scopes: append(activitytest.CRMScopes, "ZohoSubscriptions.settings.READ", "ZohoSubscriptions.customers.ALL"),
		side: record.Billing, kind: record.Unauthorized, words: []string{"ZohoSubscriptions.items.CREATE", "make a new refresh token"}},
	{name: "a CRM organisation that does not exist", spoil: func(_ *testing.T, _ *activitytest.World, r *app.ConnectRequest) { r.CRM.Organization = "42" },
		side: record.CRM, kind: record.NotFound, words: []string{"organisation 42", "it sees", "--crm-org"}},
	{name: "a billing organisation that does not exist", spoil: func(_ *testing.T, _ *activitytest.World, r *app.ConnectRequest) { r.Billing.Organization = "42" },
		side: record.Billing, kind: record.NotFound, words: []string{"organisation 42", "Harbour Billing", "--billing-org"}},
	{name: "several billing organisations and no choice", settings: []string{"billingOrganizations", "3"},
		side: record.Billing, kind: record.NotFound, words: []string{"Harbour Billing Europe", "choose one with --billing-org"}},
	{name: "base currencies that differ", settings: []string{"crmMultiCurrency", "on", "billingBaseCurrency", "EUR"},
		kind: record.Invalid, words: []string{"USD", "EUR", "both need the same base currency"}},
	{name: "a marker field that is missing", settings: []string{"billingMarker", "absent"},
		side: record.Billing, kind: record.Invalid, words: []string{"cf_causeway_id", "customers", "Custom Fields", `"Causeway ID"`}},
	{name: "a marker field that is not unique", settings: []string{"billingMarker", "plain"},
		side: record.Billing, kind: record.Invalid, words: []string{"cf_causeway_id", "duplicate values", `"Prevent duplicate values" on`}},
	{name: "an id that is none", spoil: func(_ *testing.T, _ *activitytest.World, r *app.ConnectRequest) { r.ID = "Not an id" },
		kind: record.Invalid, words: []string{"Not an id"}},
}

func TestABadConnectionIsRefusedWithItsRemedyAndStoresNothing(t *testing.T) {
	t.Parallel()
	for _, c := range badConnections {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.Unconnected(t, activitytest.Settings(c.settings...), activitytest.TwoCompanies()...)
			req := activitytest.Request(w.Box)
			if c.scopes != nil {
				token, err := w.Box.Gate().Accounts.Mint(t.Context(), c.scopes)
				require.NoError(t, err)
				req.CRM.RefreshToken, req.Billing.RefreshToken = token, token
			}
			if c.spoil != nil {
				c.spoil(t, w, &req)
			}
			found, err := w.Sides.Check(t.Context(), &req)
			if err == nil {
				_, err = app.Connect(t.Context(), w.Store, req, found, time.Now())
			}
			var e *record.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.kind, e.Kind)
			require.Equal(t, c.side, e.Side)
			for _, word := range c.words {
				require.ErrorContains(t, err, word)
			}
			stored, err := w.Store.Connections.List(t.Context())
			require.NoError(t, err)
			require.Empty(t, stored)
			counts, err := w.Box.Billing().Counts(t.Context())
			require.NoError(t, err)
			require.Zero(t, counts)
		})
	}
}

func TestBaseCurrenciesMayDifferWhereTheCRMKnowsNone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("billingBaseCurrency", "EUR"), activitytest.TwoCompanies()...)
	require.Empty(t, w.Sync().Failures)
}

func TestASyncOfAnUnknownConnectionNamesThoseThatThereAre(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{})
	_, err := w.Sides.CRM(t.Context(), "nobody")
	require.True(t, record.IsKind(err, record.NotFound), err)
	_, err = w.Store.Connections.Get(t.Context(), "nobody")
	require.ErrorContains(t, err, `no connection "nobody"`)
	require.ErrorContains(t, err, "there are: demo")
}

// What goes wrong with a connection that was good once ends the run with its remedy, loses nothing, and is
// over once mended.
func TestARunFailsWithTheRemedyAndTheNextOneDoesItAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		break_, fix func(*testing.T, *activitytest.World)
		failure     string
		words       []string
	}{
		{"a refresh token that was revoked", func(t *testing.T, w *activitytest.World) {
			require.NoError(t, w.Box.Gate().Accounts.RevokeAll(t.Context()))
			require.NoError(t, w.Box.Gate().Accounts.ExpireAccessTokens(t.Context()))
		}, func(t *testing.T, w *activitytest.World) {
			token, err := w.Box.Gate().Accounts.Mint(t.Context(), append(activitytest.CRMScopes, activitytest.BillingScopes...))
			require.NoError(t, err)
			for _, side := range []record.Side{record.CRM, record.Billing} {
				cred, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, side)
				require.NoError(t, err)
				cred.RefreshToken = token
				require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, side, cred))
			}
			w.CRM, w.Billing = activitytest.OutsidersWith(t, w.Box, token)
		}, contract.ErrorUnauthorized, []string{"revoked", "make a new refresh token"}},
		{"a marker field that was removed", func(_ *testing.T, w *activitytest.World) { w.Set("billingMarker", "absent") },
			func(_ *testing.T, w *activitytest.World) { w.Set("billingMarker", "unique") }, contract.ErrorInvalid, []string{"cf_causeway_id", "Custom Fields"}},
		{"a marker field that may repeat now", func(_ *testing.T, w *activitytest.World) { w.Set("billingMarker", "plain") },
			func(_ *testing.T, w *activitytest.World) { w.Set("billingMarker", "unique") }, contract.ErrorInvalid, []string{"Prevent duplicate values"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
			c.break_(t, w)
			run, err := w.Run(contract.TriggerInitial, "")
			require.Error(t, err)
			require.Equal(t, c.failure, contract.FailureOf(err).Type)
			require.Equal(t, contract.RunFailed, run.Status)
			for _, word := range c.words {
				require.Contains(t, run.Failure.Reason, word)
			}
			conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
			require.NoError(t, err)
			require.NotNil(t, conn.Degraded)

			c.fix(t, w)
			run = w.Sync()
			require.Equal(t, []int{3, 2, 2}, added(run))
			conn, err = w.Store.Connections.Get(t.Context(), activitytest.Demo)
			require.NoError(t, err)
			require.Nil(t, conn.Degraded)
		})
	}
}

// Where billing has no upsert, nothing can be asked about the marker field at connect.
func TestAMarkerFieldThatCannotBeCheckedAtConnectIsToldByTheRecords(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", "off", "billingMarker", "absent"), activitytest.TwoCompanies()...)
	run := w.Sync()
	require.Equal(t, report.Counts{Failed: 3}, run.Entities["customers"])
	require.Equal(t, report.Counts{Failed: 2}, run.Entities["items"])
	for _, id := range []string{"101", "301"} {
		require.Contains(t, activitytest.Failures(run)[id].Reason, "cf_causeway_id")
		require.Contains(t, activitytest.Failures(run)[id].Reason, "Custom Fields")
	}
	w.Set("billingMarker", "plain") // enough where we look before anything is created again
	run = w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, []int{3, 2, 2}, added(run))
}

func TestABadExportIsRefusedWithFileLineAndRemedy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, content string
		words               []string
	}{
		{"a missing header", "Accounts.csv", "Account_Name\nAlpha\n", []string{"Accounts.csv, line 1", "column id is missing", "API names"}},
		{"no name column", "Products.csv", "id,Unit_Price\n1,2\n", []string{"Products.csv, line 1", "Product_Name is missing"}},
		{"an empty file", "Contacts.csv", "", []string{"Contacts.csv is empty", "first row"}},
		{"bad UTF-8", "Accounts.csv", "id,Account_Name\n1,Alpha\n2,B\xe9ta\n", []string{"Accounts.csv, line 3", "UTF-8"}},
		{"a quote left open", "Accounts.csv", "id,Account_Name\n1,\"Alpha\n2,Beta\n", []string{"Accounts.csv, line 2", "quote"}},
		{"a duplicate id", "Accounts.csv", "id,Account_Name\n1,Alpha\n1,Beta\n", []string{"Accounts.csv, line 3", "id 1 is on line 2", "remove one"}},
		{"a lookup to nowhere", "Contacts.csv", "id,Last_Name,Account_Name.id\n7,Berg,99\n", []string{"Contacts.csv, line 2", "99", "there is no record of Accounts with that id", "empty the cell"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o600))
			_, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), CSVDir: dir})
			require.Error(t, err)
			require.False(t, errors.Is(err, sandbox.ErrNotEmpty))
			for _, word := range c.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}
