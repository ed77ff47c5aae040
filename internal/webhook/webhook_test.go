package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

const secret = "correct horse battery staple"

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// receiver is a real server on this machine that counts its calls.
func receiver(t *testing.T, answer http.HandlerFunc) (target Target, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return Target{URL: server.URL + "/hook/s3cret-path", Secret: secret}, calls
}

func inside() *Sender {
	return New(Options{Private: true, Now: func() time.Time { return now }})
}

func failure(t *testing.T, err error) *record.Error {
	t.Helper()
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.NotContains(t, err.Error(), "s3cret-path")
	require.NotContains(t, err.Error(), secret)
	return e
}

func TestWhatIsSentIsSignedWithItsTime(t *testing.T) {
	t.Parallel()
	var header, kind string
	var got []byte
	to, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		header, kind = r.Header.Get("Causeway-Signature"), r.Method+" "+r.Header.Get("Content-Type")
		got, _ = io.ReadAll(r.Body)
	})
	body := []byte(`{"id":"1","text":"héllo"}`)
	require.NoError(t, inside().Send(t.Context(), to, body))
	require.Equal(t, body, got)
	require.Equal(t, "POST application/json", kind)

	// Check it as a receiver would, from the documentation alone.
	mac := hmac.New(sha256.New, []byte(secret))
	_, err := fmt.Fprintf(mac, "%d.%s", now.Unix(), got)
	require.NoError(t, err)
	require.Equal(t, "t="+strconv.FormatInt(now.Unix(), 10)+",v1="+hex.EncodeToString(mac.Sum(nil)), header)
	// And check it with another program: printf '%s' '1772600767.{"id":"1"}' | openssl dgst -sha256 -hmac 'correct
	// horse battery staple'
	require.Equal(t, "t=1772600767,v1="+opensslSays, Sign(secret, now, []byte(`{"id":"1"}`)))
}

func TestAnAddressInsideIsNotCalled(t *testing.T) {
	t.Parallel()
	to, calls := receiver(t, func(http.ResponseWriter, *http.Request) {})
	public := func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
	}
	s := New(Options{Lookup: public})
	require.Error(t, s.Check(t.Context(), to.URL))
	e := failure(t, s.Send(t.Context(), to, nil))
	require.Equal(t, CodeAddress, e.Code)
	require.Equal(t, record.Invalid, e.Kind)
	require.Contains(t, e.Reason(), "127.0.0.1")
	require.Contains(t, e.Reason(), "CAUSEWAY_WEBHOOK_PRIVATE=1")

	// When it was saved, the name led outside. Now it leads inside.
	to.URL = strings.Replace(to.URL, "127.0.0.1", "localhost", 1)
	require.NoError(t, s.Check(t.Context(), to.URL))
	e = failure(t, s.Send(t.Context(), to, nil))
	require.Equal(t, CodeAddress, e.Code)
	require.Zero(t, calls.Load(), "nobody inside has heard of it")

	allowed := inside()
	require.NoError(t, allowed.Check(t.Context(), to.URL))
	require.NoError(t, allowed.Send(t.Context(), to, nil))
	require.EqualValues(t, 1, calls.Load())
}

func TestNoProxyDialsInOurPlace(t *testing.T) {
	t.Parallel()
	transport, ok := New(Options{}).http.Transport.(*http.Transport)
	require.True(t, ok)
	require.Nil(t, transport.Proxy)
}

func TestARedirectIsAFailureAndNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		elsewhere, calls := receiver(t, func(http.ResponseWriter, *http.Request) {})
		to, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		e := failure(t, inside().Send(t.Context(), to, []byte("{}")))
		require.Equal(t, CodeRedirect, e.Code)
		require.Contains(t, e.Message, strconv.Itoa(status))
		require.Zero(t, calls.Load())
	}
}

func TestASlowReceiverIsCutAtTheDeadline(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	defer close(over) // before the servers close, which wait for their handlers
	silent, _ := receiver(t, func(http.ResponseWriter, *http.Request) { <-over })
	s := New(Options{Private: true, Deadline: 200 * time.Millisecond})
	began := time.Now()
	e := failure(t, s.Send(t.Context(), silent, nil))
	require.Less(t, time.Since(began), 5*time.Second)
	require.Equal(t, CodeNoAnswer, e.Code)
	require.Equal(t, record.Unavailable, e.Kind)
	require.Equal(t, "no answer in time", e.Message)

	endless, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-over
	})
	began = time.Now()
	require.NoError(t, s.Send(t.Context(), endless, nil), "the status has said all")
	require.Less(t, time.Since(began), 5*time.Second)
	require.Equal(t, 10*time.Second, New(Options{}).deadline)
}

func TestALargeReplyIsNotRead(t *testing.T) {
	t.Parallel()
	cut := make(chan struct{})
	to, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(cut)
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	require.NoError(t, inside().Send(t.Context(), to, nil))
	<-cut // it would write for ever
}

func TestTheStatusSaysWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]record.Kind{
		200: "", 202: "", 204: "", 304: record.Invalid, 400: record.Unavailable, 401: record.Unauthorized, 403: record.Unauthorized,
		404: record.NotFound, 410: record.NotFound, 429: record.RateLimited, 500: record.Unavailable, 502: record.Unavailable, 503: record.RateLimited,
	} {
		to, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "99999999")
			w.WriteHeader(status)
		})
		err := inside().Send(t.Context(), to, nil)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		e := failure(t, err)
		require.Equal(t, want, e.Kind, status)
		if want == record.RateLimited {
			require.Equal(t, time.Hour, e.RetryAfter)
		}
	}
	s := inside()
	require.Equal(t, 7*time.Second, s.retryAfter("7"))
	require.Equal(t, 90*time.Second, s.retryAfter(now.Add(90*time.Second).Format(http.TimeFormat)))
	require.Zero(t, s.retryAfter("soon"))
	require.Zero(t, s.retryAfter("-7"))
}

func TestOneWhoIsNotThereIsTriedAgain(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	e := failure(t, inside().Send(t.Context(), Target{URL: gone.URL + "/s3cret-path", Secret: secret}, nil))
	require.Equal(t, record.Unavailable, e.Kind)
	require.Equal(t, CodeNoAnswer, e.Code)
	e = failure(t, inside().Send(t.Context(), Target{URL: "http://nobody.invalid/s3cret-path", Secret: secret}, nil))
	require.Equal(t, CodeNoAnswer, e.Code)
}

func TestAnApplicationIsToldAndOneThatIsGoneIsAsGood(t *testing.T) {
	t.Parallel()
	status := http.StatusNoContent
	var body []byte
	to, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	})
	app := App{ID: "a1", BillingOrg: "77", Target: to}
	gone, err := inside().Disconnect(t.Context(), app, "demo")
	require.NoError(t, err)
	require.False(t, gone)
	var told map[string]any
	require.NoError(t, json.Unmarshal(body, &told))
	require.Equal(t, map[string]any{"event": "disconnect", "app": "a1", "billing_org": "77", "connection": "demo", "at": "2026-03-04T05:06:07Z"}, told)
	for _, status = range []int{404, 410} {
		gone, err = inside().Disconnect(t.Context(), app, "demo")
		require.NoError(t, err)
		require.True(t, gone)
	}
	status = 500
	gone, err = inside().Disconnect(t.Context(), app, "demo")
	require.Error(t, err)
	require.False(t, gone)
}
