package activities_test

import (
	"fmt"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// A side that takes every write and answers none, while its reads work, may not keep a run going until each of its
// records was tried as often as one may be.
func TestASideThatAnswersNoWriteFailsTheRunAndLosesNothing(t *testing.T) {
	t.Parallel()
	const n = 150
	for _, c := range []struct {
		name, fault string
		both        bool
		edit        func(w *activitytest.World, i int)
	}{
		{"new records", "billing.timeoutAfterWrite", false, nil},
		{"new records, which are there all the same", "billing.lateWrite", false, nil},
		{"changed records", "billing.timeoutAfterWrite", false, func(w *activitytest.World, i int) {
			w.Change("Accounts", id(i), activitytest.Object{"Phone": fmt.Sprintf("+44 %d", i)})
		}},
		{"changed records of billing", "crm.timeoutAfterWrite", true, func(w *activitytest.World, i int) {
			link := w.LinkOf(record.EntityCustomers, record.Accounts, id(i))
			w.EditCustomer(link.BillingID, activitytest.Object{"phone": fmt.Sprintf("+44 %d", i)})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("lateWriteDelay", "100ms", "tokensPerTenMinutes", "0"), companies(n)...)
			if c.both {
				w.Prefer(activitytest.Both)
			}
			if c.edit != nil {
				w.Sync()
				for i := range n {
					c.edit(w, i)
				}
			}
			w.Timing.Call, w.Timing.Margin = 300*time.Millisecond, 300*time.Millisecond
			w.Fault(c.fault, "1")
			trigger := contract.TriggerManual
			if c.edit == nil {
				trigger = contract.TriggerInitial
			}
			run, err := w.Run(trigger, "")
			require.Error(t, err)
			require.Equal(t, contract.RunFailed, run.Status)
			require.Empty(t, run.Failures, "it is the side that fails, not the records")
			require.Regexp(t, "no (useful )?answer", run.Failure.Reason)
			conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
			require.NoError(t, err)
			require.NotNil(t, conn.Degraded)

			w.Fault(c.fault, "0")
			w.Timing.Call = 5 * time.Second
			w.Sync()
			w.Sync() // reads once more what the one before wrote
			require.Len(t, w.Customers(), n)
			require.Empty(t, w.Verified().Explained)
			w.AtRest()
		})
	}
}

// A connection that was refused carried nothing: there is nothing to wait for.
func TestWritesToASideThatRefusesConnectionsAreGivenBackAtOnce(t *testing.T) {
	t.Parallel()
	const n = 5
	w := activitytest.NewWorld(t, activitytest.Options{}, companies(n)...)
	s := poison(w, func() error {
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Code: "UNREACHABLE", Message: "connection refused"}
	}, nil)
	in := activitytest.Mirrored(w, s)
	_, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, activitytest.Of(in, "customers"))
	require.NoError(t, err)
	for range 12 { // more often than a write of unknown outcome is tried
		_, err = activitytest.Step[steps.ApplyResult](w, s, s.ApplyPage, activitytest.Of(in, "customers"))
		require.Equal(t, contract.ErrorUnavailable, contract.FailureOf(err).Type)
		open, err := w.Store.Operations.CountOpen(t.Context(), in.RunID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, n, open.Planned)
		require.Zero(t, open.Sent)
	}
	good := activitytest.Stepped(w, 0)
	out, err := activitytest.Step[steps.ApplyResult](w, good, good.ApplyPage, activitytest.Of(in, "customers"))
	require.NoError(t, err)
	require.Equal(t, n, out.Applied)
	require.Len(t, w.Customers(), n)
}

func id(i int) string { return fmt.Sprint(1000 + i) }

// companies are accounts with nothing special about them.
func companies(n int) []sample.Row {
	out := make([]sample.Row, n)
	for i := range out {
		out[i] = activitytest.Account(int64(1000+i), fmt.Sprintf("Company %03d", i))
	}
	return out
}
