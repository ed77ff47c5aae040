package gateway

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"

	"github.com/danielgtaylor/huma/v2"
)

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
func callerOf(ctx context.Context) administration.APIToken {
	token, _ := ctx.Value(callerKey{}).(administration.APIToken)
	return token
}

// caller finds the caller by the Authorization header.
func (g *gateway) caller(ctx context.Context, authorization string) (administration.APIToken, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return administration.APIToken{}, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"the token is missing; send it as Authorization: Bearer <token>; `starter tokens create` makes one")
	}
	found, err := g.Tokens.APITokenOf(ctx, hashOf(strings.TrimSpace(token)), g.Now())
	if record.IsKind(err, record.NotFound) {
		return found, problem(http.StatusUnauthorized, contract.ErrorUnauthorized, "TOKEN",
			"the token is unknown or was revoked; `starter tokens create` makes a new one")
	}
	return found, g.failed(err)
}
