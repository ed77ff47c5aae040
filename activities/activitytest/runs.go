package activitytest

import (
	"context"
	"log/slog"
	"time"

	"causeway/activities"
	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/steps"
	"causeway/internal/store/operations"
	"causeway/workflows"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// Sync carries out the next run, and requires that it was completed.
func (w *World) Sync() report.Run {
	w.T.Helper()
	trigger := contract.TriggerManual
	if w.Runs == 0 {
		trigger = contract.TriggerInitial
	}
	run, err := w.Run(trigger, "")
	require.NoError(w.T, err)
	require.Equal(w.T, contract.RunCompleted, run.Status)
	return run
}

// Retry carries out a run that tries the failed records of another one again.
func (w *World) Retry(of report.Run) report.Run {
	w.T.Helper()
	run, err := w.Run(contract.TriggerRetry, of.RunID)
	require.NoError(w.T, err)
	return run
}

// Run carries out the real workflow with the real activities, without a Temporal server.
func (w *World) Run(trigger, retryOf string) (report.Run, error) {
	w.T.Helper()
	w.Runs++
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(Quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{
		DeadlockDetectionTimeout: time.Minute, // for the waits below
		Interceptors:             workflows.Interceptors(nil),
	})
	workflows.Register(env)
	env.RegisterActivity(&activities.Sync{Env: w.Environment(w.Now)})
	// The environment skips over timers, and late writes do not: a timer takes as long as a call may, at most.
	env.SetOnTimerScheduledListener(func(_ string, d time.Duration) {
		if w.OnTimer != nil {
			w.OnTimer()
		}
		<-time.After(min(d, w.Timing.Call+w.Timing.Margin))
	})
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if w.OnActivity != nil {
			w.OnActivity(info.ActivityType.Name)
		}
	})
	in := steps.SyncInput{Connection: Demo, RunID: uuid.NewString(), Number: w.Runs, Trigger: trigger, RetryOf: retryOf, Scoped: w.scope != nil, Ahead: w.Ahead}
	require.NoError(w.T, w.Store.Runs.SetRecords(w.T.Context(), in.RunID, w.scope))
	workflow := contract.PeriodicSyncWorkflow
	if trigger == contract.TriggerInitial {
		workflow = contract.InitialSyncWorkflow
	}
	env.ExecuteWorkflow(workflow, in)
	require.True(w.T, env.IsWorkflowCompleted())
	run, err := report.ReadRun(w.T.Context(), w.Store, in.RunID, time.Now())
	if wfErr := env.GetWorkflowError(); wfErr != nil {
		return run, wfErr
	}
	return run, err
}

// Operations are those of a run, by the CRM record's id.
func (w *World) Operations(run report.Run) map[string]record.Operation {
	w.T.Helper()
	ops, err := w.Store.Operations.List(w.T.Context(), run.RunID, operations.Filter{})
	require.NoError(w.T, err)
	out := make(map[string]record.Operation, len(ops))
	for _, op := range ops {
		out[op.SourceID] = op
	}
	return out
}

// Failures are the parked records of a run, by the CRM record's id.
func Failures(run report.Run) map[string]report.RecordFailure {
	out := map[string]report.RecordFailure{}
	for _, f := range run.Failures {
		out[f.RecordID] = f
	}
	return out
}

// Environment is that of the world's activities.
func (w *World) Environment(now func() time.Time) attempt.Environment {
	return attempt.Environment{
		Store: w.Store, Sides: w.Sides, Timing: w.Timing, InFlight: 8, Now: now, Log: slog.New(slog.DiscardHandler),
	}
}

// Quiet drops the test environment's own log.
type Quiet struct{}

// Debug drops it.
func (Quiet) Debug(string, ...any) {}

// Info drops it.
func (Quiet) Info(string, ...any) {}

// Warn drops it.
func (Quiet) Warn(string, ...any) {}

// Error drops it.
func (Quiet) Error(string, ...any) {}
