package platform

import (
	"context"
	"net/http"
	"strings"
)

// Identity is who calls: the owner of the access token.
type Identity struct {
	ClientID     string
	UserID       string
	Scopes       []string
	RefreshToken string // empty for client credentials
}

type identityKey struct{}

// IdentityFrom returns who calls. Outside of a Gate it is the zero value.
func IdentityFrom(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}

// WithIdentity returns a context in which id is the caller.
func WithIdentity(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// RequireScope reports whether the caller has one of the scopes, or a wider one. ZohoCRM.modules.ALL and
// ZohoCRM.modules.READ both grant ZohoCRM.modules.accounts.READ. ZohoSubscriptions.fullaccess.all grants all of billing.
func RequireScope(r *http.Request, anyOf ...string) bool {
	for _, granted := range IdentityFrom(r.Context()).Scopes {
		for _, needed := range anyOf {
			if grants(granted, needed) {
				return true
			}
		}
	}
	return false
}

func grants(granted, needed string) bool {
	g, n := strings.ToLower(granted), strings.ToLower(needed)
	if g == n {
		return true
	}
	area, op, ok := cutLast(g)
	if !ok {
		return false
	}
	neededArea, neededOp, ok := cutLast(n)
	if !ok || op != "all" && op != neededOp {
		return false
	}
	if service, isFull := strings.CutSuffix(area, ".fullaccess"); isFull {
		return strings.HasPrefix(neededArea, service+".")
	}
	return neededArea == area || strings.HasPrefix(neededArea, area+".")
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}
