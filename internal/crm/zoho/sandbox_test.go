package zoho

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/crm/crmtest"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm"
)

func startSandbox(t *testing.T, settings map[string]string) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), Settings: settings, Seed: 7,
		Sample: &sandbox.SampleOptions{Accounts: 230, Seed: 7}})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
	})
	return s
}

func credential(s *sandbox.Sandbox) record.Credential {
	info := s.Info()
	return record.Credential{AccountsURL: info.AccountsURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret,
		RefreshToken: info.RefreshToken, Organization: info.CRMOrgID}
}

func newClient(t *testing.T, cred record.Credential) *Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return New(Config{Credential: cred, Grant: budget.New().For("test", record.CRM, budget.Limits{InFlight: 16}),
		HTTPClient: &http.Client{Transport: recordRequests(t, transport)}})
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"", "notModified=204", "crmMultiCurrency=on", "crmMarker=plain", "crmMarker=absent",
		"mergeTrace=off", "upsertInsertStatus=201", "pageTokenRecords=200 bulkReadRows=100 bulkDownloadsPerMinute=0"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			settings := map[string]string{}
			for _, one := range strings.Fields(setting) {
				name, value, _ := strings.Cut(one, "=")
				settings[name] = value
			}
			s := startSandbox(t, settings)
			c := newClient(t, credential(s))
			crmtest.Run(t, func(*testing.T) crmtest.Fixture { return fixture(s, c) })
		})
	}
}

// fixture returns a sandbox, with what users do on its pages.
func fixture(s *sandbox.Sandbox, c *Client) crmtest.Fixture {
	settings, org := s.Gate().Settings.Get(), s.CRM()
	number := func(t *testing.T, id string) int64 {
		t.Helper()
		n, err := strconv.ParseInt(id, 10, 64)
		require.NoError(t, err)
		return n
	}
	return crmtest.Fixture{Port: c, Touch: touch(s), MarkerField: markerField, Marker: settings.CRMMarker == "unique", MergeTrace: settings.MergeTrace,
		Delete: func(t *testing.T, module record.Module, id string) {
			t.Helper()
			require.NoError(t, org.Delete(t.Context(), string(module), number(t, id)))
		},
		Merge: func(t *testing.T, module record.Module, loser, survivor string) {
			t.Helper()
			require.NoError(t, org.Merge(t.Context(), string(module), number(t, loser), number(t, survivor)))
		},
		AddView: func(t *testing.T, module record.Module, name, field, value string) string {
			t.Helper()
			v := zohocrm.View{Name: name}
			if field != "" {
				v.Criteria = &zohocrm.Criteria{Field: field, Comparator: "equal", Value: value}
			}
			id, err := org.AddView(t.Context(), string(module), v)
			require.NoError(t, err)
			return id
		},
		DropView: func(t *testing.T, id string) {
			t.Helper()
			require.NoError(t, org.DropView(t.Context(), id))
		},
	}
}

// touch changes a record without our client.
func touch(s *sandbox.Sandbox) func(*testing.T, record.Module, string) {
	return func(t *testing.T, module record.Module, id string) {
		t.Helper()
		info := s.Info()
		resp, err := http.PostForm(info.AccountsURL+"/oauth/v2/token", url.Values{"grant_type": {"refresh_token"},
			"client_id": {info.ClientID}, "client_secret": {info.ClientSecret}, "refresh_token": {info.RefreshToken}})
		require.NoError(t, err)
		var token struct {
			AccessToken string `json:"access_token"`
		}
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&token))
		require.NoError(t, resp.Body.Close())
		body := []byte(`{"data":[{"Description":"touched"}]}`)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, info.CRMURL+"/crm/v8/"+string(module)+"/"+id, bytes.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Zoho-oauthtoken "+token.AccessToken)
		resp, err = (&http.Client{Timeout: time.Minute}).Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
	}
}

func TestAHundredConcurrentCallersMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			_, err := c.Count(t.Context(), record.Accounts)
			require.NoError(t, err)
		})
	}
	all.Wait()
	calls := s.Gate().Calls.Snapshot()
	require.Equal(t, 1, calls[platform.AuthSide].Other)
	require.Equal(t, 100, calls[platform.CRM].Read)
	require.LessOrEqual(t, calls[platform.CRM].MaxInFlight, 16)
}

