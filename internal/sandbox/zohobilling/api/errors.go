package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"causeway/internal/sandbox/platform"
)

// Error is a refusal in Zoho Billing's format.
type Error struct {
	status  int
	code    int
	message string
}

func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.code, e.message) }

// ErrURL answers a path that does not exist.
var ErrURL = &Error{http.StatusNotFound, 5, "Invalid URL Passed"}

var (
	errToken    = &Error{http.StatusUnauthorized, 14, "You are not authorized to perform this operation"}
	errScope    = &Error{http.StatusUnauthorized, 57, "You are not authorized to perform this operation"}
	errInternal = &Error{http.StatusInternalServerError, 1000, "Internal error"}
)

// MethodNotAllowed answers a path that exists, but not with this method.
func MethodNotAllowed(method string) *Error {
	return &Error{http.StatusMethodNotAllowed, 37, fmt.Sprintf("The HTTP method %s is not allowed for the requested resource", method)}
}

// Invalid refuses the value of a field or a parameter.
func Invalid(what string) *Error {
	return &Error{http.StatusBadRequest, 2, "Invalid value passed for " + what}
}

// Refused is a refusal with a code of its own.
func Refused(code int, format string, args ...any) *Error {
	return &Error{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// NotFound answers a record that does not exist.
func NotFound(code int, format string, args ...any) *Error {
	return &Error{http.StatusNotFound, code, fmt.Sprintf(format, args...)}
}

func writeError(w http.ResponseWriter, err error) {
	var known *Error
	if !errors.As(err, &known) {
		slog.Error("billing sandbox failed", "error", err)
		known = errInternal
	}
	platform.WriteJSON(w, known.status, map[string]any{"code": known.code, "message": known.message})
}

// WriteRefusal writes a refusal of the platform (a token, a limit) in Zoho Billing's format.
func WriteRefusal(w http.ResponseWriter, refusal platform.Refusal) {
	const tooMany = http.StatusTooManyRequests
	switch refusal.Kind {
	case platform.BadToken:
		writeError(w, errToken)
	case platform.TooPerMinute:
		writeError(w, &Error{tooMany, 44, "For security reasons your organization has been blocked as it have exceeded " +
			"the maximum number of requests per minute that can originate from an organization."})
	case platform.TooPerDay:
		writeError(w, &Error{tooMany, 45, fmt.Sprintf(
			"The API call for this organization has exceeded the maximum call rate limit of %d.", refusal.Limit)})
	case platform.TooConcurrent:
		writeError(w, &Error{tooMany, 1070,
			"You have reached the maximum number of in process requests allowed. Kindly try again after some time."})
	default:
		writeError(w, errInternal)
	}
}
