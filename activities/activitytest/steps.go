package activitytest

import (
	"sync/atomic"
	"time"

	"causeway/activities"
	"causeway/internal/report"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// Stepped are the activities of a world, to be carried out one by one. Each look at the clock takes a while.
func Stepped(w *World, look time.Duration) *activities.Sync {
	var looks atomic.Int64
	begin := time.Now()
	return &activities.Sync{Env: w.Environment(func() time.Time { return begin.Add(time.Duration(looks.Add(1)) * look) })}
}

// Step carries out one activity.
func Step[T any](w *World, s *activities.Sync, activity, in any) (out T, err error) {
	w.T.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(Quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(s)
	value, err := env.ExecuteActivity(activity, in)
	if err != nil {
		return out, err
	}
	return out, value.Get(&out)
}

// Mirrored starts a run and brings both mirrors up to date.
func Mirrored(w *World, s *activities.Sync) steps.SyncInput {
	w.T.Helper()
	w.Runs++
	in := steps.SyncInput{Connection: Demo, RunID: uuid.NewString(), Number: w.Runs, Trigger: contract.TriggerManual}
	plan, err := Step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(w.T, err)
	for _, scan := range plan.Scans {
		for done := false; !done; {
			out, err := Step[steps.MirrorResult](w, s, s.MirrorPages, steps.MirrorInput{Connection: Demo, RunID: in.RunID, Scan: scan})
			require.NoError(w.T, err)
			done = out.Done
		}
	}
	return in
}

// Of is what the activities of an entity take in a run.
func Of(in steps.SyncInput, entity string) steps.EntityInput {
	return steps.EntityInput{Connection: Demo, RunID: in.RunID, Entity: entity}
}

// Applied plans an entity and sends its operations once.
func Applied(w *World, s *activities.Sync, in steps.SyncInput, entity string) steps.ApplyResult {
	w.T.Helper()
	_, err := Step[steps.PlanResult](w, s, s.PlanPage, Of(in, entity))
	require.NoError(w.T, err)
	out, err := Step[steps.ApplyResult](w, s, s.ApplyPage, Of(in, entity))
	require.NoError(w.T, err)
	return out
}

// Report is what history tells of a run.
func (w *World) Report(in steps.SyncInput) report.Run {
	w.T.Helper()
	run, err := report.ReadRun(w.T.Context(), w.Store, in.RunID, time.Now())
	require.NoError(w.T, err)
	return run
}
