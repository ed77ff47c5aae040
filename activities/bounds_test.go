package activities_test

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// stepped are the activities of a world, to be carried out one by one. Each look at the clock takes a while.
func (w *world) stepped(look time.Duration) *activities.Sync {
	var looks atomic.Int64
	begin := time.Now()
	return &activities.Sync{
		Store: w.store, Sides: w.sides, Timing: w.timing, InFlight: 8, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return begin.Add(time.Duration(looks.Add(1)) * look) },
	}
}

// step carries out one activity.
func step[T any](w *world, s *activities.Sync, activity, in any) (out T, err error) {
	w.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(s)
	value, err := env.ExecuteActivity(activity, in)
	if err != nil {
		return out, err
	}
	return out, value.Get(&out)
}

// mirrored starts a run and brings both mirrors up to date.
func (w *world) mirrored(s *activities.Sync) contract.SyncInput {
	w.t.Helper()
	w.runs++
	in := contract.SyncInput{Connection: demo, RunID: uuid.NewString(), Number: w.runs, Trigger: contract.TriggerManual}
	plan, err := step[contract.StartRunResult](w, s, s.StartRun, in)
	require.NoError(w.t, err)
	for _, scan := range plan.Scans {
		for done := false; !done; {
			out, err := step[contract.MirrorResult](w, s, s.MirrorPages, contract.MirrorInput{Connection: demo, RunID: in.RunID, Scan: scan})
			require.NoError(w.t, err)
			done = out.Done
		}
	}
	return in
}

// details counts the reads of single customers.
func (w *world) details() int {
	n := 0
	for route, calls := range w.box.Gate().Calls.Snapshot()["billing"].Routes {
		if route == "GET /billing/v1/customers/{id}" {
			n += calls
		}
	}
	return n
}

// A billing system that grants 100 calls a minute answers some 400 in an activity's time: an attempt that
// needs more must not begin again from nothing.
func TestAPlanThatReadsManyDetailsStoresThemAsItGoes(t *testing.T) {
	t.Parallel()
	const n = 170
	w := newWorld(t, options{}.with(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.load(account(int64(1000+i), fmt.Sprintf("Company %d", i)))
		w.addCustomer(object{"display_name": fmt.Sprintf("Company %d", i)})
	}
	in := w.mirrored(w.stepped(0))
	w.box.Gate().Calls.Reset()
	planned, attempts := 0, 0
	for done := false; !done; attempts++ {
		require.Less(t, attempts, 10, "no progress")
		s := w.stepped(80 * time.Second) // two batches fit into the time of an activity
		out, err := step[contract.PlanResult](w, s, s.PlanPage, contract.EntityInput{Connection: demo, RunID: in.RunID, Entity: "customers"})
		require.NoError(t, err)
		planned, done = planned+out.Planned, out.Done
	}
	require.Greater(t, attempts, 1, "an attempt ends when its time is over")
	require.Equal(t, n, planned)
	require.Equal(t, n, w.details(), "each is read once")
}
