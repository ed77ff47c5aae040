package workflows_test

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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

// pausable makes real syncs whose one list takes that long to read, and keeps their inputs.
func pausable(env *testsuite.TestWorkflowEnvironment, took time.Duration) *[]steps.SyncInput {
	started := &[]steps.SyncInput{}
	env.OnActivity(syncing.StartRun, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.SyncInput) (steps.StartRunResult, error) {
			*started = append(*started, in)
			return steps.StartRunResult{
				Scans: []steps.Scan{{Side: "crm", Module: "Accounts"}, {Side: "crm", Module: "Contacts"}}, CadenceMS: (2 * time.Hour).Milliseconds(),
			}, nil
		})
	env.OnActivity(syncing.MirrorPages, mock.Anything, mock.Anything).Return(steps.MirrorResult{Done: true}, nil).After(took / 2)
	env.OnActivity(setup.PruneHistory, mock.Anything, mock.Anything).Return(steps.PruneResult{}, nil).Maybe()
	return started
}

// keeps collects the states that are stored, in order.
func keeps(env *testsuite.TestWorkflowEnvironment) *[]string {
	kept := &[]string{}
	env.OnActivity(life.KeepState, mock.Anything, mock.Anything).Return(func(_ context.Context, in steps.KeepStateInput) error {
		*kept = append(*kept, in.State)
		return nil
	})
	return kept
}

// tells collects the kinds of the notifications, in order.
func tells(env *testsuite.TestWorkflowEnvironment) *[]string {
	kinds, _ := tellsWith(env)
	return kinds
}

// tellsWith collects the kinds and the texts of the notifications, in order.
func tellsWith(env *testsuite.TestWorkflowEnvironment) (kinds, texts *[]string) {
	kinds, texts = &[]string{}, &[]string{}
	env.OnActivity(notices.Notify, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.NotifyInput) (steps.NotifyResult, error) {
			*kinds, *texts = append(*kinds, in.Kind), append(*texts, in.Text)
			return steps.NotifyResult{ID: "n"}, nil
		})
	return kinds, texts
}

// parked returns what an Integration passes on when it continues as new.
func parked(t *testing.T, env *testsuite.TestWorkflowEnvironment) lifecycle.Input {
	t.Helper()
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &next)
	var handed lifecycle.Input
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &handed))
	return handed
}

func sends(env *testsuite.TestWorkflowEnvironment, after time.Duration, signal string, arg any) {
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(signal, arg) }, after)
}

func TestAPausedSyncGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	first := pausable(env, time.Hour)
	finish := ends(env)
	kept := keeps(env)
	sends(env, 40*time.Minute, contract.PauseSignal, contract.ControlRequest{Who: "ann", Why: "month end"})
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	handed := parked(t, env)
	require.Equal(t, []string{contract.StatePausing, contract.StatePaused}, *kept, "the store knows it before it is reported, and pushes stop at once")
	require.True(t, finish.Paused)
	require.Equal(t, contract.StatePaused, handed.State.State)
	require.Equal(t, "month end", handed.State.Paused.Why)

	second := newEnvironment(t)
	again := pausable(second, time.Hour)
	ends(second)
	kept = keeps(second)
	sends(second, 72*time.Hour, contract.ResumeSignal, contract.ControlRequest{Who: "bob"})
	second.RegisterDelayedCallback(func() { require.Empty(t, *again, "nothing starts while it is paused") }, 71*time.Hour)
	second.RegisterDelayedCallback(second.CancelWorkflow, 73*time.Hour+time.Minute)
	second.ExecuteWorkflow(contract.IntegrationWorkflow, handed)
	require.Equal(t, (*first)[0].RunID, (*again)[0].RunID, "the same run")
	require.Equal(t, 1, (*again)[0].Progress.Step, "at its place")
	require.Equal(t, contract.StateConnected, (*kept)[0], "the first sync was not done")
}

