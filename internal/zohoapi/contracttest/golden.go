package contracttest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Exchange is a golden request with its reply, as in a file of testdata.
type Exchange struct {
	Request struct {
		Method string            `json:"method"`
		Path   string            `json:"path"`
		Query  map[string]string `json:"query"`
		Header map[string]string `json:"header"`
		Body   json.RawMessage   `json:"body"`
	} `json:"request"`
	Reply struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	} `json:"reply"`
}

// Serve starts a side, with its accounts server, that expects exactly the requests of a golden file, in their order. The test
// fails if some were not made.
func Serve(t *testing.T, file string) (url string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	var exchanges []Exchange
	require.NoError(t, json.Unmarshal(data, &exchanges), file)
	next := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/v2/token" {
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "golden", "api_domain": "http://" + r.Host, "expires_in": 3600})
			return
		}
		if next >= len(exchanges) {
			t.Errorf("%s: %s %s is one request too many", file, r.Method, r.URL)
			return
		}
		e := exchanges[next]
		next++
		e.compare(t, file, r)
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.WriteHeader(e.Reply.Status)
		_, _ = w.Write(e.Reply.Body)
	}))
	t.Cleanup(func() {
		server.Close()
		if next != len(exchanges) {
			t.Errorf("%s: %d of %d requests were made", file, next, len(exchanges))
		}
	})
	return server.URL
}

func (e Exchange) compare(t *testing.T, file string, r *http.Request) {
	t.Helper()
	if got, want := r.Method+" "+r.URL.Path, e.Request.Method+" "+e.Request.Path; got != want {
		t.Errorf("%s: got %s, want %s", file, got, want)
	}
	query := r.URL.Query()
	if len(query) != len(e.Request.Query) {
		t.Errorf("%s: query %v, want %v", file, query, e.Request.Query)
	}
	for name, want := range e.Request.Query {
		if query.Get(name) != want {
			t.Errorf("%s: query %s=%q, want %q", file, name, query.Get(name), want)
		}
	}
	for name, want := range e.Request.Header {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: header %s: %q, want %q", file, name, got, want)
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("%s: %v", file, err)
	}
	if same(body) != same(e.Request.Body) {
		t.Errorf("%s: body %s, want %s", file, body, e.Request.Body)
	}
}

// same returns JSON in a form in which equal values are equal texts.
func same(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return string(data)
	}
	out, _ := json.Marshal(v)
	return string(out)
}
