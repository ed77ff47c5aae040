package zohoapi

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

// halting returns a context in which no call starts after halt.
func halting(t *testing.T) (ctx context.Context, halt context.CancelFunc) {
	t.Helper()
	from, halt := context.WithTimeout(t.Context(), time.Minute)
	ctx, cancel := budget.Finishing(from)
	t.Cleanup(cancel)
	return ctx, halt
}

func TestACallInFlightOutlastsTheHaltAndTheNextDoesNotStart(t *testing.T) {
	t.Parallel()
	begun, goOn := make(chan struct{}), make(chan struct{})
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-goOn
		ok(w, r)
	})
	c := f.client(t)
	ctx, halt := halting(t)
	done := make(chan error, 1)
	go func() {
		_, err := c.Do(ctx, write())
		done <- err
	}()
	<-begun
	halt()
	close(goOn)
	require.NoError(t, <-done)
	_, err := c.Do(ctx, write())
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, record.IsAmbiguous(err))
	require.EqualValues(t, 1, f.calls.Load())
}

func TestAHaltEndsTheWaitForAnotherTryOrAGrant(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]http.HandlerFunc{
		"after nonsense": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"after too many calls": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			answer(w, http.StatusTooManyRequests, map[string]any{"code": 429})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, halt := halting(t)
			var halted atomic.Int64
			var f *fake
			f = newFake(t, func(w http.ResponseWriter, r *http.Request) {
				reply(w, r)
				if name != "after nonsense" || f.calls.Load() == 4 { // by then it waits about a second between attempts
					halted.Store(time.Now().UnixNano())
					halt()
				}
			})
			_, err := f.client(t).Do(ctx, read())
			require.Error(t, err)
			require.Less(t, time.Since(time.Unix(0, halted.Load())), 700*time.Millisecond)
			require.LessOrEqual(t, f.calls.Load(), int32(4), "none starts")
		})
	}
}

func TestWhoIsHaltedLeavesTheTokenToTheOthersThatWaitForIt(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	shared := NewTokens()
	cfg := f.config()
	cfg.Tokens = shared
	c := New(cfg)
	halted, halt := halting(t)
	halt()
	_, err := f.client(t).Do(halted, read()) // with tokens of its own
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, f.tokens.Load())
	// The halted caller makes the request: one that waits for it asks by itself.
	asking, begun := make(chan struct{}), make(chan struct{})
	flight := c.tokens.flight.DoChan("", func() (any, error) {
		close(begun)
		<-asking
		return c.tokens.refreshOnce(halted, c.caller())
	})
	<-begun
	got := make(chan error, 1)
	go func() {
		_, err := c.Do(t.Context(), read())
		got <- err
	}()
	time.AfterFunc(50*time.Millisecond, func() { close(asking) }) // by then the other has joined
	require.ErrorIs(t, (<-flight).Err, errHalted)
	require.NoError(t, <-got)
	require.EqualValues(t, 1, f.tokens.Load())
}
