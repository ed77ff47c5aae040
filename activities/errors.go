package activities

import (
	"context"
	"errors"

	"causeway/internal/record"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
)

// fail turns an error of the inside into Temporal's. Every such error is final for the activity: the workflow decides
// on the back-off, so that it can count, show and end it, while Temporal itself retries what a crash or a freeze cut
// off. The cause stays out of it: it may hold a record's data.
func fail(op string, err error) error {
	return applicationError(op, err, true)
}

// again is fail where it is Temporal that tries again, as its retry policy says and no sooner than the other end asks.
func again(op string, err error) error {
	return applicationError(op, err, false)
}

// applicationError makes Temporal's errors, here and nowhere else.
func applicationError(op string, err error, final bool) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	if op != "" {
		op += ": "
	}
	f := contract.Failure{Type: contract.ErrorType(record.KindOf(err)), Reason: op + err.Error()}
	opts := temporal.ApplicationErrorOptions{NonRetryable: final}
	var e *record.Error
	if errors.As(err, &e) {
		f.Code = e.Code
		f.RetryAfterMS = e.RetryAfter.Milliseconds()
		f.Reason = op
		if e.Side != "" {
			f.Reason += string(e.Side) + ": "
		}
		f.Reason += e.Reason()
		if e.RecordID != "" {
			f.Reason += " (record " + e.RecordID + ")"
		}
		if !final {
			opts.NextRetryDelay = e.RetryAfter
		}
	}
	opts.Details = []any{f}
	return temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, opts)
}
