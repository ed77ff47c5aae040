package zohoapi

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

// broken are replies that cannot be read. Each may come after the write took effect.
func broken(t *testing.T) map[string]http.HandlerFunc {
	t.Helper()
	return map[string]http.HandlerFunc{
		"reset":     func(w http.ResponseWriter, _ *http.Request) { reset(t, w) },
		"500":       func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, map[string]any{"code": 1000}) },
		"502":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); _, _ = w.Write([]byte("<html>")) },
		"503":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"html":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<!DOCTYPE html><html>")) },
		"404 html":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); _, _ = w.Write([]byte("<html>")) },
		"no object": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`"unexpected"`)) },
		"null":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`null`)) },
		"cut JSON":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"code":0,"things":[{"id":"1`)) },
		"empty":     func(http.ResponseWriter, *http.Request) {},
		"cut body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"code":0,`))
			panic(http.ErrAbortHandler)
		},
		"wrong type": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, map[string]any{"code": 0, "things": "unexpected"})
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/api/elsewhere", http.StatusSeeOther)
		},
	}
}

func things(r Reply) error {
	_, err := r.List("things")
	return err
}

func TestAWriteWithoutAGoodReplyIsAmbiguousAndNotRepeated(t *testing.T) {
	t.Parallel()
	for name, handler := range broken(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, handler)
			call := write()
			call.Read, call.RecordID = things, "7"
			_, err := f.client(t).Do(t.Context(), call)
			e := failure(t, err)
			require.Equal(t, record.Unavailable, e.Kind)
			require.True(t, e.Ambiguous)
			require.Equal(t, "create thing", e.Op)
			require.Equal(t, "7", e.RecordID)
			require.EqualValues(t, 1, f.calls.Load())
		})
	}
}

func TestAReadWithoutAGoodReplyIsRepeated(t *testing.T) {
	t.Parallel()
	for name, handler := range broken(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f *fake
			f = newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if f.calls.Load() == 1 {
					handler(w, r)
					return
				}
				answer(w, 200, map[string]any{"code": 0, "things": []any{}})
			})
			call := read()
			call.Read = things
			_, err := f.client(t).Do(t.Context(), call)
			require.NoError(t, err)
			require.EqualValues(t, 2, f.calls.Load())
		})
	}
}

func TestAReadIsGivenUpAfterAFewAttempts(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	_, err := f.client(t).Do(t.Context(), read())
	e := failure(t, err)
	require.Equal(t, record.Unavailable, e.Kind)
	require.False(t, e.Ambiguous, "a read changes nothing")
	require.EqualValues(t, readAttempts, f.calls.Load())
}

func TestAWriteWhoseTimeRanOutOnTheWireIsAmbiguous(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices that its client is gone only after the body
		<-r.Context().Done()
	})
	c := f.client(t)
	require.NoError(t, c.RequireScopes(t.Context())) // the token is there
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := c.Do(ctx, write())
	e := failure(t, err)
	require.Equal(t, "TIMEOUT", e.Code)
	require.True(t, e.Ambiguous)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAWriteThatNeverLeftIsNotAmbiguous(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	cfg := f.config()
	cfg.Tokens = NewTokens()
	c := New(cfg)
	token, err := c.tokens.get(t.Context(), c.caller())
	require.NoError(t, err)
	for _, domain := range []string{"http://127.0.0.1:1", "http://no-such-host.invalid"} {
		token.APIDomain = domain
		c.tokens.token = token
		_, err = c.Do(t.Context(), write())
		e := failure(t, err)
		require.Equal(t, record.Unavailable, e.Kind)
		require.False(t, e.Ambiguous, domain)
	}
}

// A frozen process wakes up after its deadline, but the timer that ends its context has not fired yet. Only the clock tells.
func TestADeadlineThatHasPassedByTheClockSendsNothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	c := f.client(t)
	require.NoError(t, c.RequireScopes(t.Context()))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c.now = func() time.Time { return time.Now().Add(time.Minute) }
	_, err := c.Do(ctx, write())
	e := failure(t, err)
	require.Equal(t, record.Unavailable, e.Kind)
	require.ErrorContains(t, err, "deadline passed before sending")
	require.False(t, e.Ambiguous)
	require.Zero(t, f.calls.Load())
	_, err = c.Do(ctx, read())
	require.Error(t, err)
	require.Zero(t, f.calls.Load())
}

func TestACanceledCallerSendsNothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.client(t).Do(ctx, write())
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, record.IsAmbiguous(err))
	require.Zero(t, f.calls.Load())
}

func TestARefusalKeepsTheProvidersWordsAndIsNotRepeated(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, map[string]any{"code": 2}) })
	call := write()
	call.RecordID = "42"
	_, err := f.client(t).Do(t.Context(), call)
	require.Equal(t, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: "create thing", Code: "2", Message: "wrong", RecordID: "42"}, failure(t, err))
	require.EqualValues(t, 1, f.calls.Load())
}

func TestNothingModifiedAndNoContentAreGoodReplies(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified} {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		call := read()
		call.Read = things
		reply, err := f.client(t).Do(t.Context(), call)
		require.NoError(t, err)
		require.True(t, reply.Empty())
	}
}

func TestAReplyThatIsTooLargeIsNotTakenIn(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"code":0,"things":"`))
		chunk := []byte(strings.Repeat("x", 1<<20))
		for range 65 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := f.client(t).Do(t.Context(), write())
	require.ErrorContains(t, err, "larger than 64 MiB")
}

func TestEveryCallThatIsSentIsCounted(t *testing.T) {
	t.Parallel()
	var f *fake
	f = newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		if f.calls.Load() < 3 {
			w.WriteHeader(503)
			return
		}
		answer(w, 200, map[string]any{"code": 0})
	})
	var m budget.Meter
	_, err := f.client(t).Do(budget.WithMeter(t.Context(), &m), read())
	require.NoError(t, err)
	require.Equal(t, 3, m.Calls()[record.Billing].Read)
}

func TestConnectionsAreKeptForAllCallsInFlight(t *testing.T) {
	t.Parallel()
	transport := newHTTPClient(20).Transport.(*http.Transport)
	require.GreaterOrEqual(t, transport.MaxIdleConnsPerHost, 20)
}
