package activities_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// details counts the reads of single customers.
func details(w *activitytest.World) int {
	n := 0
	for route, calls := range w.Box.Gate().Calls.Snapshot()["billing"].Routes {
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
	w := activitytest.NewWorld(t, activitytest.Options{}.With(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.Load(activitytest.Account(int64(1000+i), fmt.Sprintf("Company %d", i)))
		w.AddCustomer(activitytest.Object{"display_name": fmt.Sprintf("Company %d", i)})
	}
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	w.Box.Gate().Calls.Reset()
	planned, attempts := 0, 0
	for done := false; !done; attempts++ {
		require.Less(t, attempts, 10, "no progress")
		s := activitytest.Stepped(w, 80*time.Second) // two batches fit into the time of an activity
		out, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, steps.EntityInput{Connection: activitytest.Demo, RunID: in.RunID, Entity: "customers"})
		require.NoError(t, err)
		planned, done = planned+out.Planned, out.Done
	}
	require.Greater(t, attempts, 1, "an attempt ends when its time is over")
	require.Equal(t, n, planned)
	require.Equal(t, n, details(w), "each is read once")
}

// To find where the part before ended by what has an operation already would look at all of those again, and the time
// of a plan would grow with the square of its size.
func TestAPlanGoesOnBehindWhatThePartBeforeDecided(t *testing.T) {
	t.Parallel()
	const n = 1200 // more than two chunks
	w := activitytest.NewWorld(t, activitytest.Options{}.With(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	for i := range n {
		w.Load(activitytest.Account(int64(10_000+i), fmt.Sprintf("Company %d", i)))
	}
	in := steps.EntityInput{Connection: activitytest.Demo, RunID: activitytest.Mirrored(w, activitytest.Stepped(w, 0)).RunID, Entity: "customers"}
	part := func() steps.PlanResult {
		s := activitytest.Stepped(w, time.Second) // one chunk is all that fits into the time of an activity
		out, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, in)
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
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	w.Sync()
	w.Sync()
	w.Runs = 0
	w.Load(activitytest.Account(102, "Beta"))
	for _, want := range []int{1, 0} {
		run := w.Sync()
		require.Equal(t, want, run.Entities["customers"].Added)
	}
	runs, err := w.Store.Runs.List(t.Context(), activitytest.Demo, 10)
	require.NoError(t, err)
	require.Len(t, runs, 4)
	s, in := activitytest.Stepped(w, 0), steps.SyncInput{Connection: activitytest.Demo, RunID: runs[0].ID, Number: 2, Trigger: contract.TriggerManual}
	_, err = activitytest.Step[steps.StartRunResult](w, s, s.StartRun, in)
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
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(3)...)
	s := activitytest.Stepped(w, 0)
	s.Env.Sides = frozenSides{Sides: w.Sides, once: &sync.Once{}, f: func() {
		_, err := w.Store.Mirror.PutPage(t.Context(), mirror.Page{
			Connection: activitytest.Demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: "1"},
		})
		require.NoError(t, err)
	}}
	activitytest.Mirrored(w, s)
	state, err := w.Store.Mirror.State(t.Context(), activitytest.Demo, record.CRM, record.Accounts)
	require.NoError(t, err)
	require.True(t, state.Completed)
}
