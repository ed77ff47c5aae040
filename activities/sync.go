package activities

import (
	"context"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/activities/mirror"
	"causeway/activities/plan"
	"causeway/activities/run"
	"causeway/internal/steps"
)

// Sync holds the activities of a run.
type Sync struct {
	Env attempt.Environment
}

// StartRun stores the run, checks that both sides answer and may be used, and returns what there is to do. It is
// idempotent by the connection and the run's number.
func (s *Sync) StartRun(ctx context.Context, in steps.SyncInput) (steps.StartRunResult, error) {
	ctx, try := s.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := run.Start(ctx, try, in)
	return out, attemptError(ctx, "start run", err)
}

// FinishRun stores how the run ended, or that it was paused. It is idempotent: a run that has ended keeps its end.
func (s *Sync) FinishRun(ctx context.Context, in steps.FinishInput) (steps.FinishResult, error) {
	ctx, try := s.Env.Begin(ctx, "")
	defer try.Close()
	out, err := run.Finish(ctx, try, in)
	return out, attemptError(ctx, "finish run", err)
}

// MirrorPages brings the next pages of one list into the mirror. A page that comes twice changes nothing.
func (s *Sync) MirrorPages(ctx context.Context, in steps.MirrorInput) (steps.MirrorResult, error) {
	ctx, try := s.Env.BeginListing(ctx, in.RunID)
	defer try.Close()
	out, err := mirror.Pages(ctx, try, in)
	return out, attemptError(ctx, "mirror "+in.Scan.Module, err)
}

// PlanPage decides on the next records of one entity, and stores an operation for each. It is idempotent: a record that
// has an operation of this run is not decided upon again.
func (s *Sync) PlanPage(ctx context.Context, in steps.EntityInput) (steps.PlanResult, error) {
	ctx, try := s.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := plan.Page(ctx, try, in)
	return out, attemptError(ctx, "plan "+in.Entity, err)
}

// ApplyPage carries out the next planned operations of one entity, each once, seen from outside.
func (s *Sync) ApplyPage(ctx context.Context, in steps.EntityInput) (steps.ApplyResult, error) {
	ctx, try := s.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := apply.Page(ctx, try, in)
	return out, attemptError(ctx, "apply "+in.Entity, err)
}

// Settle decides on the operations whose outcome nobody has learned, once their calls can no longer take effect.
func (s *Sync) Settle(ctx context.Context, in steps.EntityInput) (steps.ApplyResult, error) {
	ctx, try := s.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := apply.Settle(ctx, try, in)
	return out, attemptError(ctx, "settle "+in.Entity, err)
}

// KeepFigures writes the figures of the next customers to the CRM. An attempt that was cut off writes the same values
// again.
func (s *Sync) KeepFigures(ctx context.Context, in steps.FiguresInput) (steps.FiguresResult, error) {
	ctx, try := s.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := apply.Figures(ctx, try, in)
	return out, attemptError(ctx, "write figures to the CRM", err)
}
