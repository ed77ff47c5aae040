package zohocrm

import (
	"errors"
	"net/http"

	"causeway/internal/sandbox/platform"
)

// apiError is a refusal as Zoho CRM writes it: {"code","details","message","status":"error"}.
type apiError struct {
	status  int
	code    string
	message string
	details map[string]any
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// body is the error's JSON form; also that of one item of a write's reply.
func (e *apiError) body() map[string]any {
	details := e.details
	if details == nil {
		details = map[string]any{}
	}
	return map[string]any{"code": e.code, "details": details, "message": e.message, "status": "error"}
}

func badRequest(code, message string, details map[string]any) *apiError {
	return &apiError{status: http.StatusBadRequest, code: code, message: message, details: details}
}

// The errors of the contract's table that more than one place gives.

func errMissingParam(name string) *apiError {
	return badRequest("REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", map[string]any{"param_name": name})
}

func errInvalidModule() *apiError {
	return badRequest("INVALID_MODULE", "the module name given seems to be invalid", map[string]any{"resource_path_index": 0})
}

func errInvalidID() *apiError {
	return badRequest("INVALID_DATA", "the id given seems to be invalid", map[string]any{"resource_path_index": 1})
}

func errInvalidParam(name string) *apiError {
	return badRequest("INVALID_DATA", "invalid data", map[string]any{"param_name": name})
}

func errPattern(name string) *apiError {
	return badRequest("PATTERN_NOT_MATCHED", "Please check whether the input values are correct", map[string]any{"param_name": name})
}

func errAmbiguous(names ...string) *apiError {
	due := make([]any, len(names))
	for i, n := range names {
		due[i] = map[string]any{"param_name": n}
	}
	return badRequest("AMBIGUITY_DURING_PROCESSING", "Ambiguity while processing the request", map[string]any{"ambiguity_due_to": due})
}

func errURL() *apiError {
	return &apiError{status: http.StatusNotFound, code: "INVALID_URL_PATTERN",
		message: "Please check if the URL trying to access is a correct one"}
}

func errMethod() *apiError {
	return &apiError{status: http.StatusMethodNotAllowed, code: "INVALID_REQUEST_METHOD",
		message: "The http request method type is not a valid one"}
}

func errScope() *apiError {
	return &apiError{status: http.StatusUnauthorized, code: "OAUTH_SCOPE_MISMATCH",
		message: "invalid oauth scope to access this URL"}
}

func errInternal() *apiError {
	return &apiError{status: http.StatusInternalServerError, code: "INTERNAL_ERROR", message: "Internal Server Error"}
}

func errAlreadyModified() *apiError {
	return &apiError{status: http.StatusPreconditionFailed, code: "ALREADY_MODIFIED",
		message: "record updated time has already passed if-unmodified-since time"}
}

// errView is the refusal of a view whose condition no longer suits the module's fields.
func errView() *apiError {
	return badRequest("INVALID_DATA", "Customview not accessible", map[string]any{"param_name": "cvid"})
}

func errJSON() *apiError {
	return badRequest("INVALID_DATA", "body", map[string]any{"expected_data_type": "jsonobject"})
}

// writeRefusal answers what the gate refuses in the CRM's format. rateLimitCode is the code of a call beyond a limit.
func writeRefusal(w http.ResponseWriter, refusal platform.Refusal, rateLimitCode string) {
	e := errInternal()
	switch refusal.Kind {
	case platform.BadToken:
		e = &apiError{status: http.StatusUnauthorized, code: "INVALID_TOKEN", message: "invalid oauth token"}
	case platform.TooPerMinute, platform.TooPerDay, platform.TooConcurrent:
		e = &apiError{status: http.StatusTooManyRequests, code: rateLimitCode,
			message: "too many requests. please try again after some time"}
		if e.code == "RATE_LIMIT_EXCEEDED" {
			e.message = "Too many requests. Please try again later."
		}
	}
	platform.WriteJSON(w, e.status, e.body())
}

// writeError answers with an error: Zoho's where it is one, a 500 for what should not happen.
func writeError(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		logger.Error("CRM sandbox call failed", "error", err)
		e = errInternal()
	}
	platform.WriteJSON(w, e.status, e.body())
}
