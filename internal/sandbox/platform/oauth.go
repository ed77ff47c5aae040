package platform

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// oauthError is an error that the accounts server answers with HTTP status 200.
type oauthError string

func (e oauthError) Error() string { return string(e) }

const (
	errInvalidCode     oauthError = "invalid_code"
	errInvalidClient   oauthError = "invalid_client"
	errInvalidSecret   oauthError = "invalid_client_secret"
	errInvalidRedirect oauthError = "invalid_redirect_uri"
	errInvalidScope    oauthError = "invalid_scope"
	errInvalidGrant    oauthError = "unsupported_grant_type"
	errInvalidRequest  oauthError = "invalid_request"
	errAccessDenied    oauthError = "access_denied"
)

// services are the services whose scopes the accounts server knows.
var services = []string{"ZohoCRM.", "ZohoSubscriptions.", "ZohoBilling.", "ZohoBooks.", "ZohoFiles.", "AaaServer."}

// Handler serves /oauth/v2.
func (a *Accounts) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth/v2/auth", a.authorize)
	mux.HandleFunc("POST /oauth/v2/token", a.token)
	mux.HandleFunc("/oauth/v2/token/revoke", a.revoke)
	return mux
}

// WriteError answers a call that the gate refused. It is an ErrorWriter.
func (a *Accounts) WriteError(w http.ResponseWriter, _ *http.Request, refusal Refusal) {
	if refusal.Kind == Internal {
		WriteJSON(w, http.StatusInternalServerError, map[string]string{"error": "general_error"})
		return
	}
	writeOAuthError(w, errAccessDenied)
}

func writeOAuthError(w http.ResponseWriter, err error) {
	var known oauthError
	if !errors.As(err, &known) {
		logPanic(err)
		WriteJSON(w, http.StatusInternalServerError, map[string]string{"error": "general_error"})
		return
	}
	WriteJSON(w, http.StatusOK, map[string]string{"error": string(known)})
}

// authorize grants at once. The sandbox's only user is always signed in, and always agrees.
func (a *Accounts) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || redirect.Scheme == "" || redirect.Host == "" {
		writeOAuthError(w, errInvalidRedirect)
		return
	}
	scopes := splitScopes(q.Get("scope"))
	switch {
	case q.Get("client_id") != a.own.ClientID:
		writeOAuthError(w, errInvalidClient)
		return
	case q.Get("response_type") != "code":
		writeOAuthError(w, errInvalidRequest)
		return
	case !knownScopes(scopes):
		writeOAuthError(w, errInvalidScope)
		return
	}
	code := "1000." + randomHex(16) + "." + randomHex(16)
	err = a.db.Write(r.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO grant_codes VALUES (?, ?, ?, ?, ?, ?)`, code, a.own.ClientID, q.Get("redirect_uri"),
			strings.Join(scopes, ","), q.Get("access_type") == "offline", a.clock().Add(grantCodeLife).UnixMilli())
		return err
	})
	if err != nil {
		writeOAuthError(w, err)
		return
	}
	back := redirect.Query()
	back.Set("code", code)
	back.Set("location", "us")
	back.Set("accounts-server", baseURL(r))
	if state := q.Get("state"); state != "" {
		back.Set("state", state)
	}
	redirect.RawQuery = back.Encode()
	http.Redirect(w, r, redirect.String(), http.StatusFound)
}

func knownScopes(scopes []string) bool {
	for _, scope := range scopes {
		known := false
		for _, s := range services {
			known = known || len(scope) > len(s) && strings.EqualFold(scope[:len(s)], s)
		}
		if !known {
			return false
		}
	}
	return len(scopes) > 0
}

// tokenReply is the reply to a request for tokens.
type tokenReply struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
	APIDomain    string `json:"api_domain"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
}

func (a *Accounts) token(w http.ResponseWriter, r *http.Request) {
	form, err := requestForm(r)
	if err != nil {
		writeOAuthError(w, errInvalidRequest)
		return
	}
	if err := a.checkClient(form); err != nil {
		writeOAuthError(w, err)
		return
	}
	reply := tokenReply{APIDomain: baseURL(r), TokenType: "Bearer"}
	err = a.db.Write(r.Context(), func(tx *sql.Tx) error { return a.grant(tx, form, &reply) })
	if err != nil {
		writeOAuthError(w, err)
		return
	}
	WriteJSON(w, http.StatusOK, reply)
}

func (a *Accounts) checkClient(form url.Values) error {
	switch {
	case form.Get("client_id") != a.own.ClientID:
		return errInvalidClient
	case form.Get("client_secret") != a.own.ClientSecret:
		return errInvalidSecret
	}
	return nil
}

func (a *Accounts) grant(tx *sql.Tx, form url.Values, reply *tokenReply) error {
	source := Identity{ClientID: form.Get("client_id"), UserID: DefaultUserID}
	switch form.Get("grant_type") {
	case "authorization_code":
		offline, err := a.useCode(tx, form, &source)
		if err != nil {
			return err
		}
		if offline {
			source.RefreshToken = "1000." + randomHex(16) + "." + randomHex(16)
			reply.RefreshToken = source.RefreshToken
			if err := storeRefresh(tx, source.RefreshToken, source.ClientID, source.Scopes); err != nil {
				return err
			}
		}
	case "refresh_token":
		source.RefreshToken = form.Get("refresh_token")
		var scopes string
		err := tx.QueryRow(`SELECT scopes FROM refresh_tokens WHERE token = ? AND client_id = ?`,
			source.RefreshToken, source.ClientID).Scan(&scopes)
		if errors.Is(err, sql.ErrNoRows) {
			return errInvalidCode
		} else if err != nil {
			return err
		}
		source.Scopes = splitScopes(scopes)
	case "client_credentials":
		if source.Scopes = splitScopes(form.Get("scope")); !knownScopes(source.Scopes) {
			return errInvalidScope
		}
		if form.Get("soid") == "" {
			return errInvalidRequest
		}
	default:
		return errInvalidGrant
	}
	return a.issue(tx, source, reply)
}

// useCode uses up a grant code. Its scopes go into source. offline reports whether the code grants a refresh token.
func (a *Accounts) useCode(tx *sql.Tx, form url.Values, source *Identity) (offline bool, err error) {
	var redirect, scopes string
	var expires int64
	err = tx.QueryRow(`SELECT redirect_uri, scopes, offline, expires_ms FROM grant_codes WHERE code = ? AND client_id = ?`,
		form.Get("code"), source.ClientID).Scan(&redirect, &scopes, &offline, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && a.clock().UnixMilli() >= expires:
		return false, errInvalidCode
	case err != nil:
		return false, err
	case form.Get("redirect_uri") != redirect:
		return false, errInvalidRedirect
	}
	source.Scopes = splitScopes(scopes)
	_, err = tx.Exec(`DELETE FROM grant_codes WHERE code = ?`, form.Get("code"))
	return offline, err
}

// issue creates an access token. One refresh token may get a limited number of them within ten minutes.
func (a *Accounts) issue(tx *sql.Tx, source Identity, reply *tokenReply) error {
	now, v := a.clock(), a.settings.Get()
	var recent int
	err := tx.QueryRow(`SELECT COUNT(*) FROM access_tokens WHERE client_id = ? AND refresh_token = ? AND created_ms > ?`,
		source.ClientID, source.RefreshToken, now.Add(-tokenWindow).UnixMilli()).Scan(&recent)
	if err != nil {
		return err
	}
	if v.TokensPerTenMin > 0 && recent >= v.TokensPerTenMin {
		return errAccessDenied
	}
	reply.AccessToken = "1000." + randomHex(16) + "." + randomHex(16)
	reply.Scope = strings.Join(source.Scopes, " ")
	reply.ExpiresIn = int(v.AccessTokenLife.Seconds())
	_, err = tx.Exec(`DELETE FROM access_tokens WHERE expires_ms < ? AND created_ms < ?`,
		now.Add(-tokenWindow).UnixMilli(), now.Add(-tokenWindow).UnixMilli())
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, ?, ?)`, reply.AccessToken, source.RefreshToken,
		source.ClientID, source.UserID, strings.Join(source.Scopes, ","), now.UnixMilli(), now.Add(v.AccessTokenLife).UnixMilli())
	return err
}

// revoke revokes an access token, or a refresh token with all access tokens that came from it.
func (a *Accounts) revoke(w http.ResponseWriter, r *http.Request) {
	form, err := requestForm(r)
	if err != nil || form.Get("token") == "" {
		writeOAuthError(w, errInvalidRequest)
		return
	}
	token := form.Get("token")
	err = a.db.Write(r.Context(), func(tx *sql.Tx) error {
		var found int64
		for _, query := range []string{`DELETE FROM refresh_tokens WHERE token = ?1`,
			`DELETE FROM access_tokens WHERE token = ?1 OR refresh_token = ?1`} {
			res, err := tx.Exec(query, token)
			if err != nil {
				return fmt.Errorf("revoke: %w", err)
			}
			n, _ := res.RowsAffected()
			found += n
		}
		if found == 0 {
			return errInvalidCode
		}
		return nil
	})
	a.forget()
	if err != nil {
		writeOAuthError(w, err)
		return
	}
	WriteJSON(w, http.StatusOK, map[string]string{"status": "success"})
}
