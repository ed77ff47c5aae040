package zohoapi

import (
	"context"
	"strings"

	"causeway/internal/record"
)

// Covers reports whether a granted scope covers a needed one. A wider scope does: ZohoCRM.modules.ALL and
// ZohoCRM.modules.READ cover ZohoCRM.modules.accounts.READ, and X.fullaccess.all covers all of X.
func Covers(granted, needed string) bool {
	g, n := strings.ToLower(granted), strings.ToLower(needed)
	if g == n {
		return true
	}
	i, j := strings.LastIndexByte(g, '.'), strings.LastIndexByte(n, '.')
	if i < 0 || j < 0 {
		return false
	}
	area, op := g[:i], g[i+1:]
	neededArea, neededOp := n[:j], n[j+1:]
	if op != "all" && op != neededOp {
		return false
	}
	if service, full := strings.CutSuffix(area, ".fullaccess"); full {
		return strings.HasPrefix(neededArea, service+".")
	}
	return neededArea == area || strings.HasPrefix(neededArea, area+".")
}

// missingScopes returns the needed scopes that no granted scope covers.
func missingScopes(granted, needed []string) []string {
	var missing []string
	for _, n := range needed {
		covered := false
		for _, g := range granted {
			covered = covered || Covers(g, n)
		}
		if !covered {
			missing = append(missing, n)
		}
	}
	return missing
}

// RequireScopes returns Unauthorized, with the missing scopes, if the credential does not grant all of them. If the
// accounts server does not name the scopes of its tokens, there is nothing to check: the calls themselves will tell.
func (c *Client) RequireScopes(ctx context.Context, needed ...string) error {
	const op = "check scopes"
	token, err := c.tokens.get(ctx, c.caller())
	if err != nil {
		return c.withOp(err, op)
	}
	if len(token.Scopes) == 0 {
		return nil
	}
	if missing := missingScopes(token.Scopes, needed); len(missing) > 0 {
		return c.errScopes(op, missing)
	}
	return nil
}

func (c *Client) errScopes(op string, missing []string) *record.Error {
	return &record.Error{Kind: record.Unauthorized, Side: c.side, Op: op, Code: "OAUTH_SCOPE_MISMATCH",
		Message: "the refresh token does not grant " + strings.Join(missing, ", "),
		Remedy:  "make a new refresh token with these scopes and the present ones, then connect, or run `starter reauthorize`, with it"}
}
