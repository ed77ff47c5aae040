package activities_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"causeway/activities"
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
func (w *world) calls() (n int, last time.Time) {
	for _, side := range w.box.Gate().Calls.Snapshot() {
		n += side.Read + side.Write + side.Other
		if side.LastStartedAt != nil && side.LastStartedAt.After(last) {
			last = *side.LastStartedAt
		}
	}
	return n, last
}

// inFlight counts the calls that the sides have not answered.
func (w *world) inFlight() int {
	n := 0
	for _, side := range w.box.Gate().Calls.Snapshot() {
		n += side.InFlight
	}
	return n
}

// paused carries out one activity and cancels it once the sides got some calls more, and requires that no call
// started after that, and that none was left alone.
func paused[T any](w *world, s *activities.Sync, activity, in any, after int) (out T, err error) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivity(s)
	before, _ := w.calls()
	at := make(chan time.Time, 1)
	go func() {
		defer close(at)
		for ctx.Err() == nil {
			if n, _ := w.calls(); n >= before+after {
				at <- time.Now()
				cancel()
			}
		}
	}()
	value, err := env.ExecuteActivity(activity, in)
	returned := time.Now()
	require.Zero(w.t, w.inFlight(), "what is in flight is finished")
	cancel()
	cancelled, was := <-at
	require.True(w.t, was, "the activity was over before it was cancelled")
	_, last := w.calls()
	require.Less(w.t, last.Sub(cancelled), onTheWire, "a call started after the cancel")
	require.Less(w.t, returned.Sub(cancelled), inFlightTakes+onTheWire, "it waited for something else than its calls")
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

// slow makes every call take that long.
func (w *world) slow(latency string) { w.fault("latency", latency) }

func TestAPausedListKeepsThePagesThatItReadAndGoesOnBehindThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(1900)...)
	s := w.stepped(0)
	run := steps.SyncInput{Connection: demo, RunID: "r", Number: 1, Trigger: contract.TriggerInitial}
	_, err := step[steps.StartRunResult](w, s, s.StartRun, run)
	require.NoError(t, err)
	w.slow("400ms")
	w.box.Gate().Calls.Reset()
	in := steps.MirrorInput{Connection: demo, RunID: run.RunID, Scan: steps.Scan{Side: "crm", Module: "Accounts"}}
	out, err := paused[steps.MirrorResult](w, s, s.MirrorPages, in, 3)
	require.NoError(t, err)
	require.False(t, out.Done)
	w.slow("0s")
	rest, err := step[steps.MirrorResult](w, s, s.MirrorPages, in)
	require.NoError(t, err)
	require.True(t, rest.Done)
	require.Equal(t, 1900, out.Read+rest.Read)
	calls := w.box.Gate().Calls.Snapshot()["crm"].Read
	require.Equal(t, (1900+199)/200+1, calls, "each page is read once, also the one in flight, and the newest record")
}

