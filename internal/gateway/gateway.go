package gateway

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Pusher runs a push. The contract's client implements it.
type Pusher interface {
	Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error)
}

// Tokens finds the owner of a token.
type Tokens interface {
	APITokenOf(ctx context.Context, hash string, now time.Time) (store.APIToken, error)
}

// Permissions tells what a CRM user may do.
type Permissions interface {
	PermissionOf(ctx context.Context, connection, user string) (store.UserStanding, error)
}

// Options are what the gateway needs.
type Options struct {
	Pusher      Pusher
	Tokens      Tokens
	Permissions Permissions
	// Wait is how long a call waits for its push; 0 means a minute.
	Wait time.Duration
	Log  *slog.Logger
	Now  func() time.Time
}

// maxBody is the greatest size of a request, in bytes. It fits a document with the most lines, or a file that is
// sent with its request.
const maxBody = 2 << 20

func init() { huma.NewError = invalid } // huma has no other way to give its own refusals our form

// Handler serves the API, its description at /openapi.json, and /healthz.
func Handler(o Options) http.Handler {
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	config := huma.DefaultConfig("Causeway", "1")
	config.DocsPath, config.SchemasPath = "", "" // its documentation page would load scripts from another host
	config.CreateHooks = nil                     // no links to schemas in bodies
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	api := humago.New(mux, config)
	g := &gateway{o}
	api.UseMiddleware(g.authenticate)
	huma.Register(api, huma.Operation{
		OperationID: "push", Method: http.MethodPost, Path: "/api/v1/connections/{connection}/transactions",
		Summary: "Run one action on a quote or an invoice in billing",
		Description: "The answer comes once billing has done it. A request repeated with the same Idempotency-Key, even after an error, " +
			"gets the first answer, and nothing is done twice.",
		Security: []map[string][]string{{"token": {}}}, MaxBodyBytes: maxBody,
		Errors: []int{400, 401, 403, 404, 409, 413, 422, 503, 504},
	}, g.push)
	return mux
}

type gateway struct{ Options }

// NewToken makes a token and its hash. Only the hash is stored.
func NewToken() (token, hash string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	token = "cw_" + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

type callerKey struct{}

// authenticate finds the caller before anything else of a call is read.
func (g *gateway) authenticate(ctx huma.Context, next func(huma.Context)) {
	token, err := g.caller(ctx.Context(), ctx.Header("Authorization"))
	var refusal *Problem
	switch {
	case err == nil:
		next(huma.WithValue(ctx, callerKey{}, token))
	case errors.As(err, &refusal):
		ctx.SetHeader("Content-Type", refusal.ContentType(""))
		ctx.SetStatus(refusal.Status)
		_ = json.NewEncoder(ctx.BodyWriter()).Encode(refusal)
	default: // every failure is a Problem
		ctx.SetStatus(http.StatusServiceUnavailable)
	}
}

// callerOf returns the caller of a request.
func callerOf(ctx context.Context) store.APIToken {
	token, _ := ctx.Value(callerKey{}).(store.APIToken)
	return token
}

// caller finds the caller by the Authorization header.
func (g *gateway) caller(ctx context.Context, authorization string) (store.APIToken, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return store.APIToken{}, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"the token is missing; send it as Authorization: Bearer <token>; `starter tokens create` makes one")
	}
	found, err := g.Tokens.APITokenOf(ctx, hashOf(strings.TrimSpace(token)), g.Now())
	if record.IsKind(err, record.NotFound) {
		return found, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"the token is unknown or was revoked; `starter tokens create` makes a new one")
	}
	return found, g.failed(err)
}
