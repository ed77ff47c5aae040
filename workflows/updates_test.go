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
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// adopts accepts edits of preferences with that cadence.
func adopts(env *testsuite.TestWorkflowEnvironment, cadence time.Duration) *[]steps.AdoptInput {
	asked := &[]steps.AdoptInput{}
	env.OnActivity(setup.AdoptDraft, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.AdoptInput) (steps.AdoptResult, error) {
			*asked = append(*asked, in)
			return steps.AdoptResult{Version: len(*asked) + 1, CadenceMS: cadence.Milliseconds()}, nil
		})
	return asked
}

func failing(f contract.Failure) error {
	return temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
}

func TestConfigureIsTakenBeforeTheFirstSyncAndItsCadenceCountsAtOnce(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, 10*time.Minute)
	asked := adopts(env, 30*time.Minute)
	first := asks(env, time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d1", EveryRecord: true})
	// The first run reports two hours, from the preferences with which it began.
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Equal(t, 30*time.Minute, s.NextSync.Sub(env.Now()).Round(time.Minute)+5*time.Minute)
		require.Equal(t, 2, s.Preferences)
	}, 15*time.Minute)
	env.RegisterDelayedCallback(env.CancelWorkflow, 45*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Equal(t, contract.ConfigureResult{Version: 2}, first.verdict)
	require.Equal(t, steps.AdoptInput{Connection: "demo", Draft: "d1", EveryRecord: true}, (*asked)[0])
	require.Len(t, *started, 2)
}

