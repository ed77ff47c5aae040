package activities

import (
	"context"

	"causeway/activities/attempt"
	"causeway/activities/setup"
	"causeway/internal/steps"
)

// Setup holds the activities behind an admin's messages to a connection.
type Setup struct {
	Env attempt.Environment
}

// AdoptDraft checks an edit of preferences against both sides, and saves it as their next version or returns all that is
// wrong with it. It is idempotent: asked again, it returns the version that the edit made.
func (s *Setup) AdoptDraft(ctx context.Context, in steps.AdoptInput) (steps.AdoptResult, error) {
	out, err := setup.AdoptDraft(ctx, &s.Env, in)
	return out, finalError("save preferences", err)
}

// SetScope stores which records a run is about, and what was decided on them, before the run starts. It is idempotent.
func (s *Setup) SetScope(ctx context.Context, in steps.ScopeInput) (steps.ScopeResult, error) {
	out, err := setup.SetScope(ctx, &s.Env, in)
	return out, finalError("choose records", err)
}

// PruneHistory removes old runs. It is idempotent.
func (s *Setup) PruneHistory(ctx context.Context, in steps.PruneInput) (steps.PruneResult, error) {
	out, err := setup.PruneHistory(ctx, &s.Env, in)
	return out, finalError("prune the history", err)
}
