package connection_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestConnectTakesCredentialsFromEveryPlaceButTheArguments(t *testing.T) {
	t.Parallel()
	info := clitest.Organisations(t, nil)
	one := map[string]string{"client_id": info.ClientID, "client_secret": info.ClientSecret, "refresh_token": info.RefreshToken, "accounts_url": info.AccountsURL}
	for rule, prepare := range map[string]func(t *testing.T, x *clitest.Trial) []string{
		"the environment": func(_ *testing.T, x *clitest.Trial) []string {
			x.Environment(info)
			return nil
		},
		"a file with a credential for each side": func(t *testing.T, x *clitest.Trial) []string {
			path := filepath.Join(x.Dir, "credentials.json")
			require.NoError(t, os.WriteFile(path, []byte(clitest.AsJSON(t, map[string]any{"crm": one, "billing": one})), 0o600))
			return []string{"--credentials", path}
		},
		"standard input, as the sandbox prints them": func(t *testing.T, x *clitest.Trial) []string {
			x.Stdin = clitest.AsJSON(t, info)
			return []string{"--credentials", "-"}
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.New(t)
			args := append([]string{"connect", "north", "--output", "json", "--unattached=false", "--mode", "accounts_and_contacts",
				"--customer-duplicates", "clone", "--billing-calls-in-flight", "3", "--cadence", "10m"}, prepare(t, x)...)
			status, out, errOut := x.Run(args...)
			require.Equal(t, cli.ExitDone, status, errOut)
			require.NotContains(t, out+errOut, info.ClientSecret)
			require.NotContains(t, out+errOut, info.RefreshToken)
			require.Contains(t, errOut, "are what CRM users will be shown")
			require.Equal(t, []string{"north"}, x.Temporal.Connected)

			var got report.Connected
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			require.Equal(t, info.CRMOrgID, got.CRMOrg.ID)
			require.Equal(t, info.BillingOrgID, got.BillingOrg.ID)
			require.NotEmpty(t, got.BillingOrg.Name)
			require.NotEmpty(t, got.BillingUsers)
			require.Equal(t, "integration/north", got.WorkflowID)
			require.Nil(t, got.Run)
			require.Equal(t, "both", got.Preferences.Customers.Extent, "the first connection of a CRM organisation")
			require.Contains(t, errOut, "customers go both ways", "shown before the first sync")

			prefs, err := x.Store.Connections.Preferences(context.Background(), "north", 0)
			require.NoError(t, err)
			require.False(t, prefs.Customers.Unattached)
			require.Equal(t, record.Clone, prefs.Customers.Duplicates)
			require.Equal(t, record.Skip, prefs.Items.Duplicates)
			require.Equal(t, "10m0s", prefs.Cadence.String())
			cred, err := x.Store.Connections.Credential(context.Background(), "north", record.Billing)
			require.NoError(t, err)
			require.Equal(t, 3, cred.CallsInFlight)
			require.Equal(t, info.BillingOrgID, cred.Organization)
		})
	}
}

func TestConnectThatIsRefusedStoresNothing(t *testing.T) {
	t.Parallel()
	info := clitest.Organisations(t, nil)
	unmarked := clitest.Organisations(t, map[string]string{"billingMarker": "absent"})
	several := clitest.Organisations(t, map[string]string{"billingOrganizations": "2"})
	currencies := clitest.Organisations(t, map[string]string{"crmMultiCurrency": "on", "crmBaseCurrency": "EUR"})
	for rule, c := range map[string]struct {
		info   sandbox.Info
		change func(x *clitest.Trial)
		args   []string
		says   string
	}{
		"wrong client id":        {info, func(x *clitest.Trial) { x.Env["CAUSEWAY_CRM_CLIENT_ID"] = "none" }, nil, "crm"},
		"wrong refresh token":    {info, func(x *clitest.Trial) { x.Env["CAUSEWAY_BILLING_REFRESH_TOKEN"] = "none" }, nil, "billing"},
		"one variable missing":   {info, func(x *clitest.Trial) { x.Env["CAUSEWAY_BILLING_CLIENT_SECRET"] = "" }, nil, "CAUSEWAY_BILLING_CLIENT_SECRET is not set"},
		"no URL":                 {info, func(x *clitest.Trial) { x.Env["CAUSEWAY_CRM_ACCOUNTS_URL"] = "accounts.zoho.eu" }, nil, "give scheme and host"},
		"unknown organisation":   {info, nil, []string{"--billing-org", "404"}, info.BillingOrgID},
		"several organisations":  {several, nil, nil, "choose one with --billing-org"},
		"other base currency":    {currencies, nil, nil, "EUR"},
		"no marker field":        {unmarked, nil, nil, "cf_causeway_id"},
		"file that is no JSON":   {info, func(x *clitest.Trial) { x.Stdin = "secret" }, []string{"--credentials", "-"}, "not a JSON object"},
		"file with one side":     {info, func(x *clitest.Trial) { x.Stdin = `{"crm":{}}` }, []string{"--credentials", "-"}, `"crm" or "billing" is missing`},
		"file without a secret":  {info, func(x *clitest.Trial) { x.Stdin = `{"accounts_url":"http://a","client_id":"i"}` }, []string{"--credentials", "-"}, "client_secret is missing"},
		"Temporal not reachable": {info, func(x *clitest.Trial) { x.Temporal = nil }, nil, "reach Temporal"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := clitest.New(t)
			x.Environment(c.info)
			if c.change != nil {
				c.change(x)
			}
			status, out, errOut := x.Run(append([]string{"connect", "north"}, c.args...)...)
			require.Equal(t, cli.ExitCouldNot, status, errOut)
			require.Contains(t, errOut, c.says)
			require.NotContains(t, out+errOut, c.info.ClientSecret)
			all, err := x.Store.Connections.List(context.Background())
			require.NoError(t, err)
			require.Empty(t, all)
		})
	}
}

func TestConnectingAgainStartsAWorkflowThatIsNotRunningAndChangesNothing(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Temporal.Says = &contract.Status{State: "connected", Running: &contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}}
	status, out, errOut := x.Run("connect", "demo", "--wait", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, errOut, "is started again")
	require.Equal(t, []string{"demo"}, x.Temporal.Connected)
	require.JSONEq(t, `{"connection":"demo","crm_org":{"id":"1","name":""},"billing_org":{"id":"2","name":"","email":"","country":""},
		"billing_users":[],"workflow_id":"integration/demo","preferences":null,"run":`+clitest.RunJSON+`}`, out)

	x.Temporal.HasWorkflow = true
	status, _, errOut = x.Run("connect", "demo")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "exists already")
	require.Len(t, x.Temporal.Connected, 1)
}
