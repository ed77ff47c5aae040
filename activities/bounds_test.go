package activities_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// stepped are the activities of a world, to be carried out one by one. Each look at the clock takes a while.
func (w *world) stepped(look time.Duration) *activities.Sync {
	var looks atomic.Int64
	begin := time.Now()
	return &activities.Sync{Env: w.environment(func() time.Time { return begin.Add(time.Duration(looks.Add(1)) * look) })}
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
func (w *world) mirrored(s *activities.Sync) steps.SyncInput {
	w.t.Helper()
	w.runs++
	in := steps.SyncInput{Connection: demo, RunID: uuid.NewString(), Number: w.runs, Trigger: contract.TriggerManual}
	plan, err := step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(w.t, err)
	for _, scan := range plan.Scans {
		for done := false; !done; {
			out, err := step[steps.MirrorResult](w, s, s.MirrorPages, steps.MirrorInput{Connection: demo, RunID: in.RunID, Scan: scan})
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
		out, err := step[steps.PlanResult](w, s, s.PlanPage, steps.EntityInput{Connection: demo, RunID: in.RunID, Entity: "customers"})
		require.NoError(t, err)
		planned, done = planned+out.Planned, out.Done
	}
	require.Greater(t, attempts, 1, "an attempt ends when its time is over")
	require.Equal(t, n, planned)
	require.Equal(t, n, w.details(), "each is read once")
}

// To find where the part before ended by what has an operation already would look at all of those again, and the time
// of a plan would grow with the square of its size.
func TestAPlanGoesOnBehindWhatThePartBeforeDecided(t *testing.T) {
	t.Parallel()
	const n = 1200 // more than two chunks
	w := newWorld(t, options{}.with(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.load(account(int64(10_000+i), fmt.Sprintf("Company %d", i)))
	}
	in := steps.EntityInput{Connection: demo, RunID: w.mirrored(w.stepped(0)).RunID, Entity: "customers"}
	part := func() steps.PlanResult {
		s := w.stepped(time.Second) // one chunk is all that fits into the time of an activity
		out, err := step[steps.PlanResult](w, s, s.PlanPage, in)
		require.NoError(t, err)
		return out
	}
	first := part()
	require.Equal(t, steps.PlanResult{Planned: 500, Next: &steps.PlanPlace{After: "10499"}}, first)
	require.Equal(t, 500, part().Planned, "a second attempt goes on where the first one stopped, wherever it begins")
	in.From = &steps.PlanPlace{After: "11149"}
	last := part()
	require.Equal(t, 50, last.Planned, "nothing before its place is looked at")
	require.True(t, last.Done)
}

// A connection's workflow that was terminated, or lost with Temporal's data, counts its runs from 1 again.
func TestAConnectionWhoseWorkflowBeganAnewSyncsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	w.sync()
	w.sync()
	w.runs = 0
	w.load(account(102, "Beta"))
	for _, want := range []int{1, 0} {
		run := w.sync()
		require.Equal(t, want, run.Entities["customers"].Added)
	}
	runs, err := w.store.Runs.List(t.Context(), demo, 10)
	require.NoError(t, err)
	require.Len(t, runs, 4)
	s, in := w.stepped(0), steps.SyncInput{Connection: demo, RunID: runs[0].ID, Number: 2, Trigger: contract.TriggerManual}
	_, err = step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(t, err, "asked for twice, it is one run")
}

// frozen is a CRM during whose first read another attempt stores a page.
type frozen struct {
	crm.Port
	once *sync.Once
	f    func()
}

func (f frozen) Read(ctx context.Context, module record.Module, q crm.ReadQuery) (crm.Page, error) {
	page, err := f.Port.Read(ctx, module, q)
	f.once.Do(f.f)
	return page, err
}

type frozenSides struct {
	*app.Sides
	once *sync.Once
	f    func()
}

func (s frozenSides) CRM(ctx context.Context, connection string) (crm.Port, error) {
	port, err := s.Sides.CRM(ctx, connection)
	return frozen{Port: port, once: s.once, f: s.f}, err
}

func TestAFrozenAttemptThatStoresAPageFailsNoRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(3)...)
	s := w.stepped(0)
	s.Env.Sides = frozenSides{Sides: w.sides, once: &sync.Once{}, f: func() {
		_, err := w.store.Mirror.PutPage(t.Context(), mirror.Page{
			Connection: demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: "1"},
		})
		require.NoError(t, err)
	}}
	w.mirrored(s)
	state, err := w.store.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
	require.NoError(t, err)
	require.True(t, state.Completed)
}
