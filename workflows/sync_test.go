package workflows_test

import (
	"context"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// steps and setup serve only as method references.
var (
	syncing *activities.Sync
	setup   *activities.Setup
	life    *activities.Life

	conversion *activities.Conversion
	notices    *activities.Notices
	pushes     *activities.Pushes
)

func newEnvironment(t *testing.T) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{Interceptors: workflows.Interceptors(nil)})
	workflows.Register(env)
	for _, a := range []any{&activities.Sync{}, &activities.Setup{}, &activities.Life{}, &activities.Conversion{}, &activities.Notices{}, &activities.Pushes{}} {
		env.RegisterActivity(a)
	}
	env.OnActivity(pushes.ReleasePushes, mock.Anything, mock.Anything).Return(steps.QueueResult{}, nil).Maybe()
	env.OnActivity(pushes.RefusePushes, mock.Anything, mock.Anything).Return(steps.QueueResult{}, nil).Maybe()
	return env
}

var firstSync = steps.SyncInput{Connection: "demo", RunID: "run-1", Number: 1, Trigger: contract.TriggerInitial}

// small is a sync of one list and one entity.
func small(env *testsuite.TestWorkflowEnvironment) {
	env.OnActivity(syncing.StartRun, mock.Anything, mock.Anything).Return(steps.StartRunResult{
		Scans: []steps.Scan{{Side: "crm", Module: "Accounts"}}, Entities: []string{"customers"},
		CadenceMS: time.Hour.Milliseconds(),
	}, nil)
}

// ends accepts the end of a run and keeps it.
func ends(env *testsuite.TestWorkflowEnvironment) *steps.FinishInput {
	kept := &steps.FinishInput{}
	env.OnActivity(syncing.FinishRun, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.FinishInput) (steps.FinishResult, error) {
			*kept = in
			return steps.FinishResult{Failed: 2}, nil
		})
	return kept
}

func unavailable() error {
	f := contract.Failure{Type: contract.ErrorUnavailable, Code: "CONNECTION_REFUSED", Reason: "down"}
	return temporal.NewApplicationErrorWithOptions("down", f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
}

func refused() error {
	f := contract.Failure{Type: contract.ErrorUnauthorized, Code: "invalid_code", Reason: "revoked"}
	return temporal.NewApplicationErrorWithOptions("revoked", f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
}

func TestASyncMirrorsPlansAppliesAndFinishes(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	var order []string
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		order = append(order, info.ActivityType.Name)
	})
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Read: 5000}, nil).Once()
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Read: 10, Done: true}, nil).Once()
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Planned: 5010, Done: true}, nil)
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{Applied: 5000, Planned: 10}, nil).Once()
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{Applied: 10}, nil).Once()
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"StartRun", "MirrorPages", "MirrorPages", "PlanPage", "ApplyPage", "ApplyPage", "FinishRun"}, order)
	var out steps.SyncEnd
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, contract.RunCompleted, out.Status)
	require.Equal(t, 2, out.Failed)
	require.Equal(t, time.Hour.Milliseconds(), out.CadenceMS)
}

func TestFiguresAreWrittenLastPartByPart(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env.OnActivity(syncing.StartRun, mock.Anything, mock.Anything).Return(steps.StartRunResult{Entities: []string{"customers"}, Figures: true}, nil)
	ends(env)
	var order []string
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		order = append(order, info.ActivityType.Name)
	})
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{}, nil)
	var from []*record.Cursor
	env.OnActivity(syncing.KeepFigures, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.FiguresInput) (steps.FiguresResult, error) {
			from = append(from, in.After)
			return steps.FiguresResult{Done: len(from) == 3, Next: &record.Cursor{ID: "17"}}, nil
		})
	in := firstSync
	in.Progress = &steps.SyncProgress{Step: 1, Place: &steps.SyncPlace{After: &record.Cursor{ID: "9"}}}
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"StartRun", "KeepFigures", "KeepFigures", "KeepFigures", "FinishRun"}, order)
	require.Equal(t, []*record.Cursor{{ID: "9"}, {ID: "17"}, {ID: "17"}}, from, "it goes on where the execution before stood")
}

func TestEachPartOfAPlanBeginsWhereTheOneBeforeEnded(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Done: true}, nil)
	var from []*steps.PlanPlace
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.EntityInput) (steps.PlanResult, error) {
			from = append(from, in.From)
			return steps.PlanResult{Done: len(from) == 3, Next: &steps.PlanPlace{Feed: len(from), After: "17"}}, nil
		})
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.EntityInput) (steps.ApplyResult, error) {
			require.Nil(t, in.From, "only a plan has a place")
			return steps.ApplyResult{}, nil
		})
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []*steps.PlanPlace{nil, {Feed: 1, After: "17"}, {Feed: 2, After: "17"}}, from)
}

