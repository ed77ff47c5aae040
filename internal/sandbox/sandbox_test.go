package sandbox_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox"
	"causeway/internal/sandbox/platform"
)

func start(t testing.TB, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	s, err := sandbox.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	return s
}

func token(t testing.TB, s *sandbox.Sandbox, base string) (token, apiDomain string) {
	t.Helper()
	c := s.Credentials()
	resp, err := http.PostForm(base+"/oauth/v2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {c.ClientID},
		"client_secret": {c.ClientSecret}, "refresh_token": {c.RefreshToken}})
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&out))
	require.NotContains(t, out, "error")
	return out["access_token"].(string), out["api_domain"].(string)
}

func get(t testing.TB, address, token, org string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-com-zoho-subscriptions-organizationid", org)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestBothPortsServeBothOrganisations(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	for _, base := range []string{s.URLs().CRM, s.URLs().Billing} {
		access, domain := token(t, s, base)
		require.Equal(t, base, domain)
		status, body := get(t, base+"/billing/v1/organizations", access, "")
		require.Equal(t, 200, status, body)
		require.Contains(t, body, s.Info().BillingOrgID)
		status, body = get(t, base+"/crm/v8/org", access, "")
		require.Equal(t, 200, status, body)
		require.Contains(t, body, s.Info().CRMOrgID)
		status, _ = get(t, base+"/nowhere", access, "")
		require.Equal(t, 404, status)
	}
	status, body := get(t, s.URLs().CRM+"/sandbox/v1/calls", "", "")
	require.Equal(t, 200, status)
	require.Contains(t, body, `"GET /billing/v1/organizations":2`)
}

func TestATakenPortIsNamedWithItsFlag(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), BillingPort: port})
	require.ErrorContains(t, err, "port "+strconv.Itoa(port)+" is in use; choose another with --billing-port")
	_, err = sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), CRMPort: port})
	require.ErrorContains(t, err, "--crm-port")
}

func TestADataDirectoryServesOneProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, sandbox.Options{DataDir: dir})
	_, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: dir})
	require.ErrorContains(t, err, "--data-dir")
	before := s.Info()
	require.NoError(t, s.Close(t.Context()))
	again := start(t, sandbox.Options{DataDir: dir})
	require.Equal(t, before.RefreshToken, again.Info().RefreshToken)
	require.Equal(t, before.BillingOrgID, again.Info().BillingOrgID)
}

func TestWrongSettingsAndFaultsAreRefusedWithWhatThereIs(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]sandbox.Options{
		"billingMarker=unique|plain|absent": {Settings: map[string]string{"markers": "x"}},
		"304 | 204":                         {Settings: map[string]string{"notModified": "200"}},
		"timeoutAfterWrite":                 {Faults: map[string]string{"late": "1"}},
		"rate from 0 to 1":                  {Faults: map[string]string{"crm.truncate": "2"}},
	} {
		o.DataDir = t.TempDir()
		_, err := sandbox.Start(t.Context(), o)
		require.ErrorContains(t, err, name)
		require.NotContains(t, strings.ToLower(err.Error()), "panic")
	}
}

func TestSampleDataAndImportsGoIntoAnEmptyCRMOnly(t *testing.T) {
	t.Parallel()
	dir, export := t.TempDir(), t.TempDir()
	sized := sandbox.Options{DataDir: dir, Sample: &sandbox.SampleOptions{Accounts: 30, Seed: 1}}
	s := start(t, sized)
	accounts, err := s.CRM().Count(t.Context(), "Accounts")
	require.NoError(t, err)
	require.Equal(t, 30, accounts)
	require.NoError(t, s.CRM().ExportCSV(t.Context(), export))
	require.NoError(t, s.Close(t.Context()))
	_, err = sandbox.Start(t.Context(), sized)
	require.ErrorIs(t, err, sandbox.ErrNotEmpty)
	require.ErrorContains(t, err, "--data-dir")
	imported := start(t, sandbox.Options{CSVDir: export})
	products, err := imported.CRM().Count(t.Context(), "Products")
	require.NoError(t, err)
	require.Equal(t, 3, products)
}

func TestFaultsOfASideReachThatSideOnly(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Seed: 3, Faults: map[string]string{"billing.expiredToken": "1"}})
	access, _ := token(t, s, s.URLs().CRM)
	status, _ := get(t, s.URLs().CRM+"/crm/v8/org", access, "")
	require.Equal(t, 200, status)
	status, body := get(t, s.URLs().CRM+"/billing/v1/organizations", access, "")
	require.Equal(t, 401, status)
	require.Contains(t, body, `"code":14`)
}

func post(t testing.TB, address, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Zoho-oauthtoken "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(out)
}

func TestAMergeIsAskedForOutsideTheAPIAndSeenInside(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Sample: &sandbox.SampleOptions{Accounts: 3, Seed: 1}})
	access, _ := token(t, s, s.URLs().CRM)
	api := s.URLs().CRM + "/crm/v8/"
	_, body := get(t, api+"Accounts?fields=id", access, "")
	var list struct{ Data []struct{ ID string } }
	require.NoError(t, json.Unmarshal([]byte(body), &list))
	loser, survivor := list.Data[0].ID, list.Data[1].ID
	status, body := post(t, s.URLs().CRM+"/sandbox/v1/crm/merge", "", `{"module":"Accounts","loser":"`+loser+`","survivor":"`+survivor+`"}`)
	require.Equal(t, 200, status, body)
	_, body = get(t, api+"Accounts/"+loser+"?fields=id", access, "")
	require.Contains(t, body, survivor)
	status, body = post(t, s.URLs().Billing+"/sandbox/v1/billing/fields", "", `{"module":"items","api_name":"cf_x"}`)
	require.Equal(t, 200, status, body)
}

func TestSearchAndBulkReadAreReadsThatTheFirstTokenMayAskFor(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Settings: map[string]string{"bulkReadDelay": "0", "crmCreditsPerDay": "60"}})
	access, _ := token(t, s, s.URLs().CRM)
	status, body := get(t, s.URLs().CRM+"/crm/v8/Accounts/search?word=nobody", access, "")
	require.Equal(t, 204, status, body)
	status, body = post(t, s.URLs().CRM+"/crm/bulk/v8/read", access, `{"query":{"module":{"api_name":"Accounts"}}}`)
	require.Equal(t, 201, status, body)
	calls := s.Gate().Calls.Snapshot()[platform.CRM]
	require.Equal(t, 2, calls.Read)
	require.Equal(t, 0, calls.Write)
	require.Equal(t, 1, calls.Routes["POST /crm/bulk/v8/read"])
	status, body = post(t, s.URLs().CRM+"/crm/bulk/v8/read", access, `{"query":{"module":{"api_name":"Accounts"}}}`)
	require.Equal(t, 429, status, body)
}
