package workflows_test

import (
	"context"
	"testing"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

var deletion = steps.DeleteInput{Connection: "demo", Plan: "plan", Choice: contract.ChoiceConvertAll, Who: "ann"}

// deletes runs the steps of a deletion in order, each part named by the place where it begins. A step fails as
// told.
func deletes(env *testsuite.TestWorkflowEnvironment, fails map[string]func() error) *[]string {
	done := &[]string{}
	do := func(step string) error {
		*done = append(*done, step)
		if fail := fails[step]; fail != nil {
			return fail()
		}
		return nil
	}
	whole := func(step string) func(context.Context, steps.DeletionInput) error {
		return func(context.Context, steps.DeletionInput) error { return do(step) }
	}
	part := func(_ context.Context, in steps.DeletionPartInput) (steps.DeletionPartResult, error) {
		if err := do(in.Step + in.After); err != nil {
			return steps.DeletionPartResult{}, err
		}
		if in.Step == contract.StepCustomers && in.After == "" {
			return steps.DeletionPartResult{Converted: 2, Deleted: 1, Next: " from 3"}, nil
		}
		return steps.DeletionPartResult{Converted: 1, Done: true}, nil
	}
	env.OnActivity(conversion.ExportDeletion, mock.Anything, mock.Anything).Return(whole(contract.StepExport))
	env.OnActivity(conversion.ConvertPage, mock.Anything, mock.Anything).Return(part)
	env.OnActivity(conversion.VerifyDeletion, mock.Anything, mock.Anything).Return(part)
	env.OnActivity(conversion.DisconnectApps, mock.Anything, mock.Anything).Return(whole(contract.StepApps))
	env.OnActivity(conversion.RemoveConnection, mock.Anything, mock.Anything).Return(whole(contract.StepRemove))
	return done
}

var allSteps = []string{"export", "contact_persons", "customers", "customers from 3", "items", "crm_markers", "verify", "apps", "remove"}

func outcome(t *testing.T, env *testsuite.TestWorkflowEnvironment) steps.DeleteResult {
	t.Helper()
	require.NoError(t, env.GetWorkflowError())
	var out steps.DeleteResult
	require.NoError(t, env.GetWorkflowResult(&out))
	return out
}

func TestADeletionExportsConvertsVerifiesAndOnlyThenRemoves(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	done := deletes(env, nil)
	env.ExecuteWorkflow(contract.DeleteWorkflow, deletion)
	out := outcome(t, env)
	require.Nil(t, out.Stopped)
	require.Equal(t, allSteps, *done)
	require.Equal(t, contract.DeleteCounts{Converted: 7, Deleted: 1}, out.DeleteCounts)
}

func TestAStepThatFailsStopsTheDeletionVisiblyAndNothingAfterItIsDone(t *testing.T) {
	t.Parallel()
	for i, step := range allSteps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment(t)
			f := contract.Failure{Type: contract.ErrorConflict, Code: contract.CodeNotAsPlanned, Reason: "one record lives"}
			done := deletes(env, map[string]func() error{step: f.Error})
			env.ExecuteWorkflow(contract.DeleteWorkflow, deletion)
			out := outcome(t, env)
			require.Equal(t, contract.CodeNotAsPlanned, out.Stopped.Code)
			require.Equal(t, "one record lives", out.Stopped.Reason)
			require.Contains(t, step, out.Stopped.Step)
			require.Equal(t, allSteps[:i+1], *done)
		})
	}
}

func TestADeletionWaitsForASideThatIsAway(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	away := 0
	done := deletes(env, map[string]func() error{contract.StepApps: func() error {
		if away++; away < 4 {
			return unavailable()
		}
		return nil
	}})
	before := env.Now()
	env.ExecuteWorkflow(contract.DeleteWorkflow, deletion)
	require.Nil(t, outcome(t, env).Stopped)
	require.Equal(t, 4, away)
	require.GreaterOrEqual(t, env.Now().Sub(before), 7*time.Second, "1, 2 and 4 seconds")
	require.Contains(t, *done, contract.StepRemove)
}

func TestADeletionTellsItsConnectionHowFarItHasCome(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	keeps(env)
	tells(env)
	in, request := planned()
	env.OnActivity(conversion.ConfirmDeletion, mock.Anything, mock.Anything).Return(nil).Once()
	var seen []contract.DeletionNow
	look := func() error {
		if now := status(t, env).Deletion.Now; now != nil {
			seen = append(seen, *now)
		}
		return nil
	}
	deletes(env, map[string]func() error{contract.StepCustomers: look, contract.StepCustomers + " from 3": look, contract.StepRemove: look})
	asks(env, time.Minute, contract.DeleteUpdate, request)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, in)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []contract.DeletionNow{
		{Step: contract.StepCustomers, DeleteCounts: contract.DeleteCounts{Converted: 1}},
		{Step: contract.StepCustomers, DeleteCounts: contract.DeleteCounts{Converted: 3, Deleted: 1}},
		{Step: contract.StepRemove, DeleteCounts: contract.DeleteCounts{Converted: 7, Deleted: 1}},
	}, seen)
	s := status(t, env)
	require.Nil(t, s.Deletion.Now)
	require.Equal(t, &contract.DeleteCounts{Converted: 7, Deleted: 1}, s.Deletion.Done)
}

func TestTheCountsOfADeletionThatWasResumedAreThoseOfAllItsTries(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	keeps(env)
	tells(env)
	in, request := planned()
	env.OnActivity(conversion.ConfirmDeletion, mock.Anything, mock.Anything).Return(nil).Once()
	tries := 0
	deletes(env, map[string]func() error{contract.StepVerify: func() error {
		if tries++; tries == 1 {
			return contract.Failure{Type: contract.ErrorConflict, Code: contract.CodeNotAsPlanned, Reason: "one record lives"}.Error()
		}
		return nil
	}})
	asks(env, time.Minute, contract.DeleteUpdate, request)
	asks(env, time.Hour, contract.ResumeDeleteUpdate, contract.ResumeDeleteRequest{Who: "ann"})
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.Equal(t, contract.StepVerify, s.Deletion.Stopped.Step)
		require.Equal(t, &contract.DeleteCounts{Converted: 6, Deleted: 1}, s.Deletion.Done)
	}, 30*time.Minute)
	env.ExecuteWorkflow(contract.IntegrationWorkflow, in)
	require.NoError(t, env.GetWorkflowError())
	s := status(t, env)
	require.Equal(t, contract.StateDeleted, s.State)
	require.Equal(t, &contract.DeleteCounts{Converted: 13, Deleted: 2}, s.Deletion.Done, "the second try finds as much again, by this test's steps")
	require.Nil(t, s.Deletion.Now)
}