func TestWritesOfUnknownOutcomeAreSettledAfterTheirTimeThenAppliedAgain(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	settleAt := env.Now().Add(25 * time.Second)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Done: true}, nil)
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).
		Return(steps.ApplyResult{Applied: 9, Sent: 1, SettleAt: settleAt}, nil).Once()
	env.OnActivity(syncing.Settle, mock.Anything, mock.Anything).Return(
		func(context.Context, steps.EntityInput) (steps.ApplyResult, error) {
			require.False(t, env.Now().Before(settleAt), "settled while a late write may still land")
			return steps.ApplyResult{Planned: 1}, nil
		}).Once()
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{Applied: 1}, nil).Once()
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	env.AssertExpectations(t)
}

func TestWhatWaitsBehindAWriteOfUnknownOutcomeIsNotAskedForUntilThatIsSettled(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Done: true}, nil)
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).
		Return(steps.ApplyResult{Planned: 4, Sent: 8, SettleAt: env.Now().Add(25 * time.Second)}, nil).Once()
	env.OnActivity(syncing.Settle, mock.Anything, mock.Anything).Return(steps.ApplyResult{Planned: 5}, nil).Once()
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{Applied: 5}, nil).Once()
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	env.AssertExpectations(t)
}

func TestASideThatComesBackIsWaitedFor(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{}, unavailable()).Times(3)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Done: true}, nil)
	env.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	env.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{}, nil)
	begin := env.Now()
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	require.GreaterOrEqual(t, env.Now().Sub(begin), 7*time.Second, "1, 2, 4 seconds of back-off")
}

func TestASideThatStaysAwayFailsTheRunWithItsReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		err   error
		calls int
		code  string
	}{
		{"unavailable: after some tries", unavailable(), 9, "CONNECTION_REFUSED"},
		{"unauthorized: at once", refused(), 1, "invalid_code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			small(env)
			calls := 0
			env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(
				func(context.Context, steps.MirrorInput) (steps.MirrorResult, error) {
					calls++
					return steps.MirrorResult{}, c.err
				})
			finish := ends(env)
			env.ExecuteWorkflow(contract.PeriodicSyncWorkflow, firstSync)
			require.Equal(t, c.code, contract.FailureOf(env.GetWorkflowError()).Code)
			require.Equal(t, c.calls, calls)
			require.NotNil(t, finish.Failure)
			require.Equal(t, c.code, finish.Failure.Code)
		})
	}
}

func TestALongSyncContinuesAsNewWithoutRepeatingItsSteps(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	env.SetContinueAsNewSuggested(true)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Read: 7, Done: true}, nil).Once()
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &next)

	second := newEnvironment(t)
	small(second)
	ends(second)
	in := firstSync
	in.Progress = &steps.SyncProgress{Step: 1, Events: 100, Read: 7}
	second.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	second.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{}, nil)
	second.ExecuteWorkflow(contract.InitialSyncWorkflow, in)
	require.NoError(t, second.GetWorkflowError(), "the mirror step is not asked for again: no such call is expected")
}

func TestACanceledSyncStandsWhereItIsAndSaysSo(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	finish := ends(env)
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{}, unavailable())
	env.RegisterDelayedCallback(env.CancelWorkflow, 3*time.Second)
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	require.NoError(t, env.GetWorkflowError())
	require.True(t, finish.Paused)
	var out steps.SyncEnd
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, contract.RunPaused, out.Status)
	require.NotNil(t, out.Progress)
}

func TestACanceledSyncKeepsItsPlaceInAList(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	small(env)
	ends(env)
	asked := []int{}
	pages := func(_ context.Context, in steps.MirrorInput) (steps.MirrorResult, error) {
		if asked = append(asked, in.Page); in.Page == 2 {
			return steps.MirrorResult{}, unavailable()
		}
		return steps.MirrorResult{Read: 5, Page: 2}, nil
	}
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(pages)
	env.RegisterDelayedCallback(env.CancelWorkflow, 3*time.Second)
	env.ExecuteWorkflow(contract.InitialSyncWorkflow, firstSync)
	var paused steps.SyncEnd
	require.NoError(t, env.GetWorkflowResult(&paused))
	require.Equal(t, 2, paused.Progress.Place.Page)
	require.Zero(t, paused.Progress.Events, "the store has counted them")

	second := newEnvironment(t)
	small(second)
	ends(second)
	second.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.MirrorInput) (steps.MirrorResult, error) {
			require.Equal(t, 2, in.Page, "not from the beginning")
			return steps.MirrorResult{Done: true}, nil
		})
	second.OnActivity(syncing.PlanPage, mock.Anything, mock.Anything).Return(steps.PlanResult{Done: true}, nil)
	second.OnActivity(syncing.ApplyPage, mock.Anything, mock.Anything).Return(steps.ApplyResult{}, nil)
	in := firstSync
	in.Progress = paused.Progress
	second.ExecuteWorkflow(contract.InitialSyncWorkflow, in)
	require.NoError(t, second.GetWorkflowError())
}
