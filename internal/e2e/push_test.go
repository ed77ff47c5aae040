//go:build unix

package e2e_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestWhatIsPushedInAPauseIsQueuedAndReleasedInItsOrder(t *testing.T) {
	t.Parallel()
	s := deploySelling(t, deploy(t, 20))
	done, err := s.push(t.Context(), contract.TypeInvoice, "before", "k-before", contract.ActionSave, s.document(0))
	require.NoError(t, err)
	require.Equal(t, contract.PushDone, done.Status, "%+v", done.Failure)

	require.NoError(t, s.admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	s.inState(t, s.admin, contract.StatePaused)
	for n := 1; n <= 5; n++ {
		begun := time.Now()
		got, err := s.push(t.Context(), contract.TypeInvoice, fmt.Sprintf("queued-%d", n), fmt.Sprintf("k-%d", n), contract.ActionSave, s.document(n))
		require.NoError(t, err)
		require.Equal(t, contract.PushQueued, got.Status, "%+v", got.Failure)
		require.Equal(t, n, got.Position)
		require.Less(t, time.Since(begun), 5*time.Second, "the call never blocks through a pause")
	}
	require.Len(t, s.outside.billed(t, "invoices"), 1)

	require.NoError(t, s.admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	require.Eventually(t, func() bool { return len(s.outside.billed(t, "invoices")) == 6 }, time.Minute, 200*time.Millisecond)
	// A repeated request is answered "queued" until the push has ended, and then how it ended.
	var again contract.PushResult
	require.Eventually(t, func() bool {
		again, err = s.push(t.Context(), contract.TypeInvoice, "queued-3", "k-3", contract.ActionSave, s.document(3))
		require.NoError(t, err)
		return again.Status != contract.PushQueued
	}, time.Minute, 200*time.Millisecond)
	require.Equal(t, contract.PushDone, again.Status)
	require.True(t, again.Repeated)
	require.NotEmpty(t, again.Transaction.Number)
	require.Len(t, s.outside.billed(t, "invoices")["queued-3"], 1)
}

func TestADisabledConnectionRefusesPushesAndThoseThatWereQueued(t *testing.T) {
	t.Parallel()
	s := deploySelling(t, deploy(t, 20))
	require.NoError(t, s.admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	s.inState(t, s.admin, contract.StatePaused)
	queued, err := s.push(t.Context(), contract.TypeInvoice, "queued", "k-1", contract.ActionSave, s.document(1))
	require.NoError(t, err)
	require.Equal(t, contract.PushQueued, queued.Status)
	_, err = s.admin.Disable(t.Context(), "demo", contract.DisableRequest{Who: "ann", Confirm: true})
	require.NoError(t, err)
	status := s.inState(t, s.admin, contract.StateDisabled)
	require.Equal(t, 1, status.Disabled.Report.RefusedPushes)
	refused, err := s.push(t.Context(), contract.TypeInvoice, "late", "k-2", contract.ActionSave, s.document(2))
	require.NoError(t, err)
	require.Equal(t, contract.PushRefused, refused.Status)
	require.Contains(t, refused.Failure.Reason, contract.StateDisabled)
	require.Empty(t, s.outside.billed(t, "invoices"))
}

// Many callers make the same request at the same moment.
func TestOneRequestFromManyCallersMakesOneDocument(t *testing.T) {
	t.Parallel()
	s := deploySelling(t, deploy(t, 20))
	var numbers sync.Map
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			got, err := s.push(t.Context(), contract.TypeInvoice, "one", "k-one", contract.ActionSave, s.document(1))
			if err == nil && got.Status != contract.PushDone {
				err = fmt.Errorf("%s: %+v", got.Status, got.Failure)
			}
			if err == nil {
				numbers.Store(got.Transaction.Number, true)
			}
			return err
		})
	}
	require.NoError(t, g.Wait())
	n := 0
	numbers.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 1, n, "all got the same answer")
	require.Len(t, s.outside.billed(t, "invoices")["one"], 1)
}
