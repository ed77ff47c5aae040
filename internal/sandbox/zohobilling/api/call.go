package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"causeway/internal/sandbox/platform"
)

// Handler answers one call of an organisation.
type Handler func(c *Call) (Reply, error)

// Call is a request whose scope and organisation are checked.
type Call struct {
	Request  *http.Request
	Org      string            // the organisation's id
	Params   map[string]string // from the path, by the names in the route
	Settings platform.Values   // as they were when the call came in
}

// Query returns the first value of a query parameter.
func (c *Call) Query(name string) string { return c.Request.URL.Query().Get(name) }

// Decode reads the request's JSON body, or its JSONString form field: the platform's older clients send that.
func (c *Call) Decode(into any) error {
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(c.Request.Body); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	body := raw.Bytes()
	if strings.HasPrefix(c.Request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(body)); err == nil && form.Has("JSONString") {
			body = []byte(form.Get("JSONString"))
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return Invalid("JSONString")
	}
	return DecodeShape(body, into)
}

// DecodeShape decodes JSON. Its refusal names the field that has the wrong type.
func DecodeShape(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	var typed *json.UnmarshalTypeError
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &typed) && typed.Field != "":
		// The decoder puts the name of an embedded struct (customerFields) before the field. Callers do not know it.
		_, field, found := strings.Cut(typed.Field, "Fields.")
		if !found {
			field = typed.Field
		}
		return Invalid(field)
	case err != nil:
		return Invalid("JSONString")
	}
	return nil
}

// Upload reads the file of a form, of at most limit bytes.
func (c *Call) Upload(field string, limit int64) (platform.Upload, error) {
	in, err := platform.ReadUpload(c.Request, field, limit)
	if errors.Is(err, platform.ErrNoFile) || errors.Is(err, platform.ErrFileSize) {
		err = Invalid(field)
	}
	return in, err
}
