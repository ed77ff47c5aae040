package zohoapi

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

// fake is both an accounts server and a side.
type fake struct {
	url    string
	tokens atomic.Int32 // token requests
	calls  atomic.Int32 // API calls

	// refuse is the error of the accounts server, if any; life of its tokens, in seconds.
	refuse atomic.Value
	life   atomic.Int32
}

func newFake(t *testing.T, api http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{}
	f.refuse.Store("")
	f.life.Store(3600)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/v2/token", func(w http.ResponseWriter, r *http.Request) {
		n := f.tokens.Add(1)
		if code := f.refuse.Load().(string); code != "" {
			answer(w, http.StatusOK, map[string]any{"error": code})
			return
		}
		answer(w, http.StatusOK, map[string]any{"access_token": fmt.Sprintf("token-%d", n), "api_domain": "http://" + r.Host,
			"scope": "S.modules.READ S.settings.ALL", "token_type": "Bearer", "expires_in": f.life.Load()})
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		f.calls.Add(1)
		api(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

func (f *fake) client(t *testing.T) *Client {
	t.Helper()
	return New(f.config())
}

func (f *fake) config() Config {
	return Config{Side: record.Billing, Credential: record.Credential{AccountsURL: f.url + "/", ClientID: "id", ClientSecret: "secret",
		RefreshToken: "refresh"}, Grant: budget.New().For("test", record.Billing, budget.Limits{InFlight: 200}), Judge: testJudge}
}

// testJudge decides by the code in {"code": 401|400|...}.
func testJudge(r Reply) *Refusal {
	code, _ := r.Body["code"].(json.Number)
	switch code {
	case "", "0":
		return nil
	case "401":
		return &Refusal{Failure: record.Error{Kind: record.Unauthorized, Code: "401", Message: "bad token"}, BadToken: true}
	case "429":
		return &Refusal{Failure: record.Error{Kind: record.RateLimited, Code: "429", Message: "slow down"}}
	case "45":
		return &Refusal{Failure: record.Error{Kind: record.RateLimited, Code: "45", Message: "over for today"}, Wait: time.Hour}
	default:
		return &Refusal{Failure: record.Error{Kind: record.Invalid, Code: code.String(), Message: "wrong"}}
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// reset makes the client see a connection reset.
func reset(t *testing.T, w http.ResponseWriter) {
	t.Helper()
	conn, _, err := http.NewResponseController(w).Hijack()
	require.NoError(t, err)
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func read() Call {
	return Call{Method: http.MethodGet, Path: "/api/things", Class: budget.Read, Op: "list things"}
}
func write() Call {
	return Call{Method: http.MethodPost, Path: "/api/things", Class: budget.Write, Op: "create thing", Body: map[string]any{"a": 1}}
}

func failure(t *testing.T, err error) *record.Error {
	t.Helper()
	var e *record.Error
	require.ErrorAs(t, err, &e)
	return e
}
