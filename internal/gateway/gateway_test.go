package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"causeway/internal/gateway"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// pushes returns set answers and keeps the requests.
type pushes struct {
	answer contract.PushResult
	err    error
	hangs  bool
	in     contract.PushInput
	req    contract.PushRequest
	asked  int
}

func (p *pushes) Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error) {
	p.asked++
	p.in, p.req = in, req
	if p.hangs {
		<-ctx.Done()
		return contract.PushResult{}, ctx.Err()
	}
	return p.answer, p.err
}

// whose knows one token and one user.
type whose struct {
	token    administration.APIToken
	hash     string
	standing permission.User
}

func (w whose) APITokenOf(_ context.Context, hash string, _ time.Time) (administration.APIToken, error) {
	if hash != w.hash {
		return administration.APIToken{}, &record.Error{Kind: record.NotFound, Message: "none"}
	}
	return w.token, nil
}

func (w whose) PermissionOf(context.Context, string, string) (permission.User, error) {
	return w.standing, nil
}

type bench struct {
	*pushes
	token string
	url   string
}

func serve(t *testing.T, p *pushes, change func(*whose)) bench {
	t.Helper()
	token, hash := gateway.NewToken()
	w := whose{hash: hash, standing: permission.User{Known: true, Profile: "Sales", Permission: permission.Everything()}}
	if change != nil {
		change(&w)
	}
	server := httptest.NewServer(gateway.Handler(gateway.Options{Pusher: p, Tokens: w, Permissions: w, Wait: 100 * time.Millisecond,
		Log: slog.New(slog.DiscardHandler), Now: time.Now}))
	t.Cleanup(server.Close)
	return bench{p, token, server.URL}
}

const (
	path    = "/api/v1/connections/demo/transactions"
	comment = `{"type":"quote","transaction":"q-1","action":"comment","user":"5820000000090001","comment":"They called"}`
)

// ask makes a call as an application does. headers replace its own.
func (b bench) ask(t *testing.T, body string, headers ...string) (int, map[string]any, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+b.token)
	req.Header.Set("Idempotency-Key", "k-1")
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(raw, &out), "%s", raw)
	return resp.StatusCode, out, resp.Header
}

func TestAPushIsAnsweredWithWhatBillingHas(t *testing.T) {
	t.Parallel()
	b := serve(t, &pushes{answer: contract.PushResult{Status: contract.PushDone, Sequence: 4, Transaction: &contract.TransactionState{Number: "INV-1", Total: "54.30"}}}, nil)
	status, body, _ := b.ask(t, `{"type":"invoice","transaction":"i-1","user":"5820000000090001",
		"document":{"account":"5820000000100001","lines":[{"product":"5820000000190000","quantity":"3","discount":"5%"}]}}`)
	require.Equal(t, http.StatusOK, status, "%v", body)
	require.Equal(t, "54.30", body["transaction"].(map[string]any)["total"])
	require.Equal(t, contract.PushInput{Connection: "demo", Type: "invoice", Transaction: "i-1"}, b.in)
	require.Equal(t, "k-1", b.req.Key)
	require.Equal(t, []contract.Line{{Product: "5820000000190000", Quantity: "3", Discount: "5%"}}, b.req.Document.Lines)
}

func TestAPushThatIsQueuedIsAccepted(t *testing.T) {
	t.Parallel()
	b := serve(t, &pushes{answer: contract.PushResult{Status: contract.PushQueued, Position: 3}}, nil)
	status, body, _ := b.ask(t, comment)
	require.Equal(t, http.StatusAccepted, status)
	require.InDelta(t, 3, body["position"], 0)
}

func TestWhatIsRefusedOrHasFailedIsAProblemWithItsCodeAndWhatToDo(t *testing.T) {
	t.Parallel()
	for want, p := range map[int]*pushes{
		409: {answer: contract.PushResult{Status: contract.PushRefused, State: "disabled", Failure: &contract.Failure{Type: contract.ErrorRefused, Code: "STATE", Reason: "the connection is disabled"}}},
		422: {answer: contract.PushResult{Status: contract.PushFailed, Failure: &contract.Failure{Type: contract.ErrorInvalid, Code: "LINES", Reason: "line 2 is of a product that is gone; take another"}}},
		403: {answer: contract.PushResult{Status: contract.PushRefused, Failure: &contract.Failure{Type: contract.ErrorUnauthorized, Code: "PERMISSION", Reason: "no right"}}},
		503: {err: errors.New("connection refused")},
		504: {hangs: true},
	} {
		status, body, header := serve(t, p, nil).ask(t, comment)
		require.Equal(t, want, status, "%v", body)
		require.Equal(t, "application/problem+json", header.Get("Content-Type"))
		require.NotEmpty(t, body["code"])
		require.NotEmpty(t, body["detail"])
		require.NotContains(t, body["detail"], "connection refused", "what is inside stays inside")
		if p.answer.Failure != nil {
			require.Equal(t, p.answer.Failure.Code, body["code"])
			require.Equal(t, p.answer.Failure.Reason, body["detail"])
			require.Equal(t, p.answer.Status, body["result"].(map[string]any)["status"])
		}
	}
}

