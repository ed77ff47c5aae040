package activities_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/steps"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// onTheWire is how long a call that was let go just before a cancel may take to be seen by its side.
const onTheWire = 1500 * time.Millisecond

// inFlightTakes is what the slowest call of these tests takes.
const inFlightTakes = 400 * time.Millisecond

// calls are those that the sides got, and when the last one started.
func calls(w *activitytest.World) (n int, last time.Time) {
	for _, side := range w.Box.Gate().Calls.Snapshot() {
		n += side.Read + side.Write + side.Other
		if side.LastStartedAt != nil && side.LastStartedAt.After(last) {
			last = *side.LastStartedAt
		}
	}
	return n, last
}

// inFlight counts the calls that the sides have not answered.
func inFlight(w *activitytest.World) int {
	n := 0
	for _, side := range w.Box.Gate().Calls.Snapshot() {
		n += side.InFlight
	}
	return n
}

// paused carries out one activity and cancels it once the sides got some calls more, and requires that no call
// started after that, and that none was left alone.
func paused[T any](w *activitytest.World, s *activities.Sync, activity, in any, after int) (out T, err error) {
	w.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(activitytest.Quiet{})
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivity(s)
	before, _ := calls(w)
	at := make(chan time.Time, 1)
	go func() {
		defer close(at)
		for ctx.Err() == nil {
			if n, _ := calls(w); n >= before+after {
				at <- time.Now()
				cancel()
			}
		}
	}()
	value, err := env.ExecuteActivity(activity, in)
	returned := time.Now()
	require.Zero(w.T, inFlight(w), "what is in flight is finished")
	cancel()
	cancelled, was := <-at
	require.True(w.T, was, "the activity was over before it was cancelled")
	_, last := calls(w)
	require.Less(w.T, last.Sub(cancelled), onTheWire, "a call started after the cancel")
	require.Less(w.T, returned.Sub(cancelled), inFlightTakes+onTheWire, "it waited for something else than its calls")
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

// slow makes every call take that long.
func slow(w *activitytest.World, latency string) { w.Fault("latency", latency) }

func TestAPausedListKeepsThePagesThatItReadAndGoesOnBehindThem(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(1900)...)
	s := activitytest.Stepped(w, 0)
	run := steps.SyncInput{Connection: activitytest.Demo, RunID: "r", Number: 1, Trigger: contract.TriggerInitial}
	_, err := activitytest.Step[steps.StartRunResult](w, s, s.StartRun, run)
	require.NoError(t, err)
	slow(w, "400ms")
	w.Box.Gate().Calls.Reset()
	in := steps.MirrorInput{Connection: activitytest.Demo, RunID: run.RunID, Scan: steps.Scan{Side: "crm", Module: "Accounts"}}
	out, err := paused[steps.MirrorResult](w, s, s.MirrorPages, in, 3)
	require.NoError(t, err)
	require.False(t, out.Done)
	slow(w, "0s")
	rest, err := activitytest.Step[steps.MirrorResult](w, s, s.MirrorPages, in)
	require.NoError(t, err)
	require.True(t, rest.Done)
	require.Equal(t, 1900, out.Read+rest.Read)
	calls := w.Box.Gate().Calls.Snapshot()["crm"].Read
	require.Equal(t, (1900+199)/200+1, calls, "each page is read once, also the one in flight, and the newest record")
}

func TestAPausedPlanKeepsTheDetailsThatItRead(t *testing.T) {
	t.Parallel()
	const n = 120
	w := activitytest.NewWorld(t, activitytest.Options{}.With(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.Load(activitytest.Account(int64(1000+i), fmt.Sprintf("Company %d", i)))
		w.AddCustomer(activitytest.Object{"display_name": fmt.Sprintf("Company %d", i)})
	}
	s := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, s)
	slow(w, "300ms")
	w.Box.Gate().Calls.Reset()
	out, err := paused[steps.PlanResult](w, s, s.PlanPage, activitytest.Of(in, "customers"), 10)
	require.NoError(t, err)
	require.False(t, out.Done)
	require.Less(t, details(w), 30)
	slow(w, "0s")
	rest, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, activitytest.Of(in, "customers"))
	require.NoError(t, err)
	require.True(t, rest.Done)
	require.Equal(t, n, details(w), "each is read once")
}

