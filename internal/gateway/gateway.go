// Package gateway is the REST API: what applications call that have no Temporal client. It must never decide what a sync
// or a push does, and never trust a caller for more than its token allows.
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

	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Pusher carries a push out: the contract's client.
type Pusher interface {
	Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error)
}

// Tokens tells whose a token is.
type Tokens interface {
	APITokenOf(ctx context.Context, hash string, now time.Time) (administration.APIToken, error)
}

// Permissions tells what a CRM user may do.
type Permissions interface {
	PermissionOf(ctx context.Context, connection, user string) (permission.User, error)
}

// Options are what the gateway stands on.
type Options struct {
	Pusher      Pusher
	Tokens      Tokens
	Permissions Permissions
	// Wait bounds how long a call waits for its push; 0 is a minute.
	Wait time.Duration
	Log  *slog.Logger
	Now  func() time.Time
}

// maxBody bounds a request, in bytes: a document of the most lines, or a file that goes with its request.
const maxBody = 2 << 20

func init() { huma.NewError = invalid } // huma has no other way to have its own refusals look like ours

// Handler serves the API, its description at /openapi.json, and /healthz.
func Handler(o Options) http.Handler {
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	config := huma.DefaultConfig("Causeway", "1")
	config.DocsPath, config.SchemasPath = "", "" // the page of docs would load scripts from elsewhere
	config.CreateHooks = nil                     // no links to schemas in bodies
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	api := humago.New(mux, config)
	g := &gateway{o}
	api.UseMiddleware(g.authenticate)
	huma.Register(api, huma.Operation{
		OperationID: "push", Method: http.MethodPost, Path: "/api/v1/connections/{connection}/transactions",
		Summary: "Carry one action on a quote or an invoice out in billing",
		Description: "The answer comes when billing has it. Asked again with the same Idempotency-Key, also after an error, " +
			"it gives the first answer, and nothing is done twice.",
		Security: []map[string][]string{{"token": {}}}, MaxBodyBytes: maxBody,
		Errors: []int{400, 401, 403, 404, 409, 413, 422, 503, 504},
	}, g.push)
	return mux
}

type gateway struct{ Options }

// NewToken makes a token and its hash. Only the hash is kept.
func NewToken() (token, hash string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	token = "cw_" + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

type callerKey struct{}

// authenticate finds who calls before anything else of a call is looked at.
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

// callerOf is who calls.
func callerOf(ctx context.Context) administration.APIToken {
	token, _ := ctx.Value(callerKey{}).(administration.APIToken)
	return token
}

// caller finds who calls by the header.
func (g *gateway) caller(ctx context.Context, authorization string) (administration.APIToken, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return administration.APIToken{}, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"no token came with the call; send it as Authorization: Bearer <token>; `starter tokens create` makes one")
	}
	found, err := g.Tokens.APITokenOf(ctx, hashOf(strings.TrimSpace(token)), g.Now())
	if record.IsKind(err, record.NotFound) {
		return found, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"the token is none, or was revoked; `starter tokens create` makes one")
	}
	return found, g.failed(err)
}
