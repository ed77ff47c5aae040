package push_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"causeway/activities/attempt"
	"causeway/activities/push"
	"causeway/internal/billing"

	"github.com/stretchr/testify/require"
)

// probed is a billing system that answers a probe when it is told to, or when the call's time is over.
type probed struct {
	billing.Transactions
	probes atomic.Int32
	answer chan struct{}
}

func (p *probed) ProbeTransactions(ctx context.Context) (billing.TransactionCapabilities, error) {
	p.probes.Add(1)
	select {
	case <-p.answer:
		return billing.TransactionCapabilities{FreeTextLines: true}, nil
	case <-ctx.Done():
		return billing.TransactionCapabilities{}, ctx.Err()
	}
}

func hanging() *probed { return &probed{answer: make(chan struct{})} }

func answering() *probed {
	p := hanging()
	close(p.answer)
	return p
}

func aTry() *attempt.Attempt {
	return &attempt.Attempt{Timing: attempt.Timing{Call: 15 * time.Second}, Now: time.Now}
}

func TestAHangingProbeDelaysItsOwnConnectionOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c push.Capabilities
		failed := make(chan error, 1)
		go func() {
			_, err := c.Of(t.Context(), aTry(), "a", hanging())
			failed <- err
		}()
		synctest.Wait() // the probe of a hangs
		begin := time.Now()
		caps, err := c.Of(t.Context(), aTry(), "b", answering())
		require.NoError(t, err)
		require.True(t, caps.FreeTextLines)
		require.Zero(t, time.Since(begin), "b waits for nothing")
		require.ErrorIs(t, <-failed, context.DeadlineExceeded)
		require.Equal(t, 15*time.Second, time.Since(begin))
	})
}

func TestPushesOfOneConnectionShareAProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c push.Capabilities
		port := hanging()
		done := make(chan error, 3)
		for range 3 {
			go func() {
				_, err := c.Of(t.Context(), aTry(), "a", port)
				done <- err
			}()
		}
		synctest.Wait()
		close(port.answer)
		for range 3 {
			require.NoError(t, <-done)
		}
		_, err := c.Of(t.Context(), aTry(), "a", port)
		require.NoError(t, err)
		require.EqualValues(t, 1, port.probes.Load(), "and what it has answered is remembered")
		<-time.After(11 * time.Minute)
		_, err = c.Of(t.Context(), aTry(), "a", port)
		require.NoError(t, err)
		require.EqualValues(t, 2, port.probes.Load(), "for a while")
	})
}

func TestACancelledProbeIsMadeAgainByWhoShares(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c push.Capabilities
		port := hanging()
		first, cancel := context.WithCancel(t.Context())
		cancelled, second := make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := c.Of(first, aTry(), "a", port)
			cancelled <- err
		}()
		synctest.Wait()
		go func() {
			_, err := c.Of(t.Context(), aTry(), "a", port)
			second <- err
		}()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-cancelled, context.Canceled)
		synctest.Wait()
		close(port.answer)
		require.NoError(t, <-second)
		require.EqualValues(t, 2, port.probes.Load())
	})
}
