package zohobilling_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling"
)

// bench is a billing system with its gate and accounts, and a client with all scopes.
type bench struct {
	t        testing.TB
	org      *zohobilling.Org
	gate     *platform.Gate
	settings *platform.Settings
	server   *httptest.Server
	token    string
	stop     func()
}

func newBench(t testing.TB, settings ...string) *bench {
	t.Helper()
	b := openBench(t, t.TempDir(), settings...)
	t.Cleanup(b.stop)
	return b
}

func openBench(t testing.TB, dir string, settings ...string) *bench {
	t.Helper()
	return openBenchAt(t, dir, time.Now, settings...)
}

func openBenchAt(t testing.TB, dir string, clock platform.Clock, settings ...string) *bench {
	t.Helper()
	b := &bench{t: t}
	var err error
	b.settings, err = platform.NewSettings(nil)
	require.NoError(t, err)
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		require.NoError(t, b.settings.Set(name, value))
	}
	accounts, err := platform.OpenAccounts(filepath.Join(dir, "accounts.db"), b.settings, clock, 7)
	require.NoError(t, err)
	faults, err := platform.NewFaults(7, nil)
	require.NoError(t, err)
	b.gate = platform.NewGate(accounts, b.settings, faults, clock)
	b.org, err = zohobilling.Open(filepath.Join(dir, "billing.db"), b.settings, clock, 7)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/billing/", b.gate.Wrap(platform.Billing, b.org.WriteError, b.org.Handler()))
	mux.Handle("/oauth/", b.gate.Wrap(platform.AuthSide, accounts.WriteError, accounts.Handler()))
	mux.Handle("/sandbox/", b.gate.Control())
	b.server = httptest.NewServer(mux)
	b.stop = func() {
		b.gate.Close()
		b.server.CloseClientConnections()
		b.server.Close()
		require.NoError(t, b.org.Close())
		require.NoError(t, accounts.Close())
	}
	b.token = b.tokenFor(accounts.Credentials().RefreshToken)
	return b
}

func (b *bench) tokenFor(refresh string) string {
	b.t.Helper()
	c := b.gate.Accounts.Credentials()
	resp, err := http.PostForm(b.server.URL+"/oauth/v2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {c.ClientID},
		"client_secret": {c.ClientSecret}, "refresh_token": {refresh}})
	require.NoError(b.t, err)
	defer func() { _ = resp.Body.Close() }()
	var out struct {
		AccessToken string `json:"access_token"`
		Error       string `json:"error"`
	}
	require.NoError(b.t, json.NewDecoder(resp.Body).Decode(&out))
	require.Empty(b.t, out.Error)
	return out.AccessToken
}

// request builds a call of the bench's client. Pairs of headers replace its own.
func (b *bench) request(method, path, body string, headers ...string) *http.Request {
	b.t.Helper()
	req, err := http.NewRequest(method, b.server.URL+"/billing/v1"+path, strings.NewReader(body))
	require.NoError(b.t, err)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+b.token)
	req.Header.Set("X-com-zoho-subscriptions-organizationid", b.org.ID())
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

type answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Body   map[string]any
}

// call makes a call and requires a JSON answer.
func (b *bench) call(method, path, body string, headers ...string) answer {
	b.t.Helper()
	resp, err := http.DefaultClient.Do(b.request(method, path, body, headers...))
	require.NoError(b.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	a := answer{Status: resp.StatusCode, Header: resp.Header, Raw: raw}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	require.NoError(b.t, dec.Decode(&a.Body), "body: %s", raw)
	return a
}

// good makes a call that must succeed, and returns the object under key.
func (b *bench) good(method, path, body, key string, headers ...string) map[string]any {
	b.t.Helper()
	a := b.call(method, path, body, headers...)
	require.Less(b.t, a.Status, 300, "%s %s: %s", method, path, a.Raw)
	require.Equal(b.t, json.Number("0"), a.Body["code"])
	if key == "" {
		return nil
	}
	require.IsType(b.t, map[string]any{}, a.Body[key], "%s", a.Raw)
	return a.Body[key].(map[string]any)
}

// refused makes a call that must fail with the status and code.
func (b *bench) refused(status int, code, method, path, body string, headers ...string) string {
	b.t.Helper()
	a := b.call(method, path, body, headers...)
	require.Equal(b.t, status, a.Status, "%s %s: %s", method, path, a.Raw)
	require.Equal(b.t, json.Number(code), a.Body["code"], "%s", a.Raw)
	return a.Body["message"].(string)
}

func (b *bench) names(path, key, field string) []string {
	b.t.Helper()
	a := b.call("GET", path, "")
	require.Equal(b.t, 200, a.Status, "%s", a.Raw)
	names := []string{}
	for _, e := range a.Body[key].([]any) {
		names = append(names, e.(map[string]any)[field].(string))
	}
	return names
}

func byMarker(value string, upsert bool) []string {
	h := []string{"X-Unique-Identifier-Key", "cf_causeway_id", "X-Unique-Identifier-Value", value}
	if upsert {
		h = append(h, "X-Upsert", "true")
	}
	return h
}
