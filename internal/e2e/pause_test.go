//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// pauseWithin is how late after the signal a call may start, at the 99th percentile. A test has few pauses, so here none may
// be later.
const pauseWithin = 2 * time.Second

// envPauses sets how often the sync is paused.
const envPauses = "CAUSEWAY_FORCE_PAUSES"

func TestAPauseAtAnyMomentStopsCallsInTimeAndTheSyncGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	d := deploy(t, number(t, envRecords, 300), "--fault=latency=30ms")
	chance := newDice(t)
	d.startWorker(t)
	c := d.client(t)
	d.connect(t, "accounts_and_contacts")
	admin := contract.NewClient(c)
	paused, latest := 0, time.Duration(0)
	for range number(t, envPauses, 6) {
		<-time.After(chance.within(1500 * time.Millisecond)) // at any moment
		if run := d.firstRun(t); run.Status == contract.RunCompleted {
			break
		}
		sent := time.Now()
		// Two in three as Temporal's own tools send it: without a payload, or with one of another type.
		switch paused % 3 {
		case 0:
			require.NoError(t, admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann", Why: "month end"}))
		case 1:
			require.NoError(t, c.SignalWorkflow(t.Context(), contract.IntegrationID("demo"), "", contract.PauseSignal, nil))
		default:
			require.NoError(t, c.SignalWorkflow(t.Context(), contract.IntegrationID("demo"), "", contract.PauseSignal, "stop it now"))
		}
		d.inState(t, admin, contract.StatePaused)
		paused++
		latest = max(latest, d.lastCall(t).Sub(sent))
		before := d.lastCall(t)
		require.Never(t, func() bool { return d.lastCall(t).After(before) }, 700*time.Millisecond, 100*time.Millisecond, "a paused connection calls nobody")
		require.NoError(t, admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "bob"}))
		d.inState(t, admin, contract.StateConnected, contract.StateActive)
	}
	t.Logf("paused %d times; the last call started at most %s after a signal", paused, latest)
	require.Positive(t, paused, "the sync was over before the first pause")
	require.Less(t, latest, pauseWithin)
	d.requireAgreement(t, d.awaitDone(t))
}

// inState waits until the connection is in one of the states.
func (d *deployment) inState(t testing.TB, c *contract.Client, states ...string) contract.Status {
	t.Helper()
	var last contract.Status
	require.Eventually(t, func() bool {
		s, err := c.Status(t.Context(), "demo")
		last = s
		for _, want := range states {
			if err == nil && s.State == want {
				return true
			}
		}
		return false
	}, time.Minute, 50*time.Millisecond, "%v", states)
	return last
}

// lastCall returns when the newest call to either side started.
func (d *deployment) lastCall(t testing.TB) time.Time {
	t.Helper()
	var sides map[string]struct {
		LastStartedAt time.Time `json:"last_started_at"`
	}
	o := outside{access: d.sides, client: http.DefaultClient}
	o.control(t, http.MethodGet, "calls", nil, &sides)
	newest := time.Time{}
	for _, s := range sides {
		if s.LastStartedAt.After(newest) {
			newest = s.LastStartedAt
		}
	}
	return newest
}

// Each execution of the connection's workflow is so short that signals arrive while one continues as the next.
func TestSignalsSentWhileAConnectionContinuesAsNewTakeEffectInTheOrderSent(t *testing.T) {
	t.Parallel()
	d := deployAs(t, &deployment{continueAsNewAt: continueOften}, 5)
	d.startWorker(t)
	c := d.client(t)
	d.connect(t, "accounts_and_contacts")
	d.awaitDone(t)
	admin, id := contract.NewClient(c), contract.IntegrationID("demo")
	d.inState(t, admin, contract.StateActive)
	first := d.execution(t, c, id)
	const signals = 401
	for i := range signals {
		signal, who := contract.PauseSignal, fmt.Sprint("admin ", i)
		if i%2 == 1 {
			signal = contract.ResumeSignal
		}
		require.NoError(t, c.SignalWorkflow(t.Context(), id, "", signal, contract.ControlRequest{Who: who}))
	}
	last := fmt.Sprint("admin ", signals-1)
	require.Eventually(t, func() bool {
		s, err := admin.Status(t.Context(), "demo")
		return err == nil && s.State == contract.StatePaused && s.Paused != nil && s.Paused.Who == last
	}, time.Minute, 100*time.Millisecond, "the last signal is the one that counts")
	require.NotEqual(t, first, d.execution(t, c, id), "it has continued as new")

	require.NoError(t, admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	d.inState(t, admin, contract.StateActive)
	d.requireAgreement(t, d.awaitDone(t))
}

// execution returns the run id of the workflow's open execution.
func (d *deployment) execution(t testing.TB, c client.Client, id string) string {
	t.Helper()
	open, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	return open.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}
