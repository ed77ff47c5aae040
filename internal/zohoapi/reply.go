package zohoapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxReply is the largest reply that is read, in bytes.
const maxReply = 64 << 20

// Reply is a side's answer. Body is its JSON object, with exact numbers, or nil where there is none.
type Reply struct {
	Status int
	Header http.Header
	Body   map[string]any
}

// Empty reports whether the side had nothing to tell: no content, or nothing modified.
func (r Reply) Empty() bool {
	return r.Status == http.StatusNoContent || r.Status == http.StatusNotModified
}

// List returns the objects under a key. An empty reply has none.
func (r Reply) List(key string) ([]map[string]any, error) {
	if r.Empty() {
		return nil, nil
	}
	list, ok := r.Body[key].([]any)
	if !ok {
		return nil, fmt.Errorf("%q is not a list", key)
	}
	out := make([]map[string]any, len(list))
	for i, v := range list {
		if out[i], ok = v.(map[string]any); !ok {
			return nil, fmt.Errorf("%q holds something that is not an object", key)
		}
	}
	return out, nil
}

// Object returns the object under a key.
func (r Reply) Object(key string) (map[string]any, error) {
	object, ok := r.Body[key].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%q is not an object", key)
	}
	return object, nil
}

// Text returns the string under a key. A missing or null one is "". Any other type is an error.
func Text(object map[string]any, key string) (string, error) {
	switch v := object[key].(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	default:
		return "", fmt.Errorf("%q is not a text", key)
	}
}

// ID returns the id under a key. A missing id is an error.
func ID(object map[string]any, key string) (string, error) {
	id, err := Text(object, key)
	if err == nil && id == "" {
		return "", fmt.Errorf("%q is missing", key)
	}
	return id, err
}

// decode reads one JSON object, and nothing after it.
func decode(body []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var out map[string]any
	if err := dec.Decode(&out); err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errors.New("it is null")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return out, nil
}
