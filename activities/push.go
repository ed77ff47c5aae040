package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"
)

// PushSides gives the clients that pushes need, beside those of the syncs.
type PushSides interface {
	Sides
	Transactions(ctx context.Context, connection string) (billing.Transactions, error)
	// RefreshMembers keeps which CRM user has which profile.
	RefreshMembers(ctx context.Context, connection string) error
}

// Pushes holds the activities of transactions.
type Pushes struct {
	Store    *store.Store
	Sides    PushSides
	Timing   Timing
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger

	Capabilities Capabilities
}

// begin starts the heartbeat of an attempt. Its calls come before those of a sync.
func (s *Pushes) begin(ctx context.Context, run string) (context.Context, *part) {
	sync := &Sync{Store: s.Store, Sides: s.Sides, Timing: s.Timing, InFlight: max(s.InFlight, 1), Now: s.Now, Log: s.Log}
	return sync.begin(budget.WithPriority(ctx), run)
}

// The codes with which Causeway itself refuses a push.
const (
	CodeKeyReused       = "KEY_REUSED"
	CodeTransactionsOff = "TRANSACTIONS_OFF"
)

// AdmitPush checks that the CRM user may do what is asked, and gives the request its place in the connection's
// sequence: to be carried out now, or queued while the connection is paused, or refused. It is idempotent by the
// request's key: what was admitted is admitted once, and what was answered gets that answer.
func (s *Pushes) AdmitPush(ctx context.Context, in contract.AdmitInput) (contract.Admitted, error) {
	out, err := s.admit(ctx, in)
	return out, fail("admit "+in.Request.Doing(), err)
}

func (s *Pushes) admit(ctx context.Context, in contract.AdmitInput) (contract.Admitted, error) {
	if err := s.may(ctx, in); err != nil {
		return refusedPush(err)
	}
	a, err := s.Store.Pushes.Admit(ctx, pushes.Intent{
		Connection: in.Connection, Type: in.Type, Transaction: in.Transaction, Key: in.Request.Key, Hash: in.Request.Hash(in.PushInput),
		Action: in.Request.Doing(), User: in.Request.User, WorkflowID: in.WorkflowID, At: s.Now(),
	})
	if err != nil {
		return refusedPush(err)
	}
	return admittedPush(in, a)
}

// refusedPush makes an answer of what says that the request cannot be taken; other failures stay failures.
func refusedPush(err error) (contract.Admitted, error) {
	switch record.KindOf(err) {
	case record.Invalid, record.Conflict, record.NotFound:
		f := failureOf(err)
		return contract.Admitted{Answer: &contract.PushResult{Status: contract.PushRefused, Failure: &f}}, nil
	case record.Unauthorized, record.RateLimited, record.Unavailable:
	}
	var e *record.Error
	if errors.As(err, &e) && e.Kind == record.Unauthorized && e.Side == "" { // Causeway's own permissions
		f := failureOf(err)
		return contract.Admitted{Answer: &contract.PushResult{Status: contract.PushRefused, Failure: &f}}, nil
	}
	return contract.Admitted{}, err
}

func admittedPush(in contract.AdmitInput, a pushes.Admission) (contract.Admitted, error) {
	out := contract.Admitted{Sequence: a.Sequence}
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

// refusedByState is the answer where the connection takes no pushes.
func refusedByState(seq int64, state string) contract.PushResult {
	return contract.PushResult{Status: contract.PushRefused, Sequence: seq, State: state, Failure: &contract.Failure{
		Type: contract.ErrorRefused, Code: contract.CodeState,
		Reason: fmt.Sprintf("the connection is %s: pushes are taken when it is active, and queued while it is paused", state),
	}}
}

// repeated gives a request that was made before its first answer; one that has none yet is waited for.
func repeated(a pushes.Admission) (contract.Admitted, error) {
	out := contract.Admitted{Sequence: a.Sequence}
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

// asRecordError finds the failure that a caller can act on.
func asRecordError(err error, into **record.Error) bool { return errors.As(err, into) }

func notOffered(err error) bool { return code(err) == billing.CodeNotOffered }

// failureOf is what a caller is told of an error: code and reason, with the remedy.
func failureOf(err error) contract.Failure {
	return contract.FailureOf(fail("", err))
}
