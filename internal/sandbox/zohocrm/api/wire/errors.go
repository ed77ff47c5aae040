package wire

import (
	"errors"
	"log/slog"
	"net/http"

	"causeway/internal/sandbox/platform"
)

// Error is an error reply of Zoho CRM: {"code","details","message","status":"error"}.
type Error struct {
	Status  int
	Code    string
	Message string
	Details map[string]any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Body returns the error's JSON, which is also that of a refused record in the reply to a write.
func (e *Error) Body() map[string]any {
	details := e.Details
	if details == nil {
		details = map[string]any{}
	}
	return map[string]any{"code": e.Code, "details": details, "message": e.Message, "status": "error"}
}

// BadRequest is an error reply with status 400.
func BadRequest(code, message string, details map[string]any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: code, Message: message, Details: details}
}

// The error replies that several calls share.

// ErrMissingParam refuses a call that lacks a parameter.
func ErrMissingParam(name string) *Error {
	return BadRequest("REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", map[string]any{"param_name": name})
}

// ErrInvalidModule refuses a path with a module that does not exist.
func ErrInvalidModule() *Error {
	return BadRequest("INVALID_MODULE", "the module name given seems to be invalid", map[string]any{"resource_path_index": 0})
}

// ErrInvalidID refuses a path with the id of no record.
func ErrInvalidID() *Error {
	return BadRequest("INVALID_DATA", "the id given seems to be invalid", map[string]any{"resource_path_index": 1})
}

// ErrInvalidParam refuses a parameter's value.
func ErrInvalidParam(name string) *Error {
	return BadRequest("INVALID_DATA", "invalid data", map[string]any{"param_name": name})
}

// ErrPattern refuses a parameter that takes one of a few words only.
func ErrPattern(name string) *Error {
	return BadRequest("PATTERN_NOT_MATCHED", "Please check whether the input values are correct", map[string]any{"param_name": name})
}

// ErrAmbiguous refuses parameters that exclude each other.
func ErrAmbiguous(names ...string) *Error {
	due := make([]any, len(names))
	for i, n := range names {
		due[i] = map[string]any{"param_name": n}
	}
	return BadRequest("AMBIGUITY_DURING_PROCESSING", "Ambiguity while processing the request", map[string]any{"ambiguity_due_to": due})
}

// ErrURL refuses a path that the API does not have.
func ErrURL() *Error {
	return &Error{Status: http.StatusNotFound, Code: "INVALID_URL_PATTERN",
		Message: "Please check if the URL trying to access is a correct one"}
}

func errMethod() *Error {
	return &Error{Status: http.StatusMethodNotAllowed, Code: "INVALID_REQUEST_METHOD",
		Message: "The http request method type is not a valid one"}
}

// ErrScope refuses a token that lacks the scope of the call.
func ErrScope() *Error {
	return &Error{Status: http.StatusUnauthorized, Code: "OAUTH_SCOPE_MISMATCH",
		Message: "invalid oauth scope to access this URL"}
}

func errInternal() *Error {
	return &Error{Status: http.StatusInternalServerError, Code: "INTERNAL_ERROR", Message: "Internal Server Error"}
}

// ErrAlreadyModified refuses an update of a record that changed after the time in If-Unmodified-Since.
func ErrAlreadyModified() *Error {
	return &Error{Status: http.StatusPreconditionFailed, Code: "ALREADY_MODIFIED",
		Message: "record updated time has already passed if-unmodified-since time"}
}

// ErrView refuses a view whose condition no longer suits the module's fields.
func ErrView() *Error {
	return BadRequest("INVALID_DATA", "Customview not accessible", map[string]any{"param_name": "cvid"})
}

// ErrJSON refuses a body that is not a JSON object.
func ErrJSON() *Error {
	return BadRequest("INVALID_DATA", "body", map[string]any{"expected_data_type": "jsonobject"})
}

// WriteRefusal answers a call that the gate refused. rateLimitCode is the code for a call beyond a limit.
func WriteRefusal(w http.ResponseWriter, refusal platform.Refusal, rateLimitCode string) {
	e := errInternal()
	switch refusal.Kind {
	case platform.BadToken:
		e = &Error{Status: http.StatusUnauthorized, Code: "INVALID_TOKEN", Message: "invalid oauth token"}
	case platform.TooPerMinute, platform.TooPerDay, platform.TooConcurrent:
		e = &Error{Status: http.StatusTooManyRequests, Code: rateLimitCode,
			Message: "too many requests. please try again after some time"}
		if e.Code == "RATE_LIMIT_EXCEEDED" {
			e.Message = "Too many requests. Please try again later."
		}
	}
	platform.WriteJSON(w, e.Status, e.Body())
}

// WriteError answers with err if it is an Error. Any other error is logged and answered with status 500.
func WriteError(w http.ResponseWriter, err error) {
	var e *Error
	if !errors.As(err, &e) {
		logger.Error("CRM sandbox call failed", "error", err)
		e = errInternal()
	}
	platform.WriteJSON(w, e.Status, e.Body())
}

var logger = slog.Default()
