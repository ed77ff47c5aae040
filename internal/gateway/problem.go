package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"causeway/internal/record"
	"causeway/workflows/contract"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is a refusal or a failure in the form of RFC 9457. It is sent as application/problem+json.
type Problem struct {
	Status int    `json:"status" doc:"The HTTP status."`
	Title  string `json:"title" doc:"The status in words."`
	// Kind and Code are those of the contract's failures.
	Kind   string `json:"kind" doc:"Invalid, NotFound, Conflict, Unauthorized, RateLimited, Unavailable or Refused."`
	Code   string `json:"code" doc:"The kind of problem, for programs."`
	Detail string `json:"detail" doc:"What is wrong, and what to do."`
	// Result is the push's result, where there is one.
	Result *contract.PushResult `json:"result,omitempty"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// invalid makes the refusal of a call that does not match the API's description.
func invalid(status int, message string, errs ...error) huma.StatusError {
	what := []string{message}
	for _, err := range errs {
		what = append(what, err.Error())
	}
	kind, code := contract.ErrorInvalid, "REQUEST"
	if status >= http.StatusInternalServerError {
		kind, code = contract.ErrorUnavailable, "UNREACHED"
	}
	return problem(status, kind, code, strings.Join(what, "; "))
}

func problem(status int, kind, code, detail string) *Problem {
	return &Problem{Status: status, Title: http.StatusText(status), Kind: kind, Code: code, Detail: detail}
}

// statuses maps the types of failures to HTTP statuses.
var statuses = map[string]int{
	contract.ErrorInvalid: http.StatusUnprocessableEntity, contract.ErrorNotFound: http.StatusNotFound, contract.ErrorConflict: http.StatusConflict,
	contract.ErrorRefused: http.StatusConflict, contract.ErrorUnauthorized: http.StatusForbidden,
	contract.ErrorRateLimited: http.StatusServiceUnavailable, contract.ErrorUnavailable: http.StatusServiceUnavailable,
}

// problemOf returns the problem for a failure.
func problemOf(f contract.Failure) *Problem {
	status, known := statuses[f.Type]
	if !known {
		status = http.StatusServiceUnavailable
	}
	return problem(status, f.Type, f.Code, f.Reason)
}

// failed returns the problem for an error of the store or of Temporal, or nil. Errors that the caller must not see
// are logged.
func (g *gateway) failed(err error) error {
	var known *record.Error
	var told *Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &told):
		return told
	case errors.Is(err, context.DeadlineExceeded):
		return problem(http.StatusGatewayTimeout, contract.ErrorUnavailable, "WAIT",
			"the push is not finished yet and continues; repeat the request with the same Idempotency-Key to get its result")
	case errors.As(err, &known):
		return problemOf(contract.Failure{Type: contract.ErrorType(known.Kind), Code: known.Code, Reason: known.Reason()})
	}
	if f := contract.FailureOf(err); f.Type == contract.ErrorInvalid || f.Type == contract.ErrorConflict || f.Type == contract.ErrorRefused {
		return problemOf(f)
	}
	g.Log.Error("call failed", "error", err)
	return problem(http.StatusServiceUnavailable, contract.ErrorUnavailable, "UNREACHED",
		"Causeway or its Temporal server cannot be reached; repeat the request with the same Idempotency-Key")
}
