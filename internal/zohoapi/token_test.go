package zohoapi

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

func ok(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, map[string]any{"code": 0}) }

func TestAHundredCallersMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	c := f.client(t)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			_, err := c.Do(t.Context(), read())
			require.NoError(t, err)
		})
	}
	all.Wait()
	require.EqualValues(t, 1, f.tokens.Load())
	require.EqualValues(t, 100, f.calls.Load())
}

func TestClientsThatShareTokensAndACredentialMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	shared := NewTokens()
	for range 2 {
		cfg := f.config()
		cfg.Tokens = shared
		_, err := New(cfg).Do(t.Context(), read())
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, f.tokens.Load())
}

func TestATokenIsReplacedAMinuteBeforeItsEnd(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	c := f.client(t)
	now := time.Now()
	c.now = func() time.Time { return now }
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
	defer cancel()
	for _, step := range []struct {
		wait   time.Duration
		tokens int32
	}{{0, 1}, {58 * time.Minute, 1}, {2 * time.Minute, 2}} {
		now = now.Add(step.wait)
		_, err := c.Do(ctx, read())
		require.NoError(t, err)
		require.Equal(t, step.tokens, f.tokens.Load())
	}
}

func TestARefusedRefreshIsRememberedAndNotTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]record.Kind{"invalid_code": record.Unauthorized, "invalid_client": record.Unauthorized,
		"invalid_client_secret": record.Unauthorized, "something_new": record.Unauthorized, "access_denied": record.RateLimited} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, ok)
			c := f.client(t)
			now := time.Now()
			c.now = func() time.Time { return now }
			f.refuse.Store(code)
			for range 5 {
				_, err := c.Do(t.Context(), read())
				e := failure(t, err)
				require.Equal(t, want, e.Kind)
				require.Equal(t, code, e.Code)
				require.Equal(t, record.Billing, e.Side)
				require.NotEmpty(t, e.Remedy)
				require.False(t, e.Ambiguous)
				if want == record.RateLimited {
					require.Equal(t, refusedFor, e.RetryAfter)
				}
			}
			require.EqualValues(t, 1, f.tokens.Load())

			f.refuse.Store("")
			now = now.Add(refusedFor)
			_, err := c.Do(t.Context(), read())
			require.NoError(t, err)
			require.EqualValues(t, 2, f.tokens.Load())
		})
	}
}

func TestAnUnknownClientErrorNamesTheAccountsHost(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	f.refuse.Store("invalid_client")
	_, err := f.client(t).Do(t.Context(), read())
	require.ErrorContains(t, err, f.url[len("http://"):])
	require.ErrorContains(t, err, "another data centre")
	require.NotContains(t, err.Error(), "secret-value")
}

func TestARefusedTokenIsReplacedAndTheCallRepeated(t *testing.T) {
	t.Parallel()
	for _, call := range []Call{read(), write()} {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Zoho-oauthtoken token-2" {
				answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
				return
			}
			answer(w, http.StatusOK, map[string]any{"code": 0})
		})
		_, err := f.client(t).Do(t.Context(), call)
		require.NoError(t, err)
		require.EqualValues(t, 2, f.calls.Load())
		require.EqualValues(t, 2, f.tokens.Load())
	}
}

func TestATokenRefusedForGoodCostsFewTokenRequests(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
	})
	c := f.client(t)
	for range 20 {
		_, err := c.Do(t.Context(), write())
		e := failure(t, err)
		require.Equal(t, record.Unauthorized, e.Kind)
		require.False(t, e.Ambiguous, "a refused token did nothing")
	}
	require.LessOrEqual(t, f.tokens.Load(), int32(1+replaceBurst))
}

func TestWhereNoMoreTokensAreGivenADoubtedOneGoesOn(t *testing.T) {
	t.Parallel()
	var f *fake
	f = newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		if f.calls.Load() == 1 {
			f.refuse.Store("access_denied")
			answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
			return
		}
		answer(w, http.StatusOK, map[string]any{"code": 0})
	})
	_, err := f.client(t).Do(t.Context(), read())
	require.NoError(t, err)
}

func TestAMissingScopeIsNamedAndCostsNoFurtherToken(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
	})
	call := read()
	call.Scopes = []string{"S.modules.things.READ", "S.modules.things.UPDATE"}
	_, err := f.client(t).Do(t.Context(), call)
	e := failure(t, err)
	require.Equal(t, record.Unauthorized, e.Kind)
	require.Contains(t, e.Message, "S.modules.things.UPDATE")
	require.NotContains(t, e.Message, "S.modules.things.READ")
	require.EqualValues(t, 1, f.tokens.Load())
	require.EqualValues(t, 1, f.calls.Load())
}

func TestWiderScopesCoverNarrowerOnes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		granted, needed string
		covers          bool
	}{
		{"ZohoCRM.modules.ALL", "ZohoCRM.modules.accounts.READ", true},
		{"ZohoCRM.modules.READ", "ZohoCRM.modules.accounts.READ", true},
		{"ZohoCRM.modules.Accounts.READ", "ZohoCRM.modules.accounts.READ", true},
		{"ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.accounts.READ", false},
		{"ZohoCRM.modules.READ", "ZohoCRM.modules.accounts.UPDATE", false},
		{"ZohoCRM.settings.ALL", "ZohoCRM.settings.fields.READ", true},
		{"ZohoSubscriptions.fullaccess.all", "ZohoSubscriptions.customers.CREATE", true},
		{"ZohoSubscriptions.fullaccess.all", "ZohoCRM.modules.accounts.READ", false},
		{"nonsense", "ZohoCRM.org.READ", false},
	} {
		require.Equal(t, c.covers, Covers(c.granted, c.needed), "%s over %s", c.granted, c.needed)
	}
}

func TestRequireScopesNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	c := newFake(t, ok).client(t)
	require.NoError(t, c.RequireScopes(t.Context(), "S.modules.x.READ", "S.settings.fields.READ"))
	err := c.RequireScopes(t.Context(), "S.modules.x.READ", "S.modules.x.CREATE", "S.users.READ")
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "S.modules.x.CREATE, S.users.READ")
}

func TestNonsenseForAnAccountsURLIsNamed(t *testing.T) {
	t.Parallel()
	for url, kind := range map[string]record.Kind{"": record.Invalid, "accounts.zoho.com": record.Invalid, "ftp://x": record.Invalid,
		"http://127.0.0.1:1": record.Unavailable} {
		cfg := newFake(t, ok).config()
		cfg.Credential.AccountsURL = url
		_, err := New(cfg).Do(t.Context(), write())
		e := failure(t, err)
		require.Equal(t, kind, e.Kind, url)
		require.False(t, e.Ambiguous)
		require.NotEmpty(t, e.Remedy)
	}
}

func TestTokenRequestsCountAsOther(t *testing.T) {
	t.Parallel()
	var m budget.Meter
	_, err := newFake(t, ok).client(t).Do(budget.WithMeter(t.Context(), &m), read())
	require.NoError(t, err)
	require.Equal(t, record.Calls{Read: 1, Other: 1}, m.Calls()[record.Billing])
}
