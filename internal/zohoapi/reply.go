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

// Reply is a side's answer. Body holds its JSON object, with numbers kept exact; nil where there is none.
type Reply struct {
	Status int
	Header http.Header
	Body   map[string]any
}

// Empty says that the side had nothing to tell: no content, or nothing modified.
func (r Reply) Empty() bool {
	return r.Status == http.StatusNoContent || r.Status == http.StatusNotModified
}

// List is the objects under a key; none where the reply is empty.
func (r Reply) List(key string) ([]map[string]any, error) {
	if r.Empty() {
		return nil, nil
	}
	list, ok := r.Body[key].([]any)
	if !ok {
		return nil, fmt.Errorf("%q is no list", key)
	}
	out := make([]map[string]any, len(list))
	for i, v := range list {
		if out[i], ok = v.(map[string]any); !ok {
			return nil, fmt.Errorf("%q holds something that is no object", key)
		}
	}
	return out, nil
}

// Object is the object under a key.
func (r Reply) Object(key string) (map[string]any, error) {
	object, ok := r.Body[key].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%q is no object", key)
	}
	return object, nil
}

// Text is the string under a key of an object, which may be missing or null but nothing else.
func Text(object map[string]any, key string) (string, error) {
	switch v := object[key].(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	default:
		return "", fmt.Errorf("%q is no text", key)
	}
}

// ID is the id under a key of an object. It must be there.
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