func TestAShorterCadenceWakesAConnectionThatWaits(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Minute)
	adopts(env, 10*time.Minute)
	asks(env, 30*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d"})
	env.RegisterDelayedCallback(env.CancelWorkflow, 31*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Len(t, *started, 2, "ten minutes have passed since the last sync")
	require.Equal(t, contract.TriggerSchedule, (*started)[1].Trigger)
}

func TestALongerCadenceLetsAConnectionSleepOn(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Minute)
	adopts(env, 5*time.Hour)
	asks(env, 30*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d"})
	env.RegisterDelayedCallback(env.CancelWorkflow, 4*time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Len(t, *started, 1)
}

func TestSaveAndSyncNeverJoinsARunOfTheOldPreferences(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, 10*time.Minute)
	adopts(env, 2*time.Hour)
	running := asks(env, time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d", Sync: true, Who: "ann"})
	joined := asks(env, 2*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d", Sync: true})
	idle := asks(env, 30*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d", Sync: true})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.True(t, running.verdict.Queued)
	require.Equal(t, 2, running.verdict.Run.Number)
	require.Equal(t, "ann", running.verdict.Run.Who)
	require.Equal(t, 2, joined.verdict.Run.Number, "one that waits does for both")
	require.False(t, idle.verdict.Queued)
	require.Equal(t, 3, idle.verdict.Run.Number)
	require.Len(t, *started, 3)
}

func TestARefusedEditAnswersWithItsProblemsAndChangesNothing(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Minute)
	problems := []contract.Problem{{Setting: "cadence", Code: "SETTING", Reason: "1m0s is too short; give 5m0s or more"}}
	env.OnActivity(setup.AdoptDraft, mock.Anything, mock.Anything).Return(steps.AdoptResult{Problems: problems}, nil)
	refused := asks(env, 10*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d", Sync: true})
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Zero(t, s.Preferences)
		require.Equal(t, 2*time.Hour, s.NextSync.Sub(env.Now()).Round(time.Hour))
		env.CancelWorkflow()
	}, 20*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Equal(t, contract.ConfigureResult{Problems: problems}, refused.verdict)
	require.Len(t, *started, 1, "nothing is synced by preferences that were refused")
}

func TestAnAnswerSaysWhyInTheSidesOwnWords(t *testing.T) {
	t.Parallel()
	moved := contract.Failure{Type: contract.ErrorConflict, Code: "PREFERENCES_MOVED", Reason: "edited by somebody else"}
	down := contract.Failure{Type: contract.ErrorUnavailable, Code: "CONNECTION_REFUSED", Reason: "down"}
	limited := contract.Failure{Type: contract.ErrorRateLimited, Code: "LIMIT", Reason: "wait", RetryAfterMS: 60_000}
	for _, c := range []struct {
		name  string
		f     contract.Failure
		calls int
	}{{"a second admin is told at once", moved, 1}, {"a side that is away is tried", down, 3}, {"a limit is told at once", limited, 1}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			runs(env, time.Minute)
			calls := 0
			env.OnActivity(setup.AdoptDraft, mock.Anything, mock.Anything).Return(
				func(context.Context, steps.AdoptInput) (steps.AdoptResult, error) {
					calls++
					return steps.AdoptResult{}, failing(c.f)
				})
			a := asks(env, 10*time.Minute, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d"})
			env.RegisterDelayedCallback(env.CancelWorkflow, 20*time.Minute)
			env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
			require.Equal(t, c.f, contract.FailureOf(a.rejected))
			require.Equal(t, c.calls, calls)
		})
	}
}

// scopedUpdates are the updates that start a run of some records, with the runs that they start.
var scopedUpdates = []struct {
	update, trigger string
	req             any
}{
	{contract.ResyncRecordUpdate, contract.TriggerResync, contract.ResyncRecordRequest{Module: "Accounts", ID: "1", Who: "ann"}},
	{contract.ImportRecordUpdate, contract.TriggerImport, contract.ImportRecordRequest{Side: "billing", Module: "customers", ID: "1", Who: "ann"}},
	{contract.ResolveConflictUpdate, contract.TriggerResolve, contract.ResolveConflictRequest{Module: "Accounts", ID: "1", Winner: "crm", Who: "ann"}},
	{contract.RetryUpdate, contract.TriggerRetry, contract.RetryRequest{Run: "r", Code: "X", Who: "ann"}},
}

func TestARunOfOneRecordStartsAfterItsRecordIsKeptWithIt(t *testing.T) {
	t.Parallel()
	for _, c := range scopedUpdates {
		t.Run(c.update, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			started := runs(env, time.Minute)
			kept := scopes(env)
			early := asks(env, 30*time.Second, c.update, c.req)
			a := asks(env, 30*time.Minute, c.update, c.req)
			env.RegisterDelayedCallback(func() {
				require.Equal(t, 91*time.Minute, status(t, env).NextSync.Sub(env.Now()).Round(time.Minute), "the next sync comes as if it had not been")
			}, 30*time.Minute+5*time.Second)
			env.RegisterDelayedCallback(func() {
				require.Equal(t, 81*time.Minute, status(t, env).NextSync.Sub(env.Now()).Round(time.Minute))
				env.CancelWorkflow()
			}, 40*time.Minute)
			env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
			require.Equal(t, contract.ErrorRefused, contract.FailureOf(early.rejected).Type)
			require.ErrorContains(t, early.rejected, c.update+": demo is connected: its first sync is not complete, and reads every record anyway. It is possible when demo is active")
			require.NoError(t, a.rejected)
			require.Len(t, *started, 2)
			in := (*started)[1]
			require.True(t, in.Scoped)
			require.Equal(t, c.trigger, in.Trigger)
			require.Equal(t, "ann", in.Who)
			require.Equal(t, in.RunID, a.result.RunID)
			require.Len(t, *kept, 1)
			require.Equal(t, in.RunID, (*kept)[0].RunID)
			require.Equal(t, c.trigger, (*kept)[0].Trigger)
		})
	}
}

func TestASyncStepsAsideForARunOfOneRecordWhichNobodyJoins(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := pausable(env, 10*time.Minute)
	ends(env)
	scopes(env)
	asks(env, 20*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	ahead := asks(env, 21*time.Minute, contract.ResyncRecordUpdate, contract.ResyncRecordRequest{Module: "Accounts", ID: "1"})
	joined := asks(env, 27*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Equal(t, 3, s.Running.Number)
		require.Equal(t, 2, s.Yielded.Number)
	}, 27*time.Minute)
	env.RegisterDelayedCallback(env.CancelWorkflow, 90*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.False(t, ahead.result.Queued)
	require.Equal(t, 3, ahead.result.Number)
	require.True(t, joined.result.Joined, "a run of one record does for nobody who wants all")
	require.Equal(t, 2, joined.result.Number)
	numbers := []int{}
	for _, in := range *started {
		numbers = append(numbers, in.Number)
	}
	require.Equal(t, []int{1, 2, 3, 2}, numbers)
	require.True(t, (*started)[2].Ahead)
	require.NotNil(t, (*started)[3].Progress, "the sync goes on where it was")
}

func TestWhereNothingIsLeftToTryNothingIsStarted(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := runs(env, time.Minute)
	nothing := contract.Failure{Type: contract.ErrorNotFound, Code: "NOTHING_FAILED", Reason: "run r has no failed record"}
	env.OnActivity(setup.SetScope, mock.Anything, mock.Anything).Return(steps.ScopeResult{}, failing(nothing))
	a := asks(env, 10*time.Minute, contract.RetryUpdate, contract.RetryRequest{Run: "r"})
	env.RegisterDelayedCallback(env.CancelWorkflow, 20*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Equal(t, nothing, contract.FailureOf(a.rejected))
	require.Len(t, *started, 1)
}

func TestMalformedRequestsAreRefusedByTheValidator(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	runs(env, time.Minute)
	var answers []*answer
	for i, c := range []struct {
		update string
		req    any
	}{
		{contract.ConfigureUpdate, contract.ConfigureRequest{}},
		{contract.ResyncRecordUpdate, contract.ResyncRecordRequest{Module: "Leads", ID: "1"}},
		{contract.ImportRecordUpdate, contract.ImportRecordRequest{Side: "crm", Module: "customers", ID: "1"}},
		{contract.ResolveConflictUpdate, contract.ResolveConflictRequest{Module: "Accounts", ID: "1"}},
		{contract.RetryUpdate, contract.RetryRequest{Run: "r", Records: []string{"a b"}}},
	} {
		answers = append(answers, asks(env, time.Duration(10+i)*time.Minute, c.update, c.req))
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, 20*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	for _, a := range answers {
		f := contract.FailureOf(a.rejected)
		require.Equal(t, contract.ErrorInvalid, f.Type, a.rejected)
		require.Equal(t, contract.CodeRequest, f.Code)
	}
}

func TestARequestThatCannotBeReadIsRefusedAsInvalid(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	runs(env, time.Minute)
	at := 10 * time.Minute
	answers := map[string]*answer{}
	for _, update := range []string{
		contract.SyncNowUpdate, contract.RetryUpdate, contract.ConfigureUpdate, contract.ResyncRecordUpdate, contract.ImportRecordUpdate,
		contract.ResolveConflictUpdate, contract.ReauthorizeUpdate, contract.DisableUpdate, contract.EnableUpdate, contract.PlanDeleteUpdate,
		contract.DeleteUpdate, contract.ResumeDeleteUpdate,
	} {
		for name, req := range map[string]any{"text": "now", "a list": []string{"a"}, "a field of another type": map[string]any{"who": 7}, "bytes": []byte{0xff}} {
			answers[update+" with "+name] = asks(env, at, update, req)
			at += time.Second
		}
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, 20*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	for what, a := range answers {
		f := contract.FailureOf(a.rejected)
		require.Equal(t, contract.ErrorInvalid, f.Type, "%s: %v", what, a.rejected)
		require.Equal(t, contract.CodeRequest, f.Code, what)
		require.Contains(t, f.Reason, "the request cannot be read", what)
	}
}

func TestHistoryIsPrunedOnceADayAndItsFailureHarmsNothing(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	pruned := 0
	env.OnActivity(setup.PruneHistory, mock.Anything, mock.Anything).Return(func(context.Context, steps.PruneInput) (steps.PruneResult, error) {
		pruned++
		return steps.PruneResult{}, unavailable()
	})
	started := runs(env, time.Minute)
	env.RegisterDelayedCallback(func() {
		require.Nil(t, status(t, env).Degraded)
		env.CancelWorkflow()
	}, 50*time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Equal(t, 3, pruned)
	require.Len(t, *started, 25)
}

func TestAnEditThatIsBeingCheckedHoldsBackContinuingAsNew(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env.SetContinueAsNewSuggested(true)
	runs(env, time.Minute)
	env.OnActivity(setup.AdoptDraft, mock.Anything, mock.Anything).After(10*time.Minute).
		Return(steps.AdoptResult{Version: 2, CadenceMS: time.Hour.Milliseconds()}, nil)
	a := asks(env, 30*time.Second, contract.ConfigureUpdate, contract.ConfigureRequest{Draft: "d"})
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Equal(t, 2, a.verdict.Version)
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &next)
	var handed lifecycle.Input
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &handed))
	require.Equal(t, 2, handed.State.Preferences)
	require.Equal(t, time.Hour.Milliseconds(), handed.State.CadenceMS)
}
