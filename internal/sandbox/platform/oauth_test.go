package platform_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
)

// desk is an accounts server with a clock that the test moves, and one protected call.
type desk struct {
	t        *testing.T
	accounts *platform.Accounts
	settings *platform.Settings
	gate     *platform.Gate
	url      string
	moved    atomic.Int64  // how far the clock is from where it started
	calls    chan struct{} // one for each time that the protected call ran
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, calls: make(chan struct{}, 100)}
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := func() time.Time { return begin.Add(time.Duration(d.moved.Load())) }
	var err error
	d.settings, err = platform.NewSettings(nil)
	require.NoError(t, err)
	d.accounts, err = platform.OpenAccounts(filepath.Join(t.TempDir(), "accounts.db"), d.settings, clock, 0)
	require.NoError(t, err)
	faults, err := platform.NewFaults(1, nil)
	require.NoError(t, err)
	d.gate = platform.NewGate(d.accounts, d.settings, faults, clock)
	api := http.NewServeMux()
	run := func(w http.ResponseWriter, r *http.Request) {
		d.calls <- struct{}{}
		if !platform.RequireScope(r, "ZohoCRM.modules.accounts.READ") {
			platform.WriteJSON(w, http.StatusForbidden, map[string]any{"code": "scope"})
			return
		}
		platform.WriteJSON(w, http.StatusOK, map[string]any{"data": []string{"x", "y"}, "code": 0})
	}
	api.HandleFunc("GET /crm/v8/Accounts/{id}", run)
	api.HandleFunc("POST /crm/v8/Accounts", run)
	refuse := func(w http.ResponseWriter, _ *http.Request, refusal platform.Refusal) {
		status := map[platform.RefusalKind]int{platform.BadToken: 401, platform.Internal: 500}[refusal.Kind]
		if status == 0 {
			status = 429
		}
		platform.WriteJSON(w, status, map[string]any{"code": refusal.Kind, "limit": refusal.Limit})
	}
	mux := http.NewServeMux()
	mux.Handle("/oauth/", d.gate.Wrap(platform.AuthSide, d.accounts.WriteError, d.accounts.Handler()))
	mux.Handle("/crm/", d.gate.Wrap(platform.CRM, refuse, api))
	mux.Handle("/sandbox/", d.gate.Control())
	server := httptest.NewServer(mux)
	d.url = server.URL
	t.Cleanup(func() {
		d.gate.Close()
		server.CloseClientConnections()
		server.Close()
		require.NoError(t, d.accounts.Close())
	})
	return d
}

func (d *desk) wait(by time.Duration) { d.moved.Add(int64(by)) }

