package platform

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// requestForm reads the parameters of a request for tokens. Real clients send them in several ways: as multipart, as
// urlencoded, or in the query with a body that means nothing. The body wins.
func requestForm(r *http.Request) (url.Values, error) {
	form := r.URL.Query()
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		if params["boundary"] == "" {
			return nil, errInvalidRequest
		}
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return nil, fmt.Errorf("read form: %w", err)
		}
		for key, values := range r.MultipartForm.Value {
			form[key] = values
		}
	case "application/json":
		_ = json.NewDecoder(r.Body).Decode(&struct{}{}) // an empty object; the parameters are in the query
	default:
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return nil, fmt.Errorf("read form: %w", err)
		}
		// A JSON body without a content type is not a form.
		if values, err := url.ParseQuery(string(body)); err == nil && !strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
			for key, v := range values {
				form[key] = v
			}
		}
	}
	return form, nil
}

// baseURL returns the scheme, host and port that the client called.
func baseURL(r *http.Request) string { return "http://" + r.Host }
