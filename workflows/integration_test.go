package workflows_test

import (
	"context"
	"testing"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// runs makes the syncs of an Integration end at once and keeps their inputs.
func runs(env *testsuite.TestWorkflowEnvironment, took time.Duration, errs ...error) *[]steps.SyncInput {
	started := &[]steps.SyncInput{}
	sync := func(ctx workflow.Context, in steps.SyncInput) (steps.SyncEnd, error) {
		*started = append(*started, in)
		if err := workflow.Sleep(ctx, took); err != nil {
			return steps.SyncEnd{}, err
		}
		if n := len(*started) - 1; n < len(errs) && errs[n] != nil {
			return steps.SyncEnd{}, errs[n]
		}
		return steps.SyncEnd{SyncResult: contract.SyncResult{RunID: in.RunID, Status: contract.RunCompleted, CadenceMS: (2 * time.Hour).Milliseconds(), EndedAt: workflow.Now(ctx)}}, nil
	}
	env.OnWorkflow(contract.InitialSyncWorkflow, mock.Anything, mock.Anything).Return(sync)
	env.OnWorkflow(contract.PeriodicSyncWorkflow, mock.Anything, mock.Anything).Return(sync)
	env.OnActivity(setup.PruneHistory, mock.Anything, mock.Anything).Return(steps.PruneResult{}, nil).Maybe()
	return started
}

// scopes accepts the records of scoped runs and keeps the requests.
func scopes(env *testsuite.TestWorkflowEnvironment) *[]steps.ScopeInput {
	asked := &[]steps.ScopeInput{}
	env.OnActivity(setup.SetScope, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.ScopeInput) (steps.ScopeResult, error) {
			*asked = append(*asked, in)
			return steps.ScopeResult{Records: 1}, nil
		})
	return asked
}

var demo = lifecycle.Input{IntegrationInput: contract.IntegrationInput{Connection: "demo"}}

func status(t *testing.T, env *testsuite.TestWorkflowEnvironment) contract.Status {
	t.Helper()
	value, err := env.QueryWorkflow(contract.StatusQuery)
	require.NoError(t, err)
	var out contract.Status
	require.NoError(t, value.Get(&out))
	return out
}

func TestAConnectionSyncsFirstAndThenEveryCadence(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Minute)
	env.RegisterDelayedCallback(func() { require.Equal(t, contract.StateConnected, status(t, env).State) }, 30*time.Second)
	env.RegisterDelayedCallback(func() { require.Equal(t, contract.StateActive, status(t, env).State) }, 2*time.Minute)
	env.RegisterDelayedCallback(env.CancelWorkflow, 5*time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	triggers := []string{}
	for _, in := range *started {
		triggers = append(triggers, in.Trigger)
	}
	require.Equal(t, []string{"initial", "schedule", "schedule"}, triggers)
}

func TestAFailedFirstSyncIsTriedAgainAndTheConnectionShowsWhy(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Second, unavailable())
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Equal(t, contract.StateConnected, s.State)
		require.Equal(t, "down [CONNECTION_REFUSED]", s.Degraded.Reason)
	}, 30*time.Second)
	env.RegisterDelayedCallback(func() {
		require.Nil(t, status(t, env).Degraded)
		env.CancelWorkflow()
	}, 3*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Len(t, *started, 2)
	require.Equal(t, contract.TriggerInitial, (*started)[1].Trigger)
	require.Equal(t, 2, (*started)[1].Number)
}

// asks sends an update and returns its result.
func asks(env *testsuite.TestWorkflowEnvironment, after time.Duration, update string, arg any) *answer {
	a := &answer{}
	env.RegisterDelayedCallback(func() { env.UpdateWorkflow(update, update+after.String(), a, arg) }, after)
	return a
}

type answer struct {
	rejected error
	result   contract.SyncAccepted
	verdict  contract.ConfigureResult
	disabled contract.DisableAnswer
	enabled  contract.EnableAnswer
	done     bool
}

func (a *answer) Accept()        {}
func (a *answer) Reject(e error) { a.rejected = e }
func (a *answer) Complete(v any, err error) {
	a.rejected, a.done = err, true
	switch r := v.(type) {
	case contract.SyncAccepted:
		a.result = r
	case contract.ConfigureResult:
		a.verdict = r
	case contract.DisableAnswer:
		a.disabled = r
	case contract.EnableAnswer:
		a.enabled = r
	}
}

func TestSyncNowStartsASyncOrJoinsTheRunningOne(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, 10*time.Minute)
	joined := asks(env, time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	fresh := asks(env, 20*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.True(t, joined.result.Joined)
	require.Equal(t, 1, joined.result.Number)
	require.True(t, fresh.done)
	require.False(t, fresh.result.Joined)
	require.Equal(t, contract.PeriodicSyncID("demo", 2), fresh.result.WorkflowID)
	require.Equal(t, (*started)[1].RunID, fresh.result.RunID, "the answer names the run that was started")
}

func TestRetryIsRefusedBeforeTheFirstSyncIsDoneAndQueuedBehindARunningOne(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, 10*time.Minute)
	scopes(env)
	early := asks(env, time.Minute, contract.RetryUpdate, contract.RetryRequest{Run: "r"})
	nameless := asks(env, 15*time.Minute, contract.RetryUpdate, contract.RetryRequest{})
	asks(env, 20*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	queued := asks(env, 21*time.Minute, contract.RetryUpdate, contract.RetryRequest{Run: "r"})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.ErrorContains(t, early.rejected, "retry: demo is connected: its first sync is not complete, and reads every record anyway. It is possible when demo is active")
	require.ErrorContains(t, nameless.rejected, "name the run")
	require.True(t, queued.result.Queued)
	require.Len(t, *started, 3)
	require.Equal(t, "r", (*started)[2].RetryOf)
	require.Equal(t, contract.TriggerRetry, (*started)[2].Trigger)
}

func TestStateOutEqualsStateInAcrossContinueAsNew(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env.SetContinueAsNewSuggested(true)
	runs(env, time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &next)
	var handed lifecycle.Input
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &handed))
	require.NotNil(t, handed.State)

	second := newEnvironment(t)
	runs(second, time.Minute)
	second.RegisterDelayedCallback(func() {
		require.Equal(t, handed.State.Status("demo"), status(t, second))
		second.CancelWorkflow()
	}, time.Second)
	second.ExecuteWorkflow(contract.IntegrationWorkflow, handed)
}
