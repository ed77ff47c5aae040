package workflows_test

import (
	"context"
	"testing"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

var quote7 = contract.PushInput{Connection: "demo", Type: contract.TypeQuote, Transaction: "q-7"}

func request(key, action string) contract.PushRequest {
	req := contract.PushRequest{Key: key, Action: action, User: "u1"}
	switch action {
	case contract.ActionSave:
		req.Document = &contract.Document{Account: "a1", Lines: []contract.Line{{Product: "p1", Quantity: "1"}}}
	case contract.ActionComment:
		req.Comment = "well"
	}
	return req
}

// pushed is the result of one request.
type pushed struct {
	result   contract.PushResult
	err      error
	answered time.Duration // after the start
	done     bool
	since    func() time.Duration
}

func (p *pushed) Accept()        {}
func (p *pushed) Reject(e error) { p.err, p.done, p.answered = e, true, p.since() }
func (p *pushed) Complete(v any, err error) {
	p.err, p.done, p.answered = err, true, p.since()
	if r, ok := v.(contract.PushResult); ok {
		p.result = r
	}
}

func pushAfter(env *testsuite.TestWorkflowEnvironment, after time.Duration, req contract.PushRequest) *pushed {
	begun := env.Now()
	p := &pushed{since: func() time.Duration { return env.Now().Sub(begun) }}
	env.RegisterDelayedCallback(func() { env.UpdateWorkflow(contract.PushUpdate, req.Key, p, req) }, after)
	return p
}

// admits admits requests in their order. queued tells which of them wait.
func admits(env *testsuite.TestWorkflowEnvironment, queued ...int64) *[]string {
	keys := &[]string{}
	env.OnActivity(pushes.AdmitPush, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.AdmitInput) (steps.Admitted, error) {
			*keys = append(*keys, in.Request.Key)
			out := steps.Admitted{Sequence: int64(len(*keys))}
			for i, seq := range queued {
				if seq == out.Sequence {
					out.Answer = &contract.PushResult{Status: contract.PushQueued, Sequence: seq, Position: i + 1, State: contract.StatePaused}
				}
			}
			return out, nil
		})
	return keys
}

// carries runs requests with the results of the function, and keeps their sequence.
func carries(env *testsuite.TestWorkflowEnvironment, each func(in steps.CarryInput, n int) (steps.Carried, error)) *[]int64 {
	order := &[]int64{}
	env.OnActivity(pushes.CarryOut, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.CarryInput) (steps.Carried, error) {
			*order = append(*order, in.Sequence)
			if each != nil {
				return each(in, len(*order))
			}
			return done(in.Sequence), nil
		})
	return order
}

func done(seq int64) steps.Carried {
	return steps.Carried{Answer: &contract.PushResult{Status: contract.PushDone, Sequence: seq}}
}

func summary(t *testing.T, env *testsuite.TestWorkflowEnvironment) steps.PushSummary {
	t.Helper()
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	var out steps.PushSummary
	require.NoError(t, env.GetWorkflowResult(&out))
	return out
}

func TestAPushIsCarriedOutAndItsWorkflowEnds(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env)
	carries(env, nil)
	got := pushAfter(env, 0, request("k1", contract.ActionSave))
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, steps.PushSummary{Requests: 1, Done: 1}, summary(t, env))
	require.Equal(t, contract.PushDone, got.result.Status)
	require.NoError(t, got.err)
}

func TestRequestsOnOneTransactionAreCarriedOutInTheOrderInWhichTheyWereAccepted(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	keys := admits(env)
	order := &[]int64{}
	env.OnActivity(pushes.CarryOut, mock.Anything, mock.Anything).After(time.Minute).Return(
		func(_ context.Context, in steps.CarryInput) (steps.Carried, error) {
			*order = append(*order, in.Sequence)
			return done(in.Sequence), nil
		})
	for i, key := range []string{"a", "b", "c", "d"} {
		pushAfter(env, time.Duration(i)*time.Millisecond, request(key, contract.ActionComment))
	}
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, 4, summary(t, env).Done)
	require.Equal(t, []string{"a", "b", "c", "d"}, *keys)
	require.Equal(t, []int64{1, 2, 3, 4}, *order)
}

func TestAQueuedPushIsAnsweredAtOnceAndGoesOnWhenItIsReleased(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env, 1, 2)
	order := carries(env, nil)
	first := pushAfter(env, 0, request("k1", contract.ActionSave))
	second := pushAfter(env, time.Second, request("k2", contract.ActionComment))
	sends(env, 2*time.Hour, steps.ReleaseSignal, steps.QueueSignal{Sequence: 1})
	sends(env, 2*time.Hour, steps.ReleaseSignal, steps.QueueSignal{Sequence: 2})
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, 2, summary(t, env).Done)
	require.Equal(t, contract.PushQueued, first.result.Status)
	require.Less(t, first.answered, time.Minute, "the call never blocks through a pause")
	require.Equal(t, 2, second.result.Position)
	require.Equal(t, []int64{1, 2}, *order)
}