func TestAPausedApplyStoresTheOutcomesOfItsCallsAndLeavesTheRestPlanned(t *testing.T) {
	t.Parallel()
	for _, direction := range []string{"", steps.DirectionCRM} {
		t.Run("to "+direction, func(t *testing.T) {
			t.Parallel()
			const n = 300
			var w *activitytest.World
			if direction == "" {
				w = activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(n)...)
			} else {
				w = activitytest.TwoWay(t, activitytest.Options{})
				for i := range n {
					w.AddItem(activitytest.Object{"name": fmt.Sprintf("Item %d", i), "rate": 1})
				}
			}
			s := activitytest.Stepped(w, 0)
			s.Env.InFlight = 2
			in := activitytest.Mirrored(w, s)
			entity := activitytest.Of(in, "items")
			entity.Direction = direction
			if direction == "" {
				entity = activitytest.Of(in, "customers")
			}
			plan, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, entity)
			require.NoError(t, err)
			require.Equal(t, n, plan.Planned)
			slow(w, "300ms")
			out, err := paused[steps.ApplyResult](w, s, s.ApplyPage, entity, 3)
			require.NoError(t, err)
			require.Positive(t, out.Applied)
			require.Equal(t, n-out.Applied, out.Planned, "what was not sent is still planned")
			require.Zero(t, out.Sent, "nothing is left unknown")
			slow(w, "0s")
			rest, err := activitytest.Step[steps.ApplyResult](w, s, s.ApplyPage, entity)
			require.NoError(t, err)
			require.Equal(t, n-out.Applied, rest.Applied)
			require.Equal(t, n, w.Report(in).Entities[entity.Entity].Added)
		})
	}
}

func TestAPausedSettlementKeepsWhatItFound(t *testing.T) {
	t.Parallel()
	const n = 15 // of more the side would be given up
	w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", "off"), activitytest.Many(n)...)
	good := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, good)
	require.Equal(t, n, activitytest.Applied(w, poison(w, activitytest.Unanswered, nil), in, "customers").Sent)
	for i := range n { // all took effect, as the side has to say when it is asked
		op := w.Operations(report.Run{RunID: in.RunID})[fmt.Sprint(10_000+i)]
		w.AddCustomer(activitytest.Object{"display_name": op.After["display_name"], "custom_fields": []activitytest.Object{{"api_name": "cf_causeway_id", "value": op.Marker}}})
	}
	slow(w, "200ms")
	later := time.Now().Add(w.Timing.Call + w.Timing.Margin + time.Second)
	good.Env.Now = func() time.Time { return later }
	_, err := paused[steps.ApplyResult](w, good, good.Settle, activitytest.Of(in, "customers"), 8)
	require.True(t, err == nil || contract.FailureOf(err).Type != contract.ErrorInvalid, err)
	open, err := w.Store.Operations.CountOpen(t.Context(), in.RunID, record.EntityCustomers)
	require.NoError(t, err)
	require.Positive(t, open.Sent)
	slow(w, "0s")
	out := settled(w, good, in, "customers")
	require.Zero(t, out.Sent)
	require.Zero(t, out.Planned, "none is made again")
	ops, err := w.Store.Operations.List(t.Context(), in.RunID, operations.Filter{})
	require.NoError(t, err)
	for _, op := range ops {
		require.Equal(t, record.Added, op.Outcome)
	}
}

func TestACancelledAttemptWaitsForNoGrant(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(3)...)
	s := activitytest.Stepped(w, 0)
	run := steps.SyncInput{Connection: activitytest.Demo, RunID: "r", Number: 1, Trigger: contract.TriggerInitial}
	_, err := activitytest.Step[steps.StartRunResult](w, s, s.StartRun, run)
	require.NoError(t, err)
	w.Fault("crm.rateLimit", "1")
	in := steps.MirrorInput{Connection: activitytest.Demo, RunID: run.RunID, Scan: steps.Scan{Side: "crm", Module: "Accounts"}}
	_, err = paused[steps.MirrorResult](w, s, s.MirrorPages, in, 4) // by then the client waits seconds between tries
	require.True(t, err == nil || contract.FailureOf(err).Code == "", err)
}
