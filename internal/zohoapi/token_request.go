package zohoapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"causeway/internal/record"
)

const (
	opRefresh     = "refresh access token"
	tokenPath     = "/oauth/v2/token"
	tokenTimeout  = 30 * time.Second
	tokenAttempts = 3
	maxTokenReply = 1 << 20
)

// doer is an HTTP client.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// tokenReply is the accounts server's reply. Errors come with HTTP status 200 too.
type tokenReply struct {
	AccessToken string      `json:"access_token"`
	APIDomain   string      `json:"api_domain"`
	Scope       string      `json:"scope"`
	ExpiresIn   json.Number `json:"expires_in"`
	Error       string      `json:"error"`
}

func (s *source) request(ctx context.Context, by caller) (Token, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {s.key.client},
		"client_secret": {s.key.secret}, "refresh_token": {s.key.refresh}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.key.accounts+tokenPath, strings.NewReader(form.Encode()))
	if err != nil || req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return Token{}, s.failure(by, record.Invalid, "ACCOUNTS_URL", "the accounts URL "+quoted(s.key.accounts)+" is not a URL",
			"give scheme and host, for example https://accounts.zoho.com")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sent := by.now()
	resp, err := by.http.Do(req)
	if err != nil {
		e := s.failure(by, record.Unavailable, "UNREACHABLE", "cannot reach the accounts server "+s.host(),
			"check the accounts URL and the network")
		e.Err = withoutURL(err)
		return Token{}, e
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenReply))
	var reply tokenReply
	if err == nil {
		err = json.Unmarshal(body, &reply)
	}
	if err == nil && reply.Error == "" && (reply.AccessToken == "" || reply.APIDomain == "") {
		err = fmt.Errorf("no access token, or no api_domain, in the reply")
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return Token{}, s.refusal(by, "access_denied")
	case err != nil || resp.StatusCode >= 500:
		e := s.failure(by, record.Unavailable, fmt.Sprintf("HTTP_%d", resp.StatusCode),
			"the accounts server "+s.host()+" sent a reply that cannot be read", "check the accounts URL; if it is right, try again later")
		e.Err = err
		return Token{}, e
	case reply.Error != "":
		return Token{}, s.refusal(by, reply.Error)
	}
	return reply.token(sent), nil
}

// token counts the token's life from before the request, so that it never seems longer than it is.
func (r tokenReply) token(sent time.Time) Token {
	life := time.Hour
	if seconds, err := r.ExpiresIn.Int64(); err == nil && seconds > 0 {
		life = time.Duration(seconds) * time.Second
	}
	// A token with a short life is replaced less early. Otherwise it would be due at once, and each call would cost a
	// refresh.
	early := min(refreshEarly, life/4)
	return Token{Access: r.AccessToken, APIDomain: strings.TrimRight(r.APIDomain, "/"), Expires: sent.Add(life - early),
		Scopes: strings.FieldsFunc(r.Scope, func(c rune) bool { return c == ' ' || c == ',' })}
}

// refusal explains an error of the accounts server, and what to do about it.
func (s *source) refusal(by caller, code string) *record.Error {
	host := s.host()
	switch code {
	case "invalid_client":
		return s.failure(by, record.Unauthorized, code, "the client id or secret is not known to "+host,
			"check the client id; a client of another data centre gives the same error: check the accounts URL")
	case "invalid_client_secret":
		return s.failure(by, record.Unauthorized, code, "the client secret is not the one that "+host+" knows",
			"check the client secret; a client of another data centre gives the same error: check the accounts URL")
	case "invalid_code":
		return s.failure(by, record.Unauthorized, code, "the refresh token is not known to "+host+", or was revoked",
			"make a new refresh token for this client, then connect, or run `starter reauthorize`, with it; one of another data centre gives the same error: check the accounts URL")
	case "access_denied":
		e := s.failure(by, record.RateLimited, code, "too many access tokens were requested from "+host+" with this refresh token",
			"it issues 10 in 10 minutes: wait")
		e.RetryAfter = refusedFor
		return e
	default:
		return s.failure(by, record.Unauthorized, code, host+" refuses to issue an access token",
			"check client id, client secret, refresh token and accounts URL")
	}
}

func (s *source) failure(by caller, kind record.Kind, code, message, remedy string) *record.Error {
	return &record.Error{Kind: kind, Side: by.side, Op: opRefresh, Code: code, Message: message, Remedy: remedy}
}

// host returns the accounts server as errors name it.
func (s *source) host() string {
	if u, err := url.Parse(s.key.accounts); err == nil && u.Host != "" {
		return u.Host
	}
	return quoted(s.key.accounts)
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }
