package contract

import (
	"errors"
	"strings"

	"causeway/internal/record"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

// The types of Temporal application errors of Causeway's workflows, activities and validators. The list is closed. Branch
// on the type, never on the text.
const (
	ErrorInvalid      = "Invalid"
	ErrorNotFound     = "NotFound"
	ErrorConflict     = "Conflict"
	ErrorUnauthorized = "Unauthorized"
	ErrorRateLimited  = "RateLimited"
	ErrorUnavailable  = "Unavailable"
	// ErrorRefused: the connection's state does not allow the message.
	ErrorRefused = "Refused"
)

// The codes of what a connection itself refuses.
const (
	CodeRequest = "REQUEST" // the request is wrong, whatever the state
	CodeState   = "STATE"   // the connection's state does not allow it
)

// ErrorType returns the error type of a kind of failure.
func ErrorType(kind record.Kind) string {
	switch kind {
	case record.Invalid:
		return ErrorInvalid
	case record.NotFound:
		return ErrorNotFound
	case record.Conflict:
		return ErrorConflict
	case record.Unauthorized:
		return ErrorUnauthorized
	case record.RateLimited:
		return ErrorRateLimited
	case record.Unavailable:
		return ErrorUnavailable
	}
	return ErrorUnavailable
}

// Failure describes a failed activity or workflow by a code and a reason, without personal data.
type Failure struct {
	Type   string `json:"type"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
	// RetryAfterMS is the time in milliseconds after which the side accepts calls again, if the side states it.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// String returns the reason, followed by the code if the reason does not contain it.
func (f Failure) String() string {
	code := "[" + f.Code + "]"
	if f.Code == "" || strings.Contains(f.Reason, code) {
		return f.Reason
	}
	return f.Reason + " " + code
}

// Retryable reports whether the same call may succeed later.
func (f Failure) Retryable() bool {
	return f.Type == ErrorUnavailable || f.Type == ErrorRateLimited
}

// Error returns the failure as a Temporal application error, for the answer to an update.
func (f Failure) Error() error {
	return temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
}

// FailureOf reads the failure of an activity or child workflow. Any other failure (a time-out, a panic) becomes Unavailable
// with Temporal's words. Without an error it returns the zero Failure.
func FailureOf(err error) Failure {
	if err == nil {
		return Failure{}
	}
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		f := Failure{}
		if app.HasDetails() && app.Details(&f) == nil && f.Type != "" {
			return f
		}
		return Failure{Type: ErrorUnavailable, Code: app.Type(), Reason: app.Message()}
	}
	return Failure{Type: ErrorUnavailable, Code: "TEMPORAL", Reason: err.Error()}
}

// IsNotFound reports whether Temporal does not know the workflow: it was not started yet, or its retention has ended.
func IsNotFound(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}
