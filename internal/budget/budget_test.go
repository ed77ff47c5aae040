package budget

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/record"
)

func TestNoMoreCallsAreInFlightThanGrantedAndOneIsKeptForPriority(t *testing.T) {
	t.Parallel()
	for limit, c := range map[int]struct{ common, all int32 }{0: {DefaultInFlight, DefaultInFlight + 1}, 3: {2, 3}, 1: {1, 1}} {
		require.Equal(t, c.common, mostInFlight(t, limit, false), "%d", limit)
		require.Equal(t, c.all, mostInFlight(t, limit, true), "%d", limit)
	}
}

// mostInFlight returns how many of many calls are in flight at once.
func mostInFlight(t *testing.T, limit int, priority bool) (got int32) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.CRM, Limits{InFlight: limit})
		ctx := t.Context()
		if priority {
			ctx = WithPriority(ctx)
		}
		var now, most atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				release, err := g.Acquire(ctx)
				require.NoError(t, err)
				defer release()
				n := now.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				<-time.After(time.Second)
				now.Add(-1)
			})
		}
		all.Wait()
		got = most.Load()
	})
	return got
}

func TestNoMinuteSeesMoreStartsThanGranted(t *testing.T) {
	t.Parallel()
	for _, perMinute := range []int{1, 7, 100, 600} {
		synctest.Test(t, func(t *testing.T) {
			g := New().For("demo", record.CRM, Limits{InFlight: 50, PerMinute: perMinute})
			var starts []time.Time
			begin := time.Now()
			for n := 0; time.Since(begin) < 5*time.Minute; n++ {
				ctx := t.Context()
				if n%2 == 0 {
					ctx = WithPriority(ctx)
				}
				release, err := g.Acquire(ctx)
				require.NoError(t, err)
				starts = append(starts, time.Now())
				release()
			}
			for i := range starts {
				if j := i + perMinute; j < len(starts) {
					// The limiter's floating point may be off by a microsecond.
					require.GreaterOrEqual(t, starts[j].Sub(starts[i]), time.Minute-time.Microsecond, "of %d a minute", perMinute)
				}
			}
			require.GreaterOrEqual(t, len(starts), 4*perMinute)
		})
	}
}

func TestBackoffHoldsBackAllCallersOfThatSideOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New()
		crm, billing := b.For("demo", record.CRM, Limits{}), b.For("demo", record.Billing, Limits{})
		begin := time.Now()
		crm.Backoff(10 * time.Second)
		crm.Backoff(time.Second) // a shorter one does not end the longer

		release, err := billing.Acquire(t.Context())
		require.NoError(t, err)
		release()
		require.Zero(t, time.Since(begin))

		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				release, err := crm.Acquire(t.Context())
				require.NoError(t, err)
				defer release()
				require.Equal(t, 10*time.Second, time.Since(begin))
			})
		}
		all.Wait()
	})
}

func TestAHoldBeyondTheDeadlineIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.CRM, Limits{InFlight: 1})
		g.Backoff(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		_, err := g.Acquire(ctx)
		require.ErrorIs(t, err, ErrTooLate)
		require.Zero(t, time.Since(begin))
		require.Equal(t, time.Hour, g.Held())
	})
}

func TestACanceledCallerGetsItsCancellationAndKeepsNoSlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New().For("demo", record.CRM, Limits{InFlight: 1})
		g.Backoff(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := g.Acquire(ctx)
		require.ErrorIs(t, err, context.Canceled)
		release, err := g.Acquire(t.Context())
		require.NoError(t, err)
		release()
		release() // twice is once
		_, err = g.Acquire(t.Context())
		require.NoError(t, err)
	})
}

func TestForGivesOneGrantAConnectionAndSide(t *testing.T) {
	t.Parallel()
	b := New()
	require.Same(t, b.For("a", record.CRM, Limits{}), b.For("a", record.CRM, Limits{InFlight: 4}))
	require.NotSame(t, b.For("a", record.CRM, Limits{}), b.For("b", record.CRM, Limits{}))
	require.NotSame(t, b.For("a", record.CRM, Limits{}), b.For("a", record.Billing, Limits{}))
}

func TestMeterCountsBySideAndClass(t *testing.T) {
	t.Parallel()
	var m Meter
	ctx := WithMeter(t.Context(), &m)
	MeterFrom(ctx).Add(record.CRM, Read)
	MeterFrom(ctx).Add(record.CRM, Other)
	MeterFrom(ctx).Add(record.Billing, Write)
	MeterFrom(t.Context()).Add(record.Billing, Write) // no meter, no count
	require.Equal(t, map[record.Side]record.Calls{record.CRM: {Read: 1, Other: 1}, record.Billing: {Write: 1}}, m.Calls())
}