// A scan under each fault still returns every record once.
func TestAScanSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rateLimit", "rateLimitRetryAfter", "serverError", "reset", "truncate", "notJSON", "wrongType", "expiredToken"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, nil)
			c := newClient(t, credential(s))
			require.NoError(t, s.Gate().Faults.Set("crm."+kind, "0.3"))
			seen := map[string]bool{}
			q := crm.ReadQuery{Limit: 20}
			for {
				page, err := c.Read(t.Context(), record.Accounts, q)
				require.NoError(t, err)
				for _, r := range page.Records {
					require.False(t, seen[r.ID])
					seen[r.ID] = true
				}
				if !page.More {
					break
				}
				q.After = page.Next
			}
			require.Len(t, seen, 230)
		})
	}
}

func TestATokenThatExpiresInMidRunIsReplaced(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	for range 3 {
		_, err := c.Count(t.Context(), record.Accounts)
		require.NoError(t, err)
		require.NoError(t, s.Gate().Accounts.ExpireAccessTokens(t.Context()))
	}
	require.Equal(t, 3, s.Gate().Calls.Snapshot()[platform.AuthSide].Other)
}

func TestBadCredentialsAreNamedWithTheRemedy(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	for name, c := range map[string]struct {
		change func(*record.Credential)
		kind   record.Kind
		says   string
	}{
		"client id":     {func(c *record.Credential) { c.ClientID = "1000.OTHER" }, record.Unauthorized, "check the accounts URL"},
		"client secret": {func(c *record.Credential) { c.ClientSecret = "wrong" }, record.Unauthorized, "client secret"},
		"refresh token": {func(c *record.Credential) { c.RefreshToken = "1000.gone" }, record.Unauthorized, "make a new refresh token"},
		"no host":       {func(c *record.Credential) { c.AccountsURL = "http://127.0.0.1:1" }, record.Unavailable, "check the accounts URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cred := credential(s)
			c.change(&cred)
			_, err := newClient(t, cred).Organizations(t.Context())
			require.True(t, record.IsKind(err, c.kind), "%v", err)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), cred.ClientSecret)
		})
	}
}

func TestARevokedTokenEndsAsUnauthorized(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	_, err := c.Count(t.Context(), record.Accounts)
	require.NoError(t, err)
	require.NoError(t, s.Gate().Accounts.RevokeAll(t.Context()))
	_, err = c.Count(t.Context(), record.Accounts)
	require.True(t, record.IsKind(err, record.Unauthorized), "%v", err)
	require.ErrorContains(t, err, "make a new refresh token")
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoCRM.modules.accounts.READ", "ZohoCRM.org.READ"})
	require.NoError(t, err)
	c := newClient(t, cred)
	err = c.CheckScopes(t.Context(), []record.Module{record.Accounts, record.Contacts}, crm.Uses{Write: true})
	require.True(t, record.IsKind(err, record.Unauthorized))
	for _, missing := range []string{"ZohoCRM.modules.contacts.READ", "ZohoCRM.coql.READ", "ZohoCRM.settings.fields.READ"} {
		require.ErrorContains(t, err, missing)
	}
	require.NotContains(t, err.Error(), "accounts.READ")
	_, err = c.Read(t.Context(), record.Accounts, crm.ReadQuery{})
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoCRM.coql.READ")
	require.Equal(t, 1, s.Gate().Calls.Snapshot()[platform.AuthSide].Other, "a new token would have the same scopes")
}

func TestTheMarkerIsReadWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, credential(startSandbox(t, nil)))
	page, err := c.Read(t.Context(), record.Accounts, crm.ReadQuery{Fields: []string{markerField}, Limit: 1})
	require.NoError(t, err)
	require.Empty(t, page.Records[0].Marker)
	fields, err := c.Fields(t.Context(), record.Accounts)
	require.NoError(t, err)
	for _, f := range fields {
		if f.Name == markerField {
			require.True(t, f.Unique)
			require.True(t, f.Custom)
			return
		}
	}
	require.Fail(t, "the marker field is among the fields")
}
