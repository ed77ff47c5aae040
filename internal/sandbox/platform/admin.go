package platform

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// Missing is an error about something that is not there: a path of /sandbox/v1 answers it with 404.
type Missing string

func (m Missing) Error() string { return string(m) }

// Admin makes a path of /sandbox/v1 of fn: it reads the request's JSON object, and answers with what fn gives, or with
// {"error": ...}. Names that In does not have are refused, so that a misspelt one does not pass for a default.
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

// AnswerAdmin answers as Admin does, for paths that read no object.
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