func TestAQueuedPushIsRefusedWhenTheConnectionIsDisabled(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env, 1)
	order := carries(env, nil)
	pushAfter(env, 0, request("k1", contract.ActionSave))
	sends(env, time.Hour, steps.RefuseSignal, steps.QueueSignal{Sequence: 1, State: contract.StateDisabling})
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, steps.PushSummary{Requests: 1, Refused: 1}, summary(t, env))
	require.Empty(t, *order, "nothing of it was carried out")
}

// The pause came between the admission and the call.
func TestAPushThatMeetsAPauseIsQueuedAndGoesOnLater(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env)
	carries(env, func(in steps.CarryInput, n int) (steps.Carried, error) {
		if n == 1 {
			return steps.Carried{Answer: &contract.PushResult{Status: contract.PushQueued, Sequence: in.Sequence, Position: 1}}, nil
		}
		return done(in.Sequence), nil
	})
	got := pushAfter(env, 0, request("k1", contract.ActionSave))
	sends(env, time.Hour, steps.ReleaseSignal, steps.QueueSignal{Sequence: 1})
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, contract.PushQueued, got.result.Status)
	require.Equal(t, 1, summary(t, env).Done)
}

// A repeated release must not release a push that was queued again since.
func TestAReleaseLetsAPushGoOnOnce(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env, 1)
	order := carries(env, func(in steps.CarryInput, n int) (steps.Carried, error) {
		if n < 3 {
			return steps.Carried{Answer: &contract.PushResult{Status: contract.PushQueued, Sequence: in.Sequence, Position: 1}}, nil
		}
		return done(in.Sequence), nil
	})
	pushAfter(env, 0, request("k1", contract.ActionSave))
	for _, at := range []time.Duration{time.Hour, time.Hour, 5 * time.Hour} {
		sends(env, at, steps.ReleaseSignal, steps.QueueSignal{Sequence: 1})
	}
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, 1, summary(t, env).Done)
	require.Len(t, *order, 3)
}

func TestACustomerThatIsNotInBillingIsImportedFirst(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env)
	ref := contract.Ref{Side: "crm", Module: "Accounts", ID: "a1"}
	var imported []steps.PushImportInput
	env.OnActivity(pushes.ImportForPush, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in steps.PushImportInput) (steps.PushImported, error) {
			imported = append(imported, in)
			return steps.PushImported{Done: true}, nil
		})
	carries(env, func(in steps.CarryInput, n int) (steps.Carried, error) {
		if n == 1 {
			return steps.Carried{Import: []contract.Ref{ref}}, nil
		}
		return done(in.Sequence), nil
	})
	pushAfter(env, 0, request("k1", contract.ActionSave))
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, 1, summary(t, env).Done)
	require.Len(t, imported, 1)
	require.Equal(t, []contract.Ref{ref}, imported[0].Records)
}

func TestAPushWaitsForASideThatIsAway(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env)
	away := contract.Failure{Type: contract.ErrorUnavailable, Code: "DOWN", Reason: "away"}
	order := carries(env, func(in steps.CarryInput, n int) (steps.Carried, error) {
		if n < 20 {
			return steps.Carried{}, away.Error()
		}
		return done(in.Sequence), nil
	})
	pushAfter(env, 0, request("k1", contract.ActionSave))
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, 1, summary(t, env).Done)
	require.Len(t, *order, 20)
}

func TestWhatTryingAgainDoesNotHelpIsAnsweredAtTheNextTry(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	admits(env)
	broken := contract.Failure{Type: contract.ErrorInvalid, Code: "X", Reason: "no use"}
	order := carries(env, func(in steps.CarryInput, n int) (steps.Carried, error) {
		if !in.LastTry {
			return steps.Carried{}, broken.Error()
		}
		return steps.Carried{Answer: &contract.PushResult{Status: contract.PushFailed, Sequence: in.Sequence, Failure: &broken}}, nil
	})
	got := pushAfter(env, 0, request("k1", contract.ActionSave))
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, steps.PushSummary{Requests: 1, Failed: 1}, summary(t, env))
	require.Equal(t, contract.PushFailed, got.result.Status)
	require.Len(t, *order, 2)
}

func TestAnExecutionThatAcceptedNothingEndsByItself(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	got := pushAfter(env, time.Second, contract.PushRequest{Key: "k1", Action: "explode", User: "u1"})
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Equal(t, steps.PushSummary{}, summary(t, env))
	var app *temporal.ApplicationError
	require.ErrorAs(t, got.err, &app)
	require.Equal(t, contract.ErrorInvalid, app.Type())
	require.ErrorContains(t, got.err, "explode")
}

func TestARequestThatIsRepeatedWhileItsFirstIsAtWorkGetsThatAnswer(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env.OnActivity(pushes.AdmitPush, mock.Anything, mock.Anything).Return(steps.Admitted{Sequence: 9}, nil)
	order := carries(env, nil)
	req := request("k1", contract.ActionSave)
	first := pushAfter(env, 0, req)
	again := &pushed{since: first.since}
	env.RegisterDelayedCallback(func() { env.UpdateWorkflow(contract.PushUpdate, "another update", again, req) }, 0)
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, quote7)
	require.Len(t, *order, 1)
	require.Equal(t, int64(9), first.result.Sequence)
	require.Equal(t, int64(9), again.result.Sequence)
	require.True(t, env.IsWorkflowCompleted())
}
