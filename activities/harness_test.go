package activities_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/attempt"
	"causeway/internal/app"
	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox"
	"causeway/internal/sandbox/sample"
	"causeway/internal/steps"
	"causeway/internal/store"
	"causeway/internal/store/operations"
	"causeway/internal/store/pgtest"
	"causeway/workflows"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

const demo = "demo"

// world is all that a sync needs but a Temporal server: both sandboxes, a store, and a connection. What the
// sync did is read back by clients of its own, past everything that is tested.
type world struct {
	t       testing.TB
	box     *sandbox.Sandbox
	store   *store.Store
	sides   *app.Sides
	timing  attempt.Timing
	crm     *api
	billing *api
	runs    int
	dsn     string
	onTimer func() // called when the workflow begins to wait
	// onActivity is called when an activity of that name begins.
	onActivity func(name string)
	now        func() time.Time
	scope      []record.Ref // of the next run
	ahead      bool         // whether it comes ahead of one that goes on
}

// options say what is not plain about a world.
type options struct {
	settings map[string]string
	postgres bool
	// connect changes what is asked for at connect.
	connect func(*app.ConnectRequest)
}

// settings is a world with these settings of the sandboxes.
func settings(pairs ...string) options {
	o := options{settings: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		o.settings[pairs[i]] = pairs[i+1]
	}
	return o
}

// with is the options with another request to connect.
func (o options) with(change func(*app.ConnectRequest)) options {
	o.connect = change
	return o
}

// startBox starts both sandboxes.
func startBox(t testing.TB, settings map[string]string) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), Settings: settings})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, box.Close(ctx))
	})
	return box
}

// openStore opens a fresh store.
func openStore(t testing.TB, dsn string) *store.Store {
	t.Helper()
	keys, err := keyring.Parse("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	require.NoError(t, err)
	st, err := store.Open(t.Context(), dsn, keys)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	return st
}

// newWorld starts the sandboxes with these CRM records, and connects them.
func newWorld(t testing.TB, o options, rows ...sample.Row) *world {
	t.Helper()
	w := unconnected(t, o, rows...)
	w.connect(o.connect)
	return w
}

// unconnected is a world whose connection has yet to be made.
func unconnected(t testing.TB, o options, rows ...sample.Row) *world {
	t.Helper()
	w := &world{t: t, now: time.Now, box: startBox(t, o.settings), dsn: filepath.Join(t.TempDir(), "causeway.db"), timing: attempt.Timing{
		Call: 5 * time.Second, Margin: 50 * time.Millisecond, Beat: time.Second,
	}}
	if o.postgres {
		w.dsn = pgtest.New(t)
	}
	w.store = openStore(t, w.dsn)
	w.sides = app.NewSides(w.store)
	w.crm, w.billing = outsiders(t, w.box)
	w.load(rows...)
	return w
}

// credential is the sandbox's own, for both sides.
func credential(box *sandbox.Sandbox) record.Credential {
	info := box.Info()
	return record.Credential{
		AccountsURL: info.AccountsURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret, RefreshToken: info.RefreshToken,
	}
}

// request asks for the plainest connection.
func request(box *sandbox.Sandbox) app.ConnectRequest {
	c := credential(box)
	return app.ConnectRequest{
		ID: demo, CRM: c, Billing: c, Mode: record.ModeAccountsAndContacts, Unattached: true,
		CustomerDuplicates: record.Skip, ItemDuplicates: record.Skip, Cadence: 2 * time.Hour,
		CustomersExtent: record.Fetch, ItemsExtent: record.Fetch,
	}
}

func (w *world) connect(change func(*app.ConnectRequest)) {
	w.t.Helper()
	req := request(w.box)
	if change != nil {
		change(&req)
	}
	found, err := w.sides.Check(w.t.Context(), &req)
	require.NoError(w.t, err)
	_, err = app.Connect(w.t.Context(), w.store, req, found, time.Now())
	require.NoError(w.t, err)
}

// forget gives the world a fresh store that knows the connection and nothing else: as if all links were lost.
func (w *world) forget() {
	w.t.Helper()
	ctx := w.t.Context()
	conn, err := w.store.Connections.Get(ctx, demo)
	require.NoError(w.t, err)
	prefs, err := w.store.Connections.Preferences(ctx, demo, 0)
	require.NoError(w.t, err)
	credentials := map[record.Side]record.Credential{}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		credentials[side], err = w.store.Connections.Credential(ctx, demo, side)
		require.NoError(w.t, err)
	}
	w.dsn = filepath.Join(w.t.TempDir(), "causeway.db")
	w.store = openStore(w.t, w.dsn)
	w.sides, w.runs = app.NewSides(w.store), 0
	require.NoError(w.t, w.store.Connections.Establish(ctx, conn, credentials, prefs))
}

