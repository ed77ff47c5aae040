package activities

import (
	"context"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/activities/lifecycle"
	"causeway/internal/steps"
)

// Life holds the activities behind a connection's states.
type Life struct {
	Env attempt.Environment
}

// KeepState stores a connection's state. It is idempotent, and an older state never replaces a newer one.
func (l *Life) KeepState(ctx context.Context, in steps.KeepStateInput) error {
	return finalError("keep the state", lifecycle.KeepState(ctx, &l.Env, in))
}

// LookAtDisable returns what disabling would remove. It changes nothing.
func (l *Life) LookAtDisable(ctx context.Context, in steps.ConnectionInput) (steps.DisableLook, error) {
	out, err := lifecycle.LookAtDisable(ctx, &l.Env, in)
	return out, finalError("look at what disabling removes", err)
}

// RemoveWorkspace removes what Causeway's finance workspace keeps. It is idempotent.
func (l *Life) RemoveWorkspace(ctx context.Context, in steps.ConnectionInput) (steps.RemovedWorkspace, error) {
	ctx, try := l.Env.Begin(ctx, "")
	defer try.Close()
	out, err := lifecycle.RemoveWorkspace(ctx, try, in)
	return out, attemptError(ctx, "remove the finance workspace", err)
}

// Drain brings what is under way in a connection to its end. It is idempotent.
func (l *Life) Drain(ctx context.Context, in steps.DrainInput) (steps.DrainResult, error) {
	ctx, try := l.Env.Begin(ctx, in.RunID)
	defer try.Close()
	out, err := apply.Drain(ctx, try, in)
	return out, attemptError(ctx, "drain", err)
}

// CheckEnable checks whether a disabled connection can be enabled. It is idempotent, as long as no run has begun.
func (l *Life) CheckEnable(ctx context.Context, in steps.EnableInput) (steps.EnableCheck, error) {
	out, err := lifecycle.CheckEnable(ctx, &l.Env, in)
	return out, finalError("enable", err)
}

// CheckCredential checks that the stored credential of a side is good for its connection. It changes nothing.
func (l *Life) CheckCredential(ctx context.Context, in steps.ReauthorizeInput) error {
	return finalError("reauthorize", lifecycle.CheckCredential(ctx, &l.Env, in))
}
