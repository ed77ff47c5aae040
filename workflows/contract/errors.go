package contract

import (
	"errors"
	"strings"

	"causeway/internal/record"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

// The types of Temporal application errors that Causeway's workflows, activities and validators give. The
// list is closed; branch on the type, never on the text.
const (
	ErrorInvalid      = "Invalid"
	ErrorNotFound     = "NotFound"
	ErrorConflict     = "Conflict"
	ErrorUnauthorized = "Unauthorized"
	ErrorRateLimited  = "RateLimited"
	ErrorUnavailable  = "Unavailable"
	// ErrorRefused is a message that the connection's state does not allow.
	ErrorRefused = "Refused"
)

// The codes of what a connection refuses by itself.
const (
	CodeRequest = "REQUEST" // the request is wrong, whatever the state
	CodeState   = "STATE"   // the connection's state does not allow it
)

// ErrorType is the type under which a failure of that kind passes Temporal.
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

// Failure is what a failed activity or workflow says of itself: no personal data, a code and a reason.
type Failure struct {
	Type   string `json:"type"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
	// RetryAfterMS, in milliseconds, is when the side takes calls again, where it says so.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// String is the reason with the code, which most reasons name already.
func (f Failure) String() string {
	code := "[" + f.Code + "]"
	if f.Code == "" || strings.Contains(f.Reason, code) {
		return f.Reason
	}
	return f.Reason + " " + code
}

// Retryable says whether the same call may well succeed later.
func (f Failure) Retryable() bool {
	return f.Type == ErrorUnavailable || f.Type == ErrorRateLimited
}

// Error is the failure as a Temporal application error, for the answer to an update.
func (f Failure) Error() error {
	return temporal.NewApplicationErrorWithOptions(f.Reason, f.Type, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f}})
}

// FailureOf reads the failure of an activity or child workflow. A failure that is none of ours (a
// time-out, a panic) is Unavailable, with Temporal's own words; of no error it is the zero Failure.
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

// IsNotFound says that Temporal knows no such workflow: one that has not been started yet, or whose
// retention has ended.
func IsNotFound(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}
