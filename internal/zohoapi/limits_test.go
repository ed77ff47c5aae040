package zohoapi

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/record"
)

func TestTooManyCallsAreWaitedForWhateverTheCallIs(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{"with Retry-After": "1", "without": ""} {
		for _, call := range []Call{read(), write()} {
			t.Run(name+" "+string(call.Class), func(t *testing.T) {
				t.Parallel()
				var f *fake
				f = newFake(t, func(w http.ResponseWriter, _ *http.Request) {
					if f.calls.Load() > 2 {
						answer(w, 200, map[string]any{"code": 0})
						return
					}
					w.Header().Set("Retry-After", header)
					answer(w, http.StatusTooManyRequests, map[string]any{"code": 429})
				})
				begin := time.Now()
				_, err := f.client(t).Do(t.Context(), call)
				require.NoError(t, err)
				require.EqualValues(t, 3, f.calls.Load())
				if header != "" {
					require.GreaterOrEqual(t, time.Since(begin), 2*time.Second)
				}
			})
		}
	}
}

func TestTooManyCallsHoldBackTheOtherCallersOfThatSide(t *testing.T) {
	t.Parallel()
	var first atomic.Int64
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/limited") && first.CompareAndSwap(0, time.Now().UnixNano()) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		if begun := first.Load(); begun != 0 {
			require.GreaterOrEqual(t, time.Now().UnixNano()-begun, int64(time.Second)-int64(10*time.Millisecond))
		}
		answer(w, 200, map[string]any{"code": 0})
	})
	c := f.client(t)
	limited := read()
	limited.Path += "/limited"
	done := make(chan error)
	go func() { _, err := c.Do(t.Context(), limited); done <- err }()
	require.Eventually(t, func() bool { return c.grant.Held() > 0 }, 5*time.Second, time.Millisecond)
	_, err := c.Do(t.Context(), read())
	require.NoError(t, err)
	require.NoError(t, <-done)
}

func TestTooManyCallsBeyondTheDeadlineSayHowLongToWait(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		answer(w, http.StatusTooManyRequests, map[string]any{"code": 429})
	})
	c := f.client(t)
	for range 2 { // the second is held back by the grant and sends nothing
		_, err := c.Do(t.Context(), write())
		e := failure(t, err)
		require.Equal(t, record.RateLimited, e.Kind)
		require.InDelta(t, time.Hour, e.RetryAfter, float64(time.Minute))
		require.False(t, e.Ambiguous)
	}
	require.EqualValues(t, 1, f.calls.Load())
}

func TestALimitOfTheDayIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusTooManyRequests, map[string]any{"code": 45})
	})
	_, err := f.client(t).Do(t.Context(), read())
	e := failure(t, err)
	require.Equal(t, time.Hour, e.RetryAfter)
	require.EqualValues(t, 1, f.calls.Load())
}