func TestAPausedPlanKeepsTheDetailsThatItRead(t *testing.T) {
	t.Parallel()
	const n = 120
	w := newWorld(t, options{}.with(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.load(account(int64(1000+i), fmt.Sprintf("Company %d", i)))
		w.addCustomer(object{"display_name": fmt.Sprintf("Company %d", i)})
	}
	s := w.stepped(0)
	in := w.mirrored(s)
	w.slow("300ms")
	w.box.Gate().Calls.Reset()
	out, err := paused[steps.PlanResult](w, s, s.PlanPage, of(in, "customers"), 10)
	require.NoError(t, err)
	require.False(t, out.Done)
	require.Less(t, w.details(), 30)
	w.slow("0s")
	rest, err := step[steps.PlanResult](w, s, s.PlanPage, of(in, "customers"))
	require.NoError(t, err)
	require.True(t, rest.Done)
	require.Equal(t, n, w.details(), "each is read once")
}

func TestAPausedApplyStoresTheOutcomesOfItsCallsAndLeavesTheRestPlanned(t *testing.T) {
	t.Parallel()
	for _, direction := range []string{"", steps.DirectionCRM} {
		t.Run("to "+direction, func(t *testing.T) {
			t.Parallel()
			const n = 300
			var w *world
			if direction == "" {
				w = newWorld(t, options{}, many(n)...)
			} else {
				w = twoWay(t, options{})
				for i := range n {
					w.addItem(object{"name": fmt.Sprintf("Item %d", i), "rate": 1})
				}
			}
			s := w.stepped(0)
			s.Env.InFlight = 2
			in := w.mirrored(s)
			entity := of(in, "items")
			entity.Direction = direction
			if direction == "" {
				entity = of(in, "customers")
			}
			plan, err := step[steps.PlanResult](w, s, s.PlanPage, entity)
			require.NoError(t, err)
			require.Equal(t, n, plan.Planned)
			w.slow("300ms")
			out, err := paused[steps.ApplyResult](w, s, s.ApplyPage, entity, 3)
			require.NoError(t, err)
			require.Positive(t, out.Applied)
			require.Equal(t, n-out.Applied, out.Planned, "what was not sent is still planned")
			require.Zero(t, out.Sent, "nothing is left unknown")
			w.slow("0s")
			rest, err := step[steps.ApplyResult](w, s, s.ApplyPage, entity)
			require.NoError(t, err)
			require.Equal(t, n-out.Applied, rest.Applied)
			require.Equal(t, n, w.report(in).Entities[entity.Entity].Added)
		})
	}
}

func TestAPausedSettlementKeepsWhatItFound(t *testing.T) {
	t.Parallel()
	const n = 15 // of more the side would be given up
	w := newWorld(t, settings("uniqueUpsert", "off"), many(n)...)
	good := w.stepped(0)
	in := w.mirrored(good)
	require.Equal(t, n, w.applied(w.poison(unanswered, nil), in, "customers").Sent)
	for i := range n { // all took effect, as the side has to say when it is asked
		op := w.operations(report.Run{RunID: in.RunID})[fmt.Sprint(10_000+i)]
		w.addCustomer(object{"display_name": op.After["display_name"], "custom_fields": []object{{"api_name": "cf_causeway_id", "value": op.Marker}}})
	}
	w.slow("200ms")
	later := time.Now().Add(w.timing.Call + w.timing.Margin + time.Second)
	good.Env.Now = func() time.Time { return later }
	_, err := paused[steps.ApplyResult](w, good, good.Settle, of(in, "customers"), 8)
	require.True(t, err == nil || contract.FailureOf(err).Type != contract.ErrorInvalid, err)
	open, err := w.store.Operations.CountOpen(t.Context(), in.RunID, record.EntityCustomers)
	require.NoError(t, err)
	require.Positive(t, open.Sent)
	w.slow("0s")
	out := w.settled(good, in, "customers")
	require.Zero(t, out.Sent)
	require.Zero(t, out.Planned, "none is made again")
	ops, err := w.store.Operations.List(t.Context(), in.RunID, operations.Filter{})
	require.NoError(t, err)
	for _, op := range ops {
		require.Equal(t, record.Added, op.Outcome)
	}
}

func TestACancelledAttemptWaitsForNoGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(3)...)
	s := w.stepped(0)
	run := steps.SyncInput{Connection: demo, RunID: "r", Number: 1, Trigger: contract.TriggerInitial}
	_, err := step[steps.StartRunResult](w, s, s.StartRun, run)
	require.NoError(t, err)
	w.fault("crm.rateLimit", "1")
	in := steps.MirrorInput{Connection: demo, RunID: run.RunID, Scan: steps.Scan{Side: "crm", Module: "Accounts"}}
	_, err = paused[steps.MirrorResult](w, s, s.MirrorPages, in, 4) // by then the client waits seconds between tries
	require.True(t, err == nil || contract.FailureOf(err).Code == "", err)
}
