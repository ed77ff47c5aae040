package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

func logPanic(p any) {
	slog.Error("sandbox handler panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
}

// WriteJSON sends v as the reply's JSON body.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("render reply: %w", err))
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Missing is an error about something that does not exist. Paths of /sandbox/v1 answer it with 404.
type Missing string

func (m Missing) Error() string { return string(m) }

// Admin returns a handler for a path of /sandbox/v1. It reads the request's JSON object, and answers with what fn returns
// or with {"error": ...}. It refuses names that In does not have, so that a misspelt name is not taken for a default.
func Admin[In any](fn func(context.Context, In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			WriteJSON(w, http.StatusBadRequest, map[string]string{"error": "read request: " + err.Error()})
			return
		}
		out, err := fn(r.Context(), in)
		AnswerAdmin(w, out, err)
	}
}

// AnswerAdmin answers as Admin does. It is for paths that read no object.
func AnswerAdmin(w http.ResponseWriter, out any, err error) {
	var missing Missing
	switch {
	case err == nil:
		WriteJSON(w, http.StatusOK, out)
	case errors.As(err, &missing):
		WriteJSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	default:
		WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	}
}
