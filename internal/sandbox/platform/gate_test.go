package platform_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
)

// send makes the protected write and returns what comes back, or the transport's error.
func (d *desk) send(ctx context.Context, method, token string) (status int, header http.Header, body string, err error) {
	d.t.Helper()
	path := map[string]string{"POST": "/crm/v8/Accounts", "GET": "/crm/v8/Accounts/1"}[method]
	req, err := http.NewRequestWithContext(ctx, method, d.url+path, strings.NewReader(`{"data":[]}`))
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no retry on a fresh connection
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(raw), err
}

func (d *desk) ran() int { return len(d.calls) }

func TestEachFaultDoesWhatItsNameSays(t *testing.T) {
	t.Parallel()
	for fault, check := range map[platform.Fault]func(t *testing.T, d *desk, token string){
		platform.RateLimited: func(t *testing.T, d *desk, token string) {
			status, header, _, err := d.send(t.Context(), "POST", token)
			require.NoError(t, err)
			require.Equal(t, 429, status)
			require.Empty(t, header.Get("Retry-After"))
			require.Zero(t, d.ran())
		},
		platform.RateLimitedWithAfter: func(t *testing.T, d *desk, token string) {
			status, header, _, err := d.send(t.Context(), "POST", token)
			require.NoError(t, err)
			require.Equal(t, 429, status)
			require.Equal(t, "1", header.Get("Retry-After"))
		},
		platform.ServerError: func(t *testing.T, d *desk, token string) {
			status, _, _, err := d.send(t.Context(), "POST", token)
			require.NoError(t, err)
			require.Contains(t, []int{500, 502, 503}, status)
			require.Zero(t, d.ran())
		},
		platform.Reset: func(t *testing.T, d *desk, token string) {
			_, _, _, err := d.send(t.Context(), "POST", token)
			require.Error(t, err)
			require.Zero(t, d.ran())
		},
		platform.ResetAfterWrite: func(t *testing.T, d *desk, token string) {
			_, _, _, err := d.send(t.Context(), "POST", token)
			require.Error(t, err)
			require.Equal(t, 1, d.ran())
			status, _, _, err := d.send(t.Context(), "GET", token)
			require.NoError(t, err, "it happens to writes only")
			require.Equal(t, 200, status)
		},
		platform.TimeoutAfterWrite: func(t *testing.T, d *desk, token string) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-d.calls // the write has run, and still no answer comes
				cancel()
			}()
			_, _, _, err := d.send(ctx, "POST", token)
			require.ErrorIs(t, err, context.Canceled)
		},
		platform.LateWrite: func(t *testing.T, d *desk, token string) {
			require.NoError(t, d.settings.Set("lateWriteDelay", "50ms"))
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, _, _, err := d.send(ctx, "POST", token)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Zero(t, d.ran(), "not while the client waits")
			require.Eventually(t, func() bool { return d.ran() == 1 }, 5*time.Second, 5*time.Millisecond)
		},
		platform.Truncate: func(t *testing.T, d *desk, token string) {
			status, _, body, err := d.send(t.Context(), "POST", token)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Equal(t, 200, status)
			require.NotEmpty(t, body)
			require.Equal(t, 1, d.ran())
		},
		platform.NotJSON: func(t *testing.T, d *desk, token string) {
			status, header, body, err := d.send(t.Context(), "POST", token)
			require.NoError(t, err)
			require.Equal(t, 200, status)
			require.Contains(t, header.Get("Content-Type"), "text/html")
			require.False(t, json.Valid([]byte(body)))
		},
		platform.WrongType: func(t *testing.T, d *desk, token string) {
			_, _, body, err := d.send(t.Context(), "GET", token)
			require.NoError(t, err)
			require.JSONEq(t, `{"data":"unexpected","code":0}`, body)
		},
		platform.ExpiredToken: func(t *testing.T, d *desk, token string) {
			status, _, _, err := d.send(t.Context(), "GET", token)
			require.NoError(t, err)
			require.Equal(t, 401, status)
			require.NoError(t, d.gate.Faults.Set("crm.expiredToken", "0"))
			require.Equal(t, 200, d.use("Bearer", token), "the token was good")
		},
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			token := d.token(d.refresh())["access_token"].(string)
			require.NoError(t, d.gate.Faults.Set(string(fault), "1"))
			check(t, d, token)
		})
	}
}

