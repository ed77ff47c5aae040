package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// organisations starts the two sandboxes.
func organisations(t *testing.T, settings map[string]string) sandbox.Info {
	t.Helper()
	sb, err := sandbox.Start(context.Background(), sandbox.Options{
		DataDir: t.TempDir(), Settings: settings, Seed: 1, Sample: &sandbox.SampleOptions{Accounts: 10, Seed: 1},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sb.Close(context.Background())) })
	return sb.Info()
}

func (x *trial) environment(info sandbox.Info) {
	for side, url := range map[string]string{"CRM": info.AccountsURL, "BILLING": info.BillingURL} {
		x.env["CAUSEWAY_"+side+"_ACCOUNTS_URL"] = url
		x.env["CAUSEWAY_"+side+"_CLIENT_ID"] = info.ClientID
		x.env["CAUSEWAY_"+side+"_CLIENT_SECRET"] = info.ClientSecret
		x.env["CAUSEWAY_"+side+"_REFRESH_TOKEN"] = info.RefreshToken
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

func TestConnectTakesCredentialsFromEveryPlaceButTheArguments(t *testing.T) {
	t.Parallel()
	info := organisations(t, nil)
	one := map[string]string{"client_id": info.ClientID, "client_secret": info.ClientSecret, "refresh_token": info.RefreshToken, "accounts_url": info.AccountsURL}
	for rule, prepare := range map[string]func(t *testing.T, x *trial) []string{
		"the environment": func(_ *testing.T, x *trial) []string {
			x.environment(info)
			return nil
		},
		"a file with a credential for each side": func(t *testing.T, x *trial) []string {
			path := filepath.Join(x.dir, "credentials.json")
			require.NoError(t, os.WriteFile(path, []byte(asJSON(t, map[string]any{"crm": one, "billing": one})), 0o600))
			return []string{"--credentials", path}
		},
		"standard input, as the sandbox prints them": func(t *testing.T, x *trial) []string {
			x.stdin = asJSON(t, info)
			return []string{"--credentials", "-"}
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := newTrial(t)
			args := append([]string{"connect", "north", "--output", "json", "--unattached=false", "--mode", "accounts_and_contacts",
				"--customer-duplicates", "clone", "--billing-calls-in-flight", "3", "--cadence", "10m"}, prepare(t, x)...)
			status, out, errOut := x.run(args...)
			require.Equal(t, exitDone, status, errOut)
			require.NotContains(t, out+errOut, info.ClientSecret)
			require.NotContains(t, out+errOut, info.RefreshToken)
			require.Contains(t, errOut, "are what CRM users will be shown")
			require.Equal(t, []string{"north"}, x.temporal.connected)

			var got connected
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			require.Equal(t, info.CRMOrgID, got.CRMOrg.ID)
			require.Equal(t, info.BillingOrgID, got.BillingOrg.ID)
			require.NotEmpty(t, got.BillingOrg.Name)
			require.NotEmpty(t, got.BillingUsers)
			require.Equal(t, "integration/north", got.WorkflowID)
			require.Nil(t, got.Run)
			require.Equal(t, "both", got.Preferences.Customers.Extent, "the first connection of a CRM organisation")
			require.Contains(t, errOut, "customers go both ways", "shown before the first sync")

			prefs, err := x.store.Connections.Preferences(context.Background(), "north", 0)
			require.NoError(t, err)
			require.False(t, prefs.Customers.Unattached)
			require.Equal(t, record.Clone, prefs.Customers.Duplicates)
			require.Equal(t, record.Skip, prefs.Items.Duplicates)
			require.Equal(t, "10m0s", prefs.Cadence.String())
			cred, err := x.store.Connections.Credential(context.Background(), "north", record.Billing)
			require.NoError(t, err)
			require.Equal(t, 3, cred.CallsInFlight)
			require.Equal(t, info.BillingOrgID, cred.Organization)
		})
	}
}

func TestConnectThatIsRefusedStoresNothing(t *testing.T) {
	t.Parallel()
	info := organisations(t, nil)
	unmarked := organisations(t, map[string]string{"billingMarker": "absent"})
	several := organisations(t, map[string]string{"billingOrganizations": "2"})
	currencies := organisations(t, map[string]string{"crmMultiCurrency": "on", "crmBaseCurrency": "EUR"})
	for rule, c := range map[string]struct {
		info   sandbox.Info
		change func(x *trial)
		args   []string
		says   string
	}{
		"wrong client id":        {info, func(x *trial) { x.env["CAUSEWAY_CRM_CLIENT_ID"] = "none" }, nil, "crm"},
		"wrong refresh token":    {info, func(x *trial) { x.env["CAUSEWAY_BILLING_REFRESH_TOKEN"] = "none" }, nil, "billing"},
		"one variable missing":   {info, func(x *trial) { x.env["CAUSEWAY_BILLING_CLIENT_SECRET"] = "" }, nil, "CAUSEWAY_BILLING_CLIENT_SECRET is not set"},
		"no URL":                 {info, func(x *trial) { x.env["CAUSEWAY_CRM_ACCOUNTS_URL"] = "accounts.zoho.eu" }, nil, "give scheme and host"},
		"unknown organisation":   {info, nil, []string{"--billing-org", "404"}, info.BillingOrgID},
		"several organisations":  {several, nil, nil, "choose one with --billing-org"},
		"other base currency":    {currencies, nil, nil, "EUR"},
		"no marker field":        {unmarked, nil, nil, "cf_causeway_id"},
		"file that is no JSON":   {info, func(x *trial) { x.stdin = "secret" }, []string{"--credentials", "-"}, "not a JSON object"},
		"file with one side":     {info, func(x *trial) { x.stdin = `{"crm":{}}` }, []string{"--credentials", "-"}, `"crm" or "billing" is missing`},
		"file without a secret":  {info, func(x *trial) { x.stdin = `{"accounts_url":"http://a","client_id":"i"}` }, []string{"--credentials", "-"}, "client_secret is missing"},
		"Temporal not reachable": {info, func(x *trial) { x.temporal = nil }, nil, "reach Temporal"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := newTrial(t)
			x.environment(c.info)
			if c.change != nil {
				c.change(x)
			}
			status, out, errOut := x.run(append([]string{"connect", "north"}, c.args...)...)
			require.Equal(t, exitCouldNot, status, errOut)
			require.Contains(t, errOut, c.says)
			require.NotContains(t, out+errOut, c.info.ClientSecret)
			all, err := x.store.Connections.List(context.Background())
			require.NoError(t, err)
			require.Empty(t, all)
		})
	}
}

