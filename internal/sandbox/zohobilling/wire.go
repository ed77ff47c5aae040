package zohobilling

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"causeway/internal/sandbox/platform"
)

// apiError is a refusal in billing's format.
type apiError struct {
	status  int
	code    int
	message string
}

func (e *apiError) Error() string { return fmt.Sprintf("%d: %s", e.code, e.message) }

var (
	errToken = &apiError{http.StatusUnauthorized, 14, "You are not authorized to perform this operation"}
	errScope = &apiError{http.StatusUnauthorized, 57, "You are not authorized to perform this operation"}
	errURL   = &apiError{http.StatusNotFound, 5, "Invalid URL Passed"}
)

func errMethod(method string) *apiError {
	return &apiError{http.StatusMethodNotAllowed, 37, fmt.Sprintf("The HTTP method %s is not allowed for the requested resource", method)}
}

func invalid(what string) *apiError {
	return &apiError{http.StatusBadRequest, 2, "Invalid value passed for " + what}
}

func refused(code int, format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func notFound(code int, format string, args ...any) *apiError {
	return &apiError{http.StatusNotFound, code, fmt.Sprintf(format, args...)}
}

func writeError(w http.ResponseWriter, err error) {
	var known *apiError
	if !errors.As(err, &known) {
		slog.Error("billing sandbox failed", "error", err)
		known = &apiError{http.StatusInternalServerError, 1000, "Internal error"}
	}
	platform.WriteJSON(w, known.status, map[string]any{"code": known.code, "message": known.message})
}

// WriteError renders the platform's refusals in billing's format.
func (o *Org) WriteError(w http.ResponseWriter, _ *http.Request, refusal platform.Refusal) {
	const tooMany = http.StatusTooManyRequests
	switch refusal.Kind {
	case platform.BadToken:
		writeError(w, errToken)
	case platform.TooPerMinute:
		writeError(w, &apiError{tooMany, 44, "For security reasons your organization has been blocked as it have exceeded " +
			"the maximum number of requests per minute that can originate from an organization."})
	case platform.TooPerDay:
		writeError(w, &apiError{tooMany, 45, fmt.Sprintf(
			"The API call for this organization has exceeded the maximum call rate limit of %d.", refusal.Limit)})
	case platform.TooConcurrent:
		writeError(w, &apiError{tooMany, 1070,
			"You have reached the maximum number of in process requests allowed. Kindly try again after some time."})
	default:
		writeError(w, &apiError{http.StatusInternalServerError, 1000, "Internal error"})
	}
}

// reply is a good answer: the envelope's message, and what stands beside it.
type reply struct {
	status  int
	message string
	parts   []part

	file     []byte // in place of all that
	fileType string
}

type part struct {
	key   string
	value json.RawMessage
}

func ok(parts ...part) reply { return reply{status: http.StatusOK, message: "success", parts: parts} }

func done(message string, parts ...part) reply {
	return reply{status: http.StatusOK, message: message, parts: parts}
}

func created(message string, parts ...part) reply {
	return reply{status: http.StatusCreated, message: message, parts: parts}
}

func partOf(key string, v any) part {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("render %s: %w", key, err))
	}
	return part{key, raw}
}

// write renders the envelope around values that are JSON already, or the file.
func (r reply) write(w http.ResponseWriter) {
	if r.file != nil {
		w.Header().Set("Content-Type", r.fileType)
		w.WriteHeader(r.status)
		_, _ = w.Write(r.file)
		return
	}
	var b bytes.Buffer
	b.WriteString(`{"code":0,"message":`)
	b.Write(partOf("message", r.message).value)
	for _, p := range r.parts {
		b.WriteString(`,"` + p.key + `":`)
		b.Write(p.value)
	}
	b.WriteByte('}')
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(r.status)
	_, _ = w.Write(b.Bytes())
}

// decode reads a request's JSON body, or its JSONString form field, which the platform's older clients send.
func (c *call) decode(into any) error {
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(c.r.Body); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	body := raw.Bytes()
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(body)); err == nil && form.Has("JSONString") {
			body = []byte(form.Get("JSONString"))
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return invalid("JSONString")
	}
	return decodeShape(body, into)
}

// decodeShape names the field whose type is wrong.
func decodeShape(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	var typed *json.UnmarshalTypeError
	var known *apiError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &typed) && typed.Field != "":
		_, field, found := strings.Cut(typed.Field, "Fields.") // the name of an embedded struct is none of the caller's
		if !found {
			field = typed.Field
		}
		return invalid(field)
	case err != nil:
		return invalid("JSONString")
	}
	return nil
}
