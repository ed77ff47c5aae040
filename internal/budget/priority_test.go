package budget

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/record"
)

// busy is a sync that always has calls waiting until ctx ends. Each call takes that long.
func busy(ctx context.Context, g *Grant, callers int, takes time.Duration) (calls *atomic.Int64) {
	calls = new(atomic.Int64)
	for range callers {
		go func() {
			for {
				release, err := g.Acquire(ctx)
				if err != nil {
					return
				}
				calls.Add(1)
				<-time.After(takes)
				release()
			}
		}()
	}
	return calls
}

func TestAPushWaitsForOneCallAtMostHoweverBusyASyncIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		busy(ctx, g, 50, time.Second)
		<-time.After(10*time.Second + 100*time.Millisecond)
		begin := time.Now()
		release, err := g.Acquire(WithPriority(ctx))
		require.NoError(t, err)
		require.Zero(t, time.Since(begin), "one is kept")
		second, err := g.Acquire(WithPriority(ctx))
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(begin), time.Second, "the next that ends")
		release()
		second()
		stop()
		<-time.After(time.Second) // the last calls end
	})
}

func TestAPushWaitsForOneTokenAtMostWhereASyncTakesAllOfAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{PerMinute: 100})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		calls := busy(ctx, g, 50, time.Millisecond)
		for range 20 {
			<-time.After(7 * time.Second)
			begin := time.Now()
			release, err := g.Acquire(WithPriority(ctx))
			require.NoError(t, err)
			require.Zero(t, time.Since(begin), "what it needs is kept")
			release()
		}
		require.Greater(t, calls.Load(), int64(80*140/60), "the sync has the rest")
		stop()
		<-time.After(time.Second) // the last calls end
	})
}

func TestABurstOfPushesNeedNotWaitAndComesBackBeforeTheSyncGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{PerMinute: 100})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		calls := busy(ctx, g, 50, time.Millisecond)
		<-time.After(time.Minute)
		begin, before := time.Now(), calls.Load()
		for range 7 {
			release, err := g.Acquire(WithPriority(ctx))
			require.NoError(t, err)
			release()
		}
		require.Zero(t, time.Since(begin))
		<-time.After(3 * time.Second)
		require.LessOrEqual(t, calls.Load()-before, int64(1), "the sync waits until they are kept again")
		<-time.After(time.Minute)
		require.Greater(t, calls.Load()-before, int64(80))
		stop()
		<-time.After(time.Second) // the last calls end
	})
}

func TestAPushThatGivesUpLosesNoSlotAndNoStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{InFlight: 1})
		release, err := g.Acquire(t.Context())
		require.NoError(t, err)
		for range 5 {
			ctx, cancel := context.WithTimeout(WithPriority(t.Context()), time.Second)
			_, err := g.Acquire(ctx)
			cancel()
			require.ErrorIs(t, err, ErrTooLate)
		}
		release()
		release, err = g.Acquire(t.Context())
		require.NoError(t, err)
		release()
		release() // once is enough
		require.Zero(t, g.inFlight)
		require.Zero(t, g.common)
		require.Empty(t, g.withPriority)
		require.Empty(t, g.withoutPriority)
	})
}

func TestAHoldHoldsPushesToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{})
		g.Backoff(30 * time.Second)
		begin := time.Now()
		release, err := g.Acquire(WithPriority(t.Context()))
		require.NoError(t, err)
		release()
		require.Equal(t, 30*time.Second, time.Since(begin))
	})
}

func TestOfAFewCallsAMinuteOneIsKeptAndOfOneASyncIsNotShutOut(t *testing.T) {
	t.Parallel()
	for perMinute, most := range map[int]int{1: 1, 2: 1, 5: 4, 9: 8, 10: 9, 30: 28, 100: 93} {
		synctest.Test(t, func(t *testing.T) {
			g := New().For("demo", record.Billing, Limits{InFlight: 50, PerMinute: perMinute})
			var starts []time.Time
			for begin := time.Now(); time.Since(begin) < 5*time.Minute; {
				release, err := g.Acquire(t.Context())
				require.NoError(t, err)
				starts = append(starts, time.Now())
				release()
			}
			require.Greater(t, len(starts), 3*most, "of %d a minute", perMinute)
			for i, j := 0, most; j < len(starts); i, j = i+1, j+1 {
				require.GreaterOrEqual(t, starts[j].Sub(starts[i]), time.Minute-time.Microsecond, "of %d a minute", perMinute)
			}
		})
	}
}

func TestAGrantThatComesAsItsCallerGivesUpGoesToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.Billing, Limits{InFlight: 2, PerMinute: 1})
		w := &waiter{granted: make(chan error, 1)}
		g.withoutPriority = append(g.withoutPriority, w)
		g.mu.Lock()
		g.grantNext()
		g.mu.Unlock()
		require.NoError(t, g.abandon(w)) // granted, and given up at once
		begin := time.Now()
		release, err := g.Acquire(t.Context())
		require.NoError(t, err)
		require.Zero(t, time.Since(begin), "its start was not used")
		release()
	})
}