func TestLateWritesAreCarriedOutBeforeTheEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.token(d.refresh())["access_token"].(string)
	require.NoError(t, d.settings.Set("lateWriteDelay", "1h"))
	require.NoError(t, d.gate.Faults.Set("lateWrite", "1"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, _, err := d.send(ctx, "POST", token)
	require.Error(t, err)
	d.gate.Close()
	require.Equal(t, 1, d.ran())
}

func TestFaultsFollowTheirSeedRateAndSide(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64) (drawn []platform.Fault) {
		f, err := platform.NewFaults(seed, map[string]string{"crm.truncate": "0.5", "latency": "20ms"})
		require.NoError(t, err)
		for range 100 {
			kind, delay := f.Draw(platform.CRM, platform.Read)
			require.Equal(t, 20*time.Millisecond, delay)
			drawn = append(drawn, kind)
			other, _ := f.Draw(platform.Billing, platform.Read)
			require.Equal(t, platform.NoFault, other)
		}
		return drawn
	}
	require.Equal(t, draw(1), draw(1))
	require.NotEqual(t, draw(1), draw(2))
	require.Contains(t, draw(1), platform.Truncate)
	require.Contains(t, draw(1), platform.NoFault)
}

func TestLimitsRefuseTheExcessAndSayWhenToComeBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.token(d.refresh())["access_token"].(string)
	require.NoError(t, d.settings.Set("crmCreditsPerDay", "2"))
	_, header, _, err := d.send(t.Context(), "GET", token)
	require.NoError(t, err)
	require.Equal(t, "1", header.Get("X-API-CREDITS-REMAINING"), "said from half of the credits on")
	require.Equal(t, 200, d.use("Bearer", token))
	status, header, _, err := d.send(t.Context(), "GET", token)
	require.NoError(t, err)
	require.Equal(t, 429, status)
	require.Equal(t, "86400", header.Get("Retry-After"))
	d.wait(59 * time.Minute)
	require.Equal(t, 429, d.use("Bearer", token))
	require.NoError(t, d.settings.Set("accessTokenSeconds", "999999"))
	token = d.token(d.refresh())["access_token"].(string)
	d.wait(24 * time.Hour)
	require.Equal(t, 200, d.use("Bearer", token), "the day is a rolling one")
}

func TestControlSurfaceCountsAndChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.token(d.refresh())["access_token"].(string)
	require.Equal(t, 200, d.use("Bearer", token))
	snapshot := d.gate.Calls.Snapshot()
	require.Equal(t, 1, snapshot[platform.CRM].Read)
	require.Equal(t, map[string]int{"GET /crm/v8/Accounts/{id}": 1}, snapshot[platform.CRM].Routes)
	require.Equal(t, 1, snapshot[platform.AuthSide].Other)
	require.Equal(t, 1, snapshot[platform.CRM].MaxInFlight)
	d.post("/sandbox/v1/calls/reset", "", "")
	require.Zero(t, d.gate.Calls.Snapshot()[platform.CRM].Read)

	patch := func(path, body string) (int, string) {
		req, err := http.NewRequest(http.MethodPatch, d.url+path, strings.NewReader(body))
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		raw, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(raw)
	}
	status, body := patch("/sandbox/v1/settings", `{"marker":"plain","notModified":204}`)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"billingMarker":"plain"`)
	require.Equal(t, 204, d.settings.Get().NotModified)
	status, body = patch("/sandbox/v1/settings", `{"requireEmail":"on","nonsense":"on"}`)
	require.Equal(t, 400, status)
	require.Contains(t, body, "is unknown; the settings are")
	require.False(t, d.settings.Get().RequireEmail, "all or none")
	status, body = patch("/sandbox/v1/faults", `{"crm.serverError":1}`)
	require.Equal(t, 200, status, body)
	require.Contains(t, []int{500, 502, 503}, d.use("Bearer", token))
	_, _ = patch("/sandbox/v1/faults", `{"crm.serverError":0}`)

	minted := d.post("/sandbox/v1/credentials", "", `{"scopes":["ZohoCRM.org.READ"]}`)
	narrow := d.token(d.refresh("refresh_token", minted["refresh_token"].(string)))
	require.Equal(t, 403, d.use("Bearer", narrow["access_token"].(string)))
	d.post("/sandbox/v1/tokens/expire", "", "")
	require.Equal(t, 401, d.use("Bearer", token))
	d.post("/sandbox/v1/tokens/revoke", "", "")
	require.Equal(t, "invalid_code", d.token(d.refresh())["error"])
}

func TestOnlySoManyCallsRunAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.token(d.refresh())["access_token"].(string)
	require.NoError(t, d.settings.Set("crmConcurrency", "1"))
	require.NoError(t, d.gate.Faults.Set("crm.timeoutAfterWrite", "1"))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _, _, _ = d.send(ctx, "POST", token)
	}()
	<-d.calls // the first call hangs now, and holds its place
	status, header, body, err := d.send(t.Context(), "GET", token)
	require.NoError(t, err)
	require.Equal(t, 429, status)
	require.Equal(t, "1", header.Get("Retry-After"))
	require.Contains(t, body, `"limit":1`)
	require.NoError(t, d.settings.Set("retryAfter", "off"))
	_, header, _, err = d.send(t.Context(), "GET", token)
	require.NoError(t, err)
	require.Empty(t, header.Get("Retry-After"))
	cancel()
	<-ended
	require.Eventually(t, func() bool { return d.use("Bearer", token) == 200 }, 5*time.Second, 5*time.Millisecond)
}
