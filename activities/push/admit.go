package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"
)

// The codes with which Causeway itself refuses a push.
const (
	CodeKeyReused       = "KEY_REUSED"
	CodeTransactionsOff = "TRANSACTIONS_OFF"
)

// Admit checks that the CRM user may do what is asked, and gives the request its place in the connection's sequence: to be
// carried out now, or queued while the connection is paused, or refused. It is idempotent by the request's key: what was
// admitted is admitted once, and what was answered keeps that answer.
func Admit(ctx context.Context, env *attempt.Environment, in steps.AdmitInput) (steps.Admitted, error) {
	if err := checkPermission(ctx, env, in); err != nil {
		return refusedPush(err)
	}
	a, err := env.Store.Pushes.Admit(ctx, pushes.Intent{
		Connection: in.Connection, Type: in.Type, Transaction: in.Transaction, Key: in.Request.Key, Hash: in.Request.Hash(in.PushInput),
		Action: in.Request.Doing(), User: in.Request.User, WorkflowID: in.WorkflowID, At: env.Now(),
	})
	if err != nil {
		return refusedPush(err)
	}
	return admittedPush(in, a)
}

// refusedPush turns an error that explains why the request cannot be taken into an answer. Other failures stay failures.
func refusedPush(err error) (steps.Admitted, error) {
	switch record.KindOf(err) {
	case record.Invalid, record.Conflict, record.NotFound:
		f := attempt.FailureOf("", err)
		return steps.Admitted{Answer: &contract.PushResult{Status: contract.PushRefused, Failure: &f}}, nil
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	var e *record.Error
	if errors.As(err, &e) && e.Kind == record.Unauthorized && e.Side == "" { // Causeway's own permissions
		f := attempt.FailureOf("", err)
		return steps.Admitted{Answer: &contract.PushResult{Status: contract.PushRefused, Failure: &f}}, nil
	}
	return steps.Admitted{}, err
}

func admittedPush(in steps.AdmitInput, a pushes.Admission) (steps.Admitted, error) {
	out := steps.Admitted{Sequence: a.Sequence}
	switch a.Decision {
	case pushes.Go:
	case pushes.Queue:
		out.Answer = &contract.PushResult{Status: contract.PushQueued, Sequence: a.Sequence, Position: a.Position, State: string(a.State)}
	case pushes.Repeat:
		return repeated(a)
	case pushes.KeyTaken:
		return refusedPush(&record.Error{Kind: record.Conflict, Op: in.Request.Doing(), Code: CodeKeyReused,
			Message: "another request has used this idempotency key", Remedy: "give each request a key of its own"})
	default:
		answer := refusedByState(a.Sequence, string(a.State))
		out.Answer = &answer
	}
	return out, nil
}

// refusedByState is the answer if the connection's state takes no pushes.
func refusedByState(seq int64, state string) contract.PushResult {
	return contract.PushResult{Status: contract.PushRefused, Sequence: seq, State: state, Failure: &contract.Failure{
		Type: contract.ErrorRefused, Code: contract.CodeState,
		Reason: fmt.Sprintf("the connection is %s: it takes pushes while it is active, and queues them while it is paused", state),
	}}
}

// repeated returns the first answer to a request that came before. A request that has no answer yet is waited for.
func repeated(a pushes.Admission) (steps.Admitted, error) {
	out := steps.Admitted{Sequence: a.Sequence}
	if len(a.Push.Answer) == 0 {
		if a.Push.State == pushes.StateQueued {
			out.Answer = &contract.PushResult{Status: contract.PushQueued, Sequence: a.Sequence, Position: a.Position, State: string(a.State), Repeated: true}
		}
		return out, nil
	}
	var answer contract.PushResult
	if err := json.Unmarshal(a.Push.Answer, &answer); err != nil {
		return out, fmt.Errorf("read the answer of push %d: %w", a.Sequence, err)
	}
	answer.Repeated = true
	out.Answer = &answer
	return out, nil
}

func notOffered(err error) bool { return attempt.CodeOf(err) == billing.CodeNotOffered }