func TestACallWithoutAGoodTokenOrAKeyAsksForNothing(t *testing.T) {
	t.Parallel()
	b := serve(t, &pushes{}, nil)
	for _, header := range []string{"", "Bearer ", "Bearer cw_wrong", "Basic " + b.token} {
		status, body, _ := b.ask(t, comment, "Authorization", header)
		require.Equal(t, http.StatusUnauthorized, status, header)
		require.Contains(t, body["detail"], "starter tokens create")
		status, _, _ = b.ask(t, `{`, "Authorization", header)
		require.Equal(t, http.StatusUnauthorized, status, "who calls comes before what is asked")
	}
	status, body, _ := b.ask(t, comment, "Idempotency-Key", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "IDEMPOTENCY_KEY", body["code"])
	require.Zero(t, b.asked)
}

func TestATokenAndAProfileMayDoWhatTheyMayAndNoMore(t *testing.T) {
	t.Parallel()
	for code, change := range map[string]func(*whose){
		"TOKEN_CONNECTION":            func(w *whose) { w.token.Connection = "other" },
		"TOKEN_USER":                  func(w *whose) { w.token.Users = []string{"5820000000090002"} },
		permission.CodeDenied:         func(w *whose) { w.standing.Permission.Quotes.Edit = false },
		permission.CodeProfileDeleted: func(w *whose) { w.standing.ProfileGone = true },
	} {
		b := serve(t, &pushes{answer: contract.PushResult{Status: contract.PushDone}}, change)
		status, body, _ := b.ask(t, comment)
		require.Equal(t, http.StatusForbidden, status, "%s %v", code, body)
		require.Equal(t, code, body["code"])
		require.Zero(t, b.asked)
	}
	unknown := serve(t, &pushes{answer: contract.PushResult{Status: contract.PushDone}}, func(w *whose) { w.standing = permission.User{} })
	status, _, _ := unknown.ask(t, comment)
	require.Equal(t, http.StatusOK, status, "the push itself looks up whom the store does not know")
}

func TestABadBodyIsRefusedWithWhatIsWrongInIt(t *testing.T) {
	t.Parallel()
	b := serve(t, &pushes{}, nil)
	for body, what := range map[string]string{
		`{`: "", `[]`: "", `{"type":"order","transaction":"q-1","user":"1"}`: "type",
		`{"type":"quote","transaction":"../x","user":"1"}`:                             "transaction",
		`{"type":"quote","transaction":"q-1","user":"1","documents":{}}`:               "documents",
		`{"type":"quote","transaction":"q-1","user":"1","document":{"lines":"three"}}`: "lines",
		`{"type":"quote","transaction":"q-1"}`:                                         "user",
	} {
		status, out, header := b.ask(t, body)
		require.Contains(t, []int{400, 422}, status, body)
		require.Equal(t, "application/problem+json", header.Get("Content-Type"))
		require.Equal(t, "REQUEST", out["code"], body)
		require.Equal(t, contract.ErrorInvalid, out["kind"], body)
		text, err := json.Marshal(out)
		require.NoError(t, err)
		require.Contains(t, string(text), what)
	}
	status, _, _ := b.ask(t, `{"type":"quote","transaction":"q-1","user":"1","comment":"`+strings.Repeat("x", 3<<20)+`"}`)
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.Zero(t, b.asked)
}

func TestTheAPIIsDescribedAndItsHealthIsTold(t *testing.T) {
	t.Parallel()
	b := serve(t, &pushes{}, nil)
	get := func(path string) (int, []byte) {
		resp, err := http.Get(b.url + path)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		raw, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, raw
	}
	status, raw := get("/openapi.json")
	require.Equal(t, http.StatusOK, status)
	require.True(t, bytes.Contains(raw, []byte("/api/v1/connections/{connection}/transactions")))
	require.True(t, bytes.Contains(raw, []byte("Idempotency-Key")))
	status, _ = get("/healthz")
	require.Equal(t, http.StatusNoContent, status)
	status, _ = get("/api/v1/connections/demo/transactions")
	require.Equal(t, http.StatusMethodNotAllowed, status)
}