func TestSignalsOfOneInstantTakeEffectInTheOrderInWhichTheyWereSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		sent   []string
		paused bool
	}{
		{"pause, resume", []string{contract.PauseSignal, contract.ResumeSignal}, false},
		{"resume, pause", []string{contract.ResumeSignal, contract.PauseSignal}, true},
		{"pause, resume, pause", []string{contract.PauseSignal, contract.ResumeSignal, contract.PauseSignal}, true},
		{"pause, pause, resume", []string{contract.PauseSignal, contract.PauseSignal, contract.ResumeSignal}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			started := pausable(env, time.Hour)
			ends(env)
			keeps(env)
			env.RegisterDelayedCallback(func() {
				for _, s := range c.sent {
					env.SignalWorkflow(s, nil)
				}
			}, time.Minute)
			env.RegisterDelayedCallback(env.CancelWorkflow, 3*time.Hour)
			env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
			if c.paused {
				require.Equal(t, contract.StatePaused, parked(t, env).State.State)
				return
			}
			for _, in := range *started {
				require.Equal(t, (*started)[0].RunID, in.RunID, "the run that was stopped goes on, or never stopped")
			}
		})
	}
}

func TestASignalWithAnyPayloadPauses(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]any{
		"none": nil, "text": "stop it", "number": 7, "list": []string{"a"}, "other fields": map[string]int{"who": 3}, "bytes": []byte{0xff, 0xfe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			pausable(env, time.Hour)
			ends(env)
			keeps(env)
			sends(env, time.Minute, contract.PauseSignal, payload)
			env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
			require.Equal(t, contract.StatePaused, parked(t, env).State.State)
		})
	}
}

func TestWhatASignalSaysIsCutToWhatAStateCanHold(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"x", "é", "文"} {
		env := newEnvironment(t)
		pausable(env, time.Hour)
		ends(env)
		keeps(env)
		long := strings.Repeat(letter, 5000)
		sends(env, time.Minute, contract.PauseSignal, contract.ControlRequest{Who: long, Why: long})
		sends(env, time.Minute, contract.PauseSignal, contract.ControlRequest{Who: long, Why: long})
		env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
		s := parked(t, env).State
		require.Equal(t, strings.Repeat(letter, 100)+"...", s.Paused.Who)
		require.Equal(t, strings.Repeat(letter, 500)+"...", s.Paused.Why)
		require.Less(t, utf8.RuneCountInString(s.Note), 200)
	}
}