func (d *desk) refresh(changes ...string) url.Values {
	c := d.accounts.Credentials()
	v := url.Values{"grant_type": {"refresh_token"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "refresh_token": {c.RefreshToken}}
	for i := 0; i+1 < len(changes); i += 2 {
		v.Set(changes[i], changes[i+1])
	}
	return v
}

// token posts a token request as urlencoded form. Every answer has status 200.
func (d *desk) token(v url.Values) map[string]any {
	d.t.Helper()
	return d.post("/oauth/v2/token", "application/x-www-form-urlencoded", v.Encode())
}

func (d *desk) post(path, contentType, body string) map[string]any {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodPost, d.url+path, strings.NewReader(body))
	require.NoError(d.t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(d.t, 200, resp.StatusCode)
	var out map[string]any
	require.NoError(d.t, json.NewDecoder(resp.Body).Decode(&out))
	return out
}

// use makes the protected call with a token and returns its status.
func (d *desk) use(scheme, token string) int {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodGet, d.url+"/crm/v8/Accounts/1", nil)
	require.NoError(d.t, err)
	req.Header.Set("Authorization", scheme+" "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestTokenRequestsAreTakenInEveryFormThatClientsSend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.refresh()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for key := range v {
		require.NoError(t, w.WriteField(key, v.Get(key)))
	}
	require.NoError(t, w.Close())
	for name, reply := range map[string]map[string]any{
		"urlencoded":              d.token(v),
		"multipart":               d.post("/oauth/v2/token", w.FormDataContentType(), form.String()),
		"query":                   d.post("/oauth/v2/token?"+v.Encode(), "", ""),
		"query, empty JSON":       d.post("/oauth/v2/token?"+v.Encode()+"&", "application/json", "{}"),
		"query, JSON, no type":    d.post("/oauth/v2/token?"+v.Encode(), "", "{}"),
		"form without its header": d.post("/oauth/v2/token", "", v.Encode()),
	} {
		require.NotContains(t, reply, "error", name)
		require.Equal(t, d.url, reply["api_domain"])
		require.Equal(t, "Bearer", reply["token_type"])
		require.InDelta(t, 3600, reply["expires_in"], 0)
		require.NotContains(t, reply, "refresh_token", "only the first exchange gives one")
		require.Equal(t, 200, d.use("Zoho-oauthtoken", reply["access_token"].(string)), name)
		require.Equal(t, 200, d.use("Bearer", reply["access_token"].(string)), name)
	}
}

func TestTokenErrorsComeWithStatus200(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for want, changes := range map[string][]string{
		"invalid_client":         {"client_id", "1000.OTHER"},
		"invalid_client_secret":  {"client_secret", "x"},
		"invalid_code":           {"refresh_token", "1000.x.y"},
		"unsupported_grant_type": {"grant_type", "password"},
		"invalid_scope":          {"grant_type", "client_credentials", "soid", "ZohoCRM.1"},
		"invalid_request":        {"grant_type", "client_credentials", "scope", "ZohoCRM.modules.ALL"},
	} {
		require.Equal(t, map[string]any{"error": want}, d.token(d.refresh(changes...)))
	}
	reply := d.token(d.refresh("grant_type", "client_credentials", "soid", "ZohoCRM.1", "scope", "ZohoCRM.modules.ALL"))
	require.Equal(t, 200, d.use("Bearer", reply["access_token"].(string)))
}

// authorize returns the grant code, from the redirect.
func (d *desk) authorize(changes ...string) (back url.Values, errorBody string) {
	d.t.Helper()
	q := url.Values{"response_type": {"code"}, "client_id": {d.accounts.Credentials().ClientID}, "redirect_uri": {"http://app.example/cb?x=1"},
		"scope": {"ZohoCRM.modules.ALL,ZohoCRM.org.READ"}, "access_type": {"offline"}, "prompt": {"consent"}, "state": {"s"}}
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(d.url + "/oauth/v2/auth?" + q.Encode())
	require.NoError(d.t, err)
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusFound {
		body, _ := io.ReadAll(resp.Body)
		return nil, string(body)
	}
	u, err := url.Parse(resp.Header.Get("Location"))
	require.NoError(d.t, err)
	return u.Query(), ""
}

func TestAuthorisationCodeIsGrantedAndUsedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	back, _ := d.authorize()
	require.Equal(t, []string{"1", "us", d.url, "s"}, []string{back.Get("x"), back.Get("location"), back.Get("accounts-server"), back.Get("state")})
	exchange := d.refresh("grant_type", "authorization_code", "code", back.Get("code"), "redirect_uri", "http://app.example/other")
	require.Equal(t, "invalid_redirect_uri", d.token(exchange)["error"])
	exchange.Set("redirect_uri", "http://app.example/cb?x=1")
	reply := d.token(exchange)
	require.Equal(t, "ZohoCRM.modules.ALL ZohoCRM.org.READ", reply["scope"])
	require.Equal(t, "invalid_code", d.token(exchange)["error"], "a code is good once")
	again := d.token(d.refresh("refresh_token", reply["refresh_token"].(string)))
	require.Equal(t, reply["scope"], again["scope"], "a refresh gives the scopes as granted")

	back, _ = d.authorize("access_type", "online")
	exchange.Set("code", back.Get("code"))
	require.NotContains(t, d.token(exchange), "refresh_token")
	back, _ = d.authorize()
	d.wait(3 * time.Minute)
	exchange.Set("code", back.Get("code"))
	require.Equal(t, "invalid_code", d.token(exchange)["error"], "a code is good for three minutes")
	for _, wrong := range [][]string{{"client_id", "x", "invalid_client"}, {"scope", "Other.all", "invalid_scope"}, {"redirect_uri", "nowhere", "invalid_redirect_uri"}} {
		_, body := d.authorize(wrong[0], wrong[1])
		require.Contains(t, body, wrong[2])
	}
}

func TestAccessTokensExpireAndAreLimited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.token(d.refresh())["access_token"].(string)
	for range 9 {
		require.NotContains(t, d.token(d.refresh()), "error")
	}
	require.Equal(t, "access_denied", d.token(d.refresh())["error"])
	d.wait(10*time.Minute + time.Second)
	require.NotContains(t, d.token(d.refresh()), "error")
	require.Equal(t, 200, d.use("Bearer", first))
	d.wait(50 * time.Minute)
	require.Equal(t, 401, d.use("Bearer", first))
	require.NoError(t, d.settings.Set("tokensPerTenMinutes", "0"))
	for range 12 {
		require.NotContains(t, d.token(d.refresh()), "error")
	}
}

func TestRevocationEndsATokenAndWhatCameFromIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.token(d.refresh())["access_token"].(string), d.token(d.refresh())["access_token"].(string)
	require.Equal(t, 200, d.use("Bearer", a))
	require.Equal(t, "success", d.post("/oauth/v2/token/revoke?token="+a, "", "")["status"])
	require.Equal(t, 401, d.use("Bearer", a))
	require.Equal(t, 200, d.use("Bearer", b))
	require.Equal(t, "invalid_code", d.post("/oauth/v2/token/revoke?token="+a, "", "")["error"])
	form := url.Values{"token": {d.accounts.Credentials().RefreshToken}}.Encode()
	require.Equal(t, "success", d.post("/oauth/v2/token/revoke", "application/x-www-form-urlencoded", form)["status"])
	require.Equal(t, 401, d.use("Bearer", b))
	require.Equal(t, "invalid_code", d.token(d.refresh())["error"])
}

func TestTheTwentyFirstRefreshTokenEndsTheOldest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 19 {
		_, err := d.accounts.Mint(t.Context(), platform.DefaultScopes)
		require.NoError(t, err)
	}
	require.NotContains(t, d.token(d.refresh()), "error")
	newest, err := d.accounts.Mint(t.Context(), []string{"ZohoCRM.org.READ"})
	require.NoError(t, err)
	require.Equal(t, "invalid_code", d.token(d.refresh())["error"])
	narrow := d.token(d.refresh("refresh_token", newest))
	require.Equal(t, 403, d.use("Bearer", narrow["access_token"].(string)), "its scopes do not reach the call")
}