func TestConnectingAgainStartsAWorkflowThatIsNotRunningAndChangesNothing(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.temporal.status = &contract.Status{State: "connected", Running: &contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}}
	status, out, errOut := x.run("connect", "demo", "--wait", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, errOut, "is started again")
	require.Equal(t, []string{"demo"}, x.temporal.connected)
	require.JSONEq(t, `{"connection":"demo","crm_org":{"id":"1","name":""},"billing_org":{"id":"2","name":"","email":"","country":""},
		"billing_users":[],"workflow_id":"integration/demo","preferences":null,"run":`+runJSON+`}`, out)

	x.temporal.running = true
	status, _, errOut = x.run("connect", "demo")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "exists already")
	require.Len(t, x.temporal.connected, 1)
}

func TestVerifyNeedsNoTemporalAndEndsWithOneWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	info := organisations(t, nil)
	x := newTrial(t)
	x.environment(info)
	status, _, errOut := x.run("connect", "north", "--yes")
	require.Equal(t, exitDone, status, errOut)
	x.temporal = nil
	status, out, errOut := x.run("verify", "--output", "json")
	require.Equal(t, exitBad, status, errOut)
	require.Contains(t, errOut, "the sides of north do not agree")
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.JSONEq(t, `[]`, string(got["differences"]))
	require.JSONEq(t, `[]`, string(got["extra"]))
	var missing []map[string]string
	require.NoError(t, json.Unmarshal(got["missing"], &missing))
	require.Len(t, missing, 21, "10 accounts, 10 contacts, 1 product")
	require.Len(t, missing[0], 3)

	status, out, _ = x.run("verify")
	require.Equal(t, exitBad, status)
	require.Contains(t, out, "0 records compared: 0 differences, 21 missing, 0 extra, 0 explained")
}

func TestVerifyOfASideThatCannotBeReadEndsWithTwo(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	conn := record.Connection{ID: "demo", Incarnation: "abc", State: record.StateActive, CreatedAt: at}
	cred := record.Credential{AccountsURL: "http://127.0.0.1:1", ClientID: "i", ClientSecret: "s", RefreshToken: "r", Organization: "1"}
	_, err := app.Connect(context.Background(), x.store, app.ConnectRequest{ID: conn.ID, CRM: cred, Billing: cred}, app.Prerequisites{}, at)
	require.NoError(t, err)
	status, out, errOut := x.run("verify")
	require.Equal(t, exitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "verify connection demo: billing:")
}
