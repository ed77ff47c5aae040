package activities

import (
	"context"

	"causeway/activities/attempt"
	"causeway/activities/push"
	"causeway/internal/budget"
	"causeway/internal/steps"
)

// Pushes holds the activities of transactions. Their calls to a side come before those of a sync.
type Pushes struct {
	Env attempt.Environment

	capabilities push.Capabilities
}

func (s *Pushes) begin(ctx context.Context, run string) (context.Context, *attempt.Attempt) {
	return s.Env.Begin(budget.WithPriority(ctx), run)
}

// AdmitPush checks that the CRM user may do what is asked, and gives the request its place in the connection's sequence.
// It is idempotent by the request's key: what was admitted is admitted once, and what was answered keeps that answer.
func (s *Pushes) AdmitPush(ctx context.Context, in steps.AdmitInput) (steps.Admitted, error) {
	out, err := push.Admit(ctx, &s.Env, in)
	return out, finalError("admit "+in.Request.Doing(), err)
}

// CarryOut carries out an admitted push, once, seen from outside.
func (s *Pushes) CarryOut(ctx context.Context, in steps.CarryInput) (steps.Carried, error) {
	ctx, try := s.begin(ctx, "")
	defer try.Close()
	out, err := push.CarryOut(ctx, try, &s.capabilities, in)
	return out, attemptError(ctx, "carry out "+in.Request.Doing(), err)
}

// ImportForPush brings records of the CRM to billing that a push needs. It is idempotent: asked again, it continues.
func (s *Pushes) ImportForPush(ctx context.Context, in steps.PushImportInput) (steps.PushImported, error) {
	ctx, try := s.begin(ctx, push.ImportRun(in.Connection, in.Sequence))
	defer try.Close()
	out, err := push.Import(ctx, try, in)
	return out, attemptError(ctx, "import for a push", err)
}

// ReleasePushes lets queued pushes continue, in the order of their sequence. It is idempotent.
func (s *Pushes) ReleasePushes(ctx context.Context, in steps.QueueInput) (steps.QueueResult, error) {
	ctx, try := s.begin(ctx, "")
	defer try.Close()
	out, err := push.Release(ctx, try, in)
	return out, attemptError(ctx, "release queued pushes", err)
}

// RefusePushes ends queued pushes of a connection that is being disabled. It is idempotent.
func (s *Pushes) RefusePushes(ctx context.Context, in steps.QueueInput) (steps.QueueResult, error) {
	ctx, try := s.begin(ctx, "")
	defer try.Close()
	out, err := push.Refuse(ctx, try, in)
	return out, attemptError(ctx, "refuse queued pushes", err)
}