// load puts records into the CRM as they are, past all its checks.
func (w *world) load(rows ...sample.Row) {
	w.t.Helper()
	if len(rows) == 0 {
		return
	}
	require.NoError(w.t, w.box.CRM().Load(w.t.Context(), func(yield func(sample.Row) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	}))
}

// sync carries out the next run, and requires that it was completed.
func (w *world) sync() report.Run {
	w.t.Helper()
	trigger := contract.TriggerManual
	if w.runs == 0 {
		trigger = contract.TriggerInitial
	}
	run, err := w.run(trigger, "")
	require.NoError(w.t, err)
	require.Equal(w.t, contract.RunCompleted, run.Status)
	return run
}

// retry carries out a run that tries the failed records of another one again.
func (w *world) retry(of report.Run) report.Run {
	w.t.Helper()
	run, err := w.run(contract.TriggerRetry, of.RunID)
	require.NoError(w.t, err)
	return run
}

// run carries out the real workflow with the real activities, without a Temporal server.
func (w *world) run(trigger, retryOf string) (report.Run, error) {
	w.t.Helper()
	w.runs++
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{
		DeadlockDetectionTimeout: time.Minute, // for the waits below
		Interceptors:             workflows.Interceptors(nil),
	})
	workflows.Register(env)
	env.RegisterActivity(&activities.Sync{Env: w.environment(w.now)})
	// The environment skips over timers, and late writes do not: a timer takes as long as a call may, at most.
	env.SetOnTimerScheduledListener(func(_ string, d time.Duration) {
		if w.onTimer != nil {
			w.onTimer()
		}
		<-time.After(min(d, w.timing.Call+w.timing.Margin))
	})
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if w.onActivity != nil {
			w.onActivity(info.ActivityType.Name)
		}
	})
	in := steps.SyncInput{Connection: demo, RunID: uuid.NewString(), Number: w.runs, Trigger: trigger, RetryOf: retryOf, Scoped: w.scope != nil, Ahead: w.ahead}
	require.NoError(w.t, w.store.Runs.SetRecords(w.t.Context(), in.RunID, w.scope))
	workflow := contract.PeriodicSyncWorkflow
	if trigger == contract.TriggerInitial {
		workflow = contract.InitialSyncWorkflow
	}
	env.ExecuteWorkflow(workflow, in)
	require.True(w.t, env.IsWorkflowCompleted())
	run, err := report.ReadRun(w.t.Context(), w.store, in.RunID, time.Now())
	if wfErr := env.GetWorkflowError(); wfErr != nil {
		return run, wfErr
	}
	return run, err
}

// operations are those of a run, by the CRM record's id.
func (w *world) operations(run report.Run) map[string]record.Operation {
	w.t.Helper()
	ops, err := w.store.Operations.List(w.t.Context(), run.RunID, operations.Filter{})
	require.NoError(w.t, err)
	out := make(map[string]record.Operation, len(ops))
	for _, op := range ops {
		out[op.SourceID] = op
	}
	return out
}

// failures are the parked records of a run, by the CRM record's id.
func failures(run report.Run) map[string]report.RecordFailure {
	out := map[string]report.RecordFailure{}
	for _, f := range run.Failures {
		out[f.RecordID] = f
	}
	return out
}

// writes counts the write calls that a side got while f ran.
func (w *world) writes(f func()) int {
	w.box.Gate().Calls.Reset()
	f()
	n := 0
	for _, side := range w.box.Gate().Calls.Snapshot() {
		n += side.Write
	}
	return n
}

// set changes settings of the running sandboxes.
func (w *world) set(name, value string) {
	w.t.Helper()
	require.NoError(w.t, w.box.Gate().Settings.Set(name, value))
}

// fault sets a fault's rate.
func (w *world) fault(name, rate string) {
	w.t.Helper()
	require.NoError(w.t, w.box.Gate().Faults.Set(name, rate))
}

// quiet drops the test environment's own log.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// environment is that of the world's activities.
func (w *world) environment(now func() time.Time) attempt.Environment {
	return attempt.Environment{
		Store: w.store, Sides: w.sides, Timing: w.timing, InFlight: 8, Now: now, Log: slog.New(slog.DiscardHandler),
	}
}
