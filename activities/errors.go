package activities

import (
	"context"
	"errors"

	"causeway/activities/attempt"
	"causeway/internal/record"

	"go.temporal.io/sdk/temporal"
)

// finalError turns an error of the inside into a Temporal error that Temporal does not retry. The workflow decides on
// the back-off, so that it can count it, show it and end it. Temporal itself retries only what a crash or a freeze has
// cut off.
func finalError(op string, err error) error {
	return applicationError(op, err, false)
}

// retryableError is finalError for what Temporal retries: as its retry policy says, and no sooner than the other end
// asks for.
func retryableError(op string, err error) error {
	return applicationError(op, err, true)
}

// attemptError is finalError for an activity that has a heartbeat: the failure of a cancelled attempt is its cancel.
func attemptError(ctx context.Context, op string, err error) error {
	return finalError(op, attempt.Cause(ctx, err))
}

// applicationError makes Temporal's errors. Its details are all that a workflow branches on.
func applicationError(op string, err error, retry bool) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	f := attempt.FailureOf(op, err)
	opts := temporal.ApplicationErrorOptions{NonRetryable: !retry, Details: []any{f}}
	var e *record.Error
	if retry && errors.As(err, &e) {
		opts.NextRetryDelay = e.RetryAfter
	}
	return temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, opts)
}
