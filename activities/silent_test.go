package activities_test

import (
	"fmt"
	"testing"
	"time"

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
		edit        func(w *world, i int)
	}{
		{"new records", "billing.timeoutAfterWrite", false, nil},
		{"new records, which are there all the same", "billing.lateWrite", false, nil},
		{"changed records", "billing.timeoutAfterWrite", false, func(w *world, i int) {
			w.change("Accounts", id(i), object{"Phone": fmt.Sprintf("+44 %d", i)})
		}},
		{"changed records of billing", "crm.timeoutAfterWrite", true, func(w *world, i int) {
			link := w.linkOf(record.EntityCustomers, record.Accounts, id(i))
			w.editCustomer(link.BillingID, object{"phone": fmt.Sprintf("+44 %d", i)})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("lateWriteDelay", "100ms", "tokensPerTenMinutes", "0"), companies(n)...)
			if c.both {
				w.prefer(both)
			}
			if c.edit != nil {
				w.sync()
				for i := range n {
					c.edit(w, i)
				}
			}
			w.timing.Call, w.timing.Margin = 300*time.Millisecond, 300*time.Millisecond
			w.fault(c.fault, "1")
			trigger := contract.TriggerManual
			if c.edit == nil {
				trigger = contract.TriggerInitial
			}
			run, err := w.run(trigger, "")
			require.Error(t, err)
			require.Equal(t, contract.RunFailed, run.Status)
			require.Empty(t, run.Failures, "it is the side that fails, not the records")
			require.Contains(t, run.Failure.Reason, "no answer")
			conn, err := w.store.Connections.Get(t.Context(), demo)
			require.NoError(t, err)
			require.NotNil(t, conn.Degraded)

			w.fault(c.fault, "0")
			w.timing.Call = 5 * time.Second
			w.sync()
			w.sync() // reads once more what the one before wrote
			require.Len(t, w.customers(), n)
			require.Empty(t, w.verified().Explained)
			w.atRest()
		})
	}
}

// A connection that was refused carried nothing: there is nothing to wait for.
func TestWritesToASideThatRefusesConnectionsAreGivenBackAtOnce(t *testing.T) {
	t.Parallel()
	const n = 5
	w := newWorld(t, options{}, companies(n)...)
	s := w.poison(func() error {
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Code: "UNREACHABLE", Message: "connection refused"}
	}, nil)
	in := w.mirrored(s)
	_, err := step[steps.PlanResult](w, s, s.PlanPage, of(in, "customers"))
	require.NoError(t, err)
	for range 12 { // more often than a write of unknown outcome is tried
		_, err = step[steps.ApplyResult](w, s, s.ApplyPage, of(in, "customers"))
		require.Equal(t, contract.ErrorUnavailable, contract.FailureOf(err).Type)
		open, err := w.store.Operations.CountOpen(t.Context(), in.RunID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, n, open.Planned)
		require.Zero(t, open.Sent)
	}
	good := w.stepped(0)
	out, err := step[steps.ApplyResult](w, good, good.ApplyPage, of(in, "customers"))
	require.NoError(t, err)
	require.Equal(t, n, out.Applied)
	require.Len(t, w.customers(), n)
}

func id(i int) string { return fmt.Sprint(1000 + i) }

// companies are accounts with nothing special about them.
func companies(n int) []sample.Row {
	out := make([]sample.Row, n)
	for i := range out {
		out[i] = account(int64(1000+i), fmt.Sprintf("Company %03d", i))
	}
	return out
}
