package zoho

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// refusalOf returns the CRM's refusal in a reply, or nil if there is none.
func refusalOf(r zohoapi.Reply) *zohoapi.Refusal {
	code, _ := r.Body["code"].(string)
	status, _ := r.Body["status"].(string)
	if r.Status < 300 && (code == "" || status != "error") {
		return nil
	}
	if code == "" {
		return nil // not a reply of the CRM itself; the status is enough
	}
	details, ok := r.Body["details"].(map[string]any)
	if code == "INVALID_DATA" && !ok && r.Body["details"] != nil {
		// Only the details tell an unknown record from a wrong request. Without them it is neither.
		return &zohoapi.Refusal{Failure: record.Error{Kind: record.Unavailable, Code: "WRONG_TYPE", Message: "the CRM's reply does not have the documented form"}}
	}
	message, _ := r.Body["message"].(string)
	out := &zohoapi.Refusal{Failure: record.Error{Kind: kindOf(r.Status, code, details), Code: code, Message: message + detail(details)}}
	switch code {
	case "INVALID_TOKEN", "AUTHENTICATION_FAILURE":
		out.BadToken = true
		out.Failure.Remedy = "a new access token was refused too: check that the refresh token belongs to this data centre and was not revoked"
	case "OAUTH_SCOPE_MISMATCH":
		out.Scope = true
		out.Failure.Remedy = "make a new refresh token with the scope for this call, then run `starter connect` or `starter reauthorize` with it"
	case "NO_PERMISSION":
		out.Failure.Remedy = "give the user who made the refresh token a profile with this permission"
	case "INVALID_QUERY":
		out.Failure.Remedy = "check that the fields of the field maps exist in the CRM"
	}
	return out
}

func kindOf(status int, code string, details map[string]any) record.Kind {
	switch {
	case status == http.StatusTooManyRequests, code == "TOO_MANY_REQUESTS", code == "RATE_LIMIT_EXCEEDED":
		return record.RateLimited
	case code == "OAUTH_SCOPE_MISMATCH", code == "INVALID_TOKEN", code == "AUTHENTICATION_FAILURE", code == "NO_PERMISSION", status == http.StatusUnauthorized:
		return record.Unauthorized
	case code == "CURRENCIES_NOT_ENABLED", code == "NOT_SUPPORTED":
		return record.Invalid
	case status == http.StatusForbidden:
		return record.Unauthorized
	case status == http.StatusNotFound, code == "RESOURCE_NOT_FOUND":
		return record.NotFound
	case code == "INVALID_DATA" && fmt.Sprint(details["resource_path_index"]) == "1":
		return record.NotFound // the second part of the path is the record's id
	case code == "DUPLICATE_DATA", code == "ALREADY_MODIFIED":
		return record.Conflict
	case code == "INTERNAL_ERROR", code == "INTERNAL_SERVER_ERROR":
		return record.Unavailable
	default:
		return record.Invalid
	}
}

// detail returns the part of an error's details that tells where the error is.
func detail(details map[string]any) string {
	for _, key := range []string{"column_name", "api_name", "param_name", "clause", "reason", "near"} {
		if text, ok := details[key].(string); ok && text != "" {
			return fmt.Sprintf(" (%s %s)", strings.ReplaceAll(key, "_", " "), cmp.Or(text, "?"))
		}
	}
	return ""
}

// refusal returns why a record was refused, in the CRM's words, with the field. If there are several reasons
// (MULTIPLE_OR_MULTI_ERRORS [A]), it returns all of them.
func refusal(row map[string]any) string {
	details, _ := row["details"].(map[string]any)
	var reasons []string
	list, _ := details["errors"].([]any)
	for _, e := range list {
		if one, ok := e.(map[string]any); ok {
			reasons = append(reasons, refusal(one))
		}
	}
	if len(reasons) > 0 {
		return strings.Join(reasons, "; ")
	}
	out := text(row, "message") + detail(details)
	if other, ok := details["id"].(string); ok && row["code"] == "DUPLICATE_DATA" {
		out += ", which record " + other + " has"
	}
	return out
}

// refusedWith reports whether the CRM refused a call with one of these codes.
func refusedWith(err error, codes ...string) bool {
	var e *record.Error
	return errors.As(err, &e) && slices.Contains(codes, e.Code)
}

// viewError turns a refusal into VIEW_DELETED where the view no longer exists.
func viewError(err error, op, view string) error {
	var e *record.Error
	if !errors.As(err, &e) || e.Kind != record.Invalid || !strings.Contains(e.Message, "cvid") {
		return err
	}
	return &record.Error{Kind: record.NotFound, Side: record.CRM, Op: op, Code: "VIEW_DELETED", RecordID: view,
		Message: "the view was deleted in the CRM", Remedy: "choose another view, or `all`", Err: err}
}