func TestASyncThatSomebodyCancelsByHandIsCanceledAndComesWithTheCadence(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := pausable(env, time.Minute)
	finish := ends(env)
	asks(env, 10*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	env.RegisterDelayedCallback(func() {
		env.CancelWorkflowByID(contract.PeriodicSyncID("demo", 2), "")
	}, 10*time.Minute+30*time.Second)
	env.RegisterDelayedCallback(env.CancelWorkflow, 2*time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.Len(t, *started, 2)
	require.True(t, finish.Canceled)
}

func TestUpdatesAreRefusedWhilePausedWithTheReason(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	pausable(env, time.Hour)
	ends(env)
	keeps(env)
	sends(env, time.Minute, contract.PauseSignal, contract.ControlRequest{Who: "ann"})
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)

	second := newEnvironment(t)
	pausable(second, time.Hour)
	ends(second)
	refused := asks(second, time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	second.RegisterDelayedCallback(second.CancelWorkflow, time.Hour)
	second.ExecuteWorkflow(contract.IntegrationWorkflow, parked(t, env))
	require.ErrorContains(t, refused.rejected, "by ann since")
	require.ErrorContains(t, refused.rejected, "Resume it first: `starter resume demo`")
}

func TestAConnectionWhoseSyncsFailAgainAndAgainPausesItselfAndSaysSo(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	fails := make([]error, lifecycle.MaxFailedRuns)
	for i := range fails {
		fails[i] = refused()
	}
	started := runs(env, time.Second, fails...)
	kept := keeps(env)
	told, texts := tellsWith(env)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	s := parked(t, env).State
	require.Len(t, *started, lifecycle.MaxFailedRuns)
	require.Equal(t, contract.StatePaused, s.State)
	require.Equal(t, contract.Itself, s.Paused.Who)
	require.Equal(t, []string{contract.StatePaused}, *kept)
	require.Equal(t, []string{contract.NoticeDegraded, contract.NoticePaused}, *told)
	require.Contains(t, (*texts)[0], "See: starter status demo", "it says what to do")
	require.Contains(t, (*texts)[1], "When that is corrected: starter resume demo")
}

func TestDisablingStopsTheSyncDropsWhatWaitsAndParks(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := pausable(env, time.Minute)
	ends(env)
	kept, told := keeps(env), tells(env)
	env.OnActivity(life.LookAtDisable, mock.Anything, mock.Anything).Return(steps.DisableLook{}, nil)
	var drained steps.DrainInput
	drains := 0
	env.OnActivity(life.Drain, mock.Anything, mock.Anything).Return(func(_ context.Context, in steps.DrainInput) (steps.DrainResult, error) {
		drained = in
		drains++
		return steps.DrainResult{Dropped: 2, Settled: drains, Done: drains == 2, SettleAt: time.Now().Add(time.Minute)}, nil
	})
	env.OnActivity(life.RemoveWorkspace, mock.Anything, mock.Anything).Return(steps.RemovedWorkspace{Removed: map[string]int{"comments": 2}}, nil)
	asks(env, 10*time.Minute, contract.SyncNowUpdate, contract.SyncNowRequest{})
	asks(env, 10*time.Minute+30*time.Second, contract.DisableUpdate, contract.DisableRequest{Who: "ann"})
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	s := parked(t, env).State
	require.Equal(t, contract.StateDisabled, s.State)
	require.Equal(t, []string{contract.StateDisabling, contract.StateDisabled}, *kept)
	require.Equal(t, (*started)[1].RunID, drained.RunID, "the run that was stopped is ended")
	require.Equal(t, 1, s.Disabled.DroppedRuns)
	require.Equal(t, &contract.DisableReport{Settled: 3, Dropped: 4, Removed: map[string]int{"comments": 2}}, s.Disabled.Report)
	require.Equal(t, []string{contract.NoticeDisabled}, *told)
	require.Nil(t, s.Suspended)
}

func TestDisablingIsOnlyConfirmedWhereItWouldRemoveSomething(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	pausable(env, time.Minute)
	ends(env)
	env.OnActivity(life.LookAtDisable, mock.Anything, mock.Anything).Return(
		steps.DisableLook{TransactionsOn: true, Workspace: map[string]int{"comments": 3}}, nil)
	asked := asks(env, 10*time.Minute, contract.DisableUpdate, contract.DisableRequest{Who: "ann"})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, demo)
	require.True(t, asked.disabled.NeedsConfirmation)
	require.Equal(t, 3, asked.disabled.Workspace["comments"])
	require.Equal(t, contract.StateActive, asked.disabled.State, "nothing was done")
}

// handed returns the input of an Integration in that state.
func handed(state lifecycle.State) lifecycle.Input {
	return lifecycle.Input{IntegrationInput: contract.IntegrationInput{Connection: "demo"}, State: &state}
}

func disabledState() lifecycle.State {
	s := lifecycle.NewState("demo", "series")
	s.Begin()
	s.Complete(contract.SyncResult{CadenceMS: (2 * time.Hour).Milliseconds()}, time.Now())
	s.Disable(contract.DisableRequest{Who: "ann"}, time.Now())
	s.Drained(contract.DisableReport{})
	s.Settle(contract.StateDisabled)
	return s
}

func TestEnablingChecksBothSidesFirstAndStaysDisabledWhereThatFails(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	started := pausable(env, time.Minute)
	ends(env)
	kept := keeps(env)
	tries := 0
	env.OnActivity(life.CheckEnable, mock.Anything, mock.Anything).Return(func(context.Context, steps.EnableInput) (steps.EnableCheck, error) {
		if tries++; tries == 1 {
			f := contract.Failure{Type: contract.ErrorConflict, Code: "OTHER_ORG", Reason: "another organisation"}
			return steps.EnableCheck{}, temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
		}
		return steps.EnableCheck{CadenceMS: time.Hour.Milliseconds()}, nil
	})
	other := asks(env, time.Minute, contract.EnableUpdate, contract.EnableRequest{CRMOrg: "other"})
	env.RegisterDelayedCallback(func() { require.Equal(t, contract.StateDisabled, status(t, env).State) }, 2*time.Minute)
	same := asks(env, 3*time.Minute, contract.EnableUpdate, contract.EnableRequest{CRMOrg: "org"})
	env.RegisterDelayedCallback(env.CancelWorkflow, 10*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, handed(disabledState()))
	require.ErrorContains(t, other.rejected, "another organisation")
	require.Equal(t, contract.StateActive, same.enabled.State)
	require.Equal(t, contract.TriggerEnable, (*started)[0].Trigger)
	require.Equal(t, []string{contract.StateActive}, *kept)
}

// planned returns a disabled connection with a deletion plan.
func planned() (lifecycle.Input, contract.DeleteRequest) {
	s := disabledState()
	s.Plan = s.NewPlan()
	return handed(s), contract.DeleteRequest{Plan: s.Plan, Choice: contract.ChoiceConvertAll, Token: "token", Who: "ann"}
}

func TestADeletionThatStopsShowsWhereAndGoesOnWhenItIsResumed(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	kept, told := keeps(env), tells(env)
	in, request := planned()
	env.OnActivity(conversion.ConfirmDeletion, mock.Anything, mock.Anything).Return(nil).Once()
	deletes := 0
	env.OnWorkflow(contract.DeleteWorkflow, mock.Anything, mock.Anything).Return(
		func(_ workflow.Context, in steps.DeleteInput) (steps.DeleteResult, error) {
			require.Equal(t, request.Plan, in.Plan)
			if deletes++; deletes == 1 {
				return steps.DeleteResult{Stopped: &contract.Stopped{Step: contract.StepVerify, Code: "NOT_AS_PLANNED", Reason: "one record lives"}}, nil
			}
			return steps.DeleteResult{}, nil
		})
	asks(env, time.Minute, contract.DeleteUpdate, request)
	again := asks(env, time.Minute+time.Second, contract.DeleteUpdate, request)
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Equal(t, contract.StateDeleting, s.State)
		require.Equal(t, "NOT_AS_PLANNED", s.Deletion.Stopped.Code)
	}, 2*time.Minute)
	sends(env, 3*time.Minute, contract.PauseSignal, nil)
	asks(env, 4*time.Minute, contract.ResumeDeleteUpdate, contract.ResumeDeleteRequest{})
	env.ExecuteWorkflow(contract.IntegrationWorkflow, in)
	require.NoError(t, env.GetWorkflowError())
	var out contract.IntegrationResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, contract.StateDeleted, out.State)
	require.Equal(t, 2, deletes)
	require.ErrorContains(t, again.rejected, "demo is deleting", "there is one deletion")
	require.Equal(t, []string{contract.StateDeleting}, *kept)
	require.Equal(t, []string{contract.NoticeDeletionStopped, contract.NoticeDeleted}, *told)
}

func TestADeletionWhoseTokenIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	in, request := planned()
	f := contract.Failure{Type: contract.ErrorConflict, Code: "TOKEN_USED", Reason: "it was used"}
	env.OnActivity(conversion.ConfirmDeletion, mock.Anything, mock.Anything).Return(
		temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}}))
	asked := asks(env, time.Minute, contract.DeleteUpdate, request)
	env.RegisterDelayedCallback(func() {
		require.Equal(t, contract.StateDisabled, status(t, env).State)
		env.CancelWorkflow()
	}, time.Hour)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, in)
	require.ErrorContains(t, asked.rejected, "it was used")
}
