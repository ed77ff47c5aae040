package zohoapi

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"causeway/internal/budget"
	"causeway/internal/record"
)

const (
	// refreshEarly is how long before its end a token is replaced, so that none expires during a call.
	refreshEarly = time.Minute
	// refusedFor is how long a refusal by the accounts server is remembered before it is asked again.
	refusedFor = time.Minute
	// replaceEvery and replaceBurst bound how often a refused token is replaced before its end: for one refresh token the
	// accounts server issues 10 tokens in 10 minutes.
	replaceEvery = time.Minute
	replaceBurst = 4
)

// Token is an access token, with what came with it.
type Token struct {
	Access    string    `json:"access"`
	APIDomain string    `json:"api_domain"`
	Scopes    []string  `json:"scopes"`
	Expires   time.Time `json:"expires"`
}

// Tokens holds one access token for each credential. Share one Tokens among the clients of a process: two sides may have the
// same credential, and the accounts server issues few tokens.
type Tokens struct {
	mu      sync.Mutex
	sources map[sourceKey]*source
	shelf   Shelf // nil: not shared with other processes
}

// NewTokens returns an empty Tokens.
func NewTokens() *Tokens { return &Tokens{sources: map[sourceKey]*source{}} }

// sourceKey identifies a credential. The organisation is not part of it: a token works for all.
type sourceKey struct{ accounts, client, secret, refresh string }

func (t *Tokens) source(c record.Credential) *source {
	t.mu.Lock()
	defer t.mu.Unlock()
	accounts := strings.TrimRight(c.AccountsURL, "/")
	k := sourceKey{accounts, c.ClientID, c.ClientSecret, c.RefreshToken}
	s, ok := t.sources[k]
	if !ok {
		s = &source{key: k, shelf: t.shelf, replacements: rate.NewLimiter(rate.Every(replaceEvery), replaceBurst)}
		t.sources[k] = s
	}
	return s
}

// source holds the token of one credential.
type source struct {
	key          sourceKey
	shelf        Shelf
	flight       singleflight.Group
	replacements *rate.Limiter

	mu           sync.Mutex
	token        Token
	doubted      Token         // refused by a side before its end
	refused      *record.Error // the accounts server's last refusal
	refusedUntil time.Time
}

// caller is the client that asks for a token.
type caller struct {
	side record.Side
	http doer
	now  func() time.Time
}

// get returns a valid token. It makes a call only where there is none.
func (s *source) get(ctx context.Context, by caller) (Token, error) {
	if token, known, err := s.known(by); known {
		return token, err
	}
	return s.refresh(ctx, by)
}

// replace returns a token in place of one that a side refused. If tokens were replaced too often lately, it returns the
// old one while that has not expired: the side may have refused it by mistake.
func (s *source) replace(ctx context.Context, by caller, refused string) (Token, error) {
	s.mu.Lock()
	if s.token.Access == refused && s.replacements.AllowN(by.now(), 1) {
		s.doubted = s.token
		s.token = Token{}
	}
	s.mu.Unlock()
	return s.get(ctx, by)
}

// known returns what is known without a call: a valid token, or a remembered refusal.
func (s *source) known(by caller) (token Token, known bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := by.now()
	if s.refused != nil && now.Before(s.refusedUntil) {
		refused := *s.refused
		refused.Side = by.side
		if refused.Kind == record.RateLimited {
			refused.RetryAfter = s.refusedUntil.Sub(now)
		}
		return Token{}, true, &refused
	}
	return s.token, s.token.Access != "" && now.Before(s.token.Expires), nil
}

// refresh asks the accounts server once for all callers that wait. A caller that gives up does not end the request for the
// others. If the caller that makes the request may not start calls any more, another one makes it.
func (s *source) refresh(ctx context.Context, by caller) (Token, error) {
	for {
		done := s.flight.DoChan("", func() (any, error) { return s.refreshOnce(ctx, by) })
		select {
		case <-ctx.Done():
			return Token{}, s.gaveUp(by, ctx.Err())
		case r := <-done:
			token, _ := r.Val.(Token)
			if errors.Is(r.Err, errHalted) && ctx.Err() == nil {
				continue
			}
			return token, r.Err
		}
	}
}

// errHalted means that this caller may not start calls any more. It does not concern the other callers.
var errHalted = errors.New("no call may start any more")

func (s *source) gaveUp(by caller, err error) error {
	return &record.Error{Kind: record.Unavailable, Side: by.side, Op: opRefresh,
		Message: "gave up waiting for an access token", Err: err}
}

// refreshOnce makes one refresh. Its request goes on when the caller gives up: others may wait for it.
func (s *source) refreshOnce(ctx context.Context, by caller) (Token, error) {
	// Another refresh may have ended since get looked.
	if token, known, err := s.known(by); known {
		return token, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenTimeout)
	defer cancel()
	if token, ok := s.onShelf(ctx, by); ok {
		return s.remember(by, token, nil)
	}
	token, err := s.ask(ctx, by)
	if errors.Is(err, errHalted) {
		return Token{}, err
	}
	if err == nil {
		s.putOnShelf(ctx, token)
	}
	return s.remember(by, token, err)
}

// remember stores what a refresh returned.
func (s *source) remember(by caller, token Token, err error) (Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = nil
	if record.IsKind(err, record.RateLimited) && by.now().Before(s.doubted.Expires) {
		token, err = s.doubted, nil
	}
	if err == nil {
		s.token = token
		return token, nil
	}
	var e *record.Error
	if errors.As(err, &e) && (e.Kind == record.Unauthorized || e.Kind == record.RateLimited) {
		s.refused, s.refusedUntil = e, by.now().Add(refusedFor)
	}
	return Token{}, err
}

// ask makes the token request. It repeats it a few times if the accounts server cannot be reached.
func (s *source) ask(ctx context.Context, by caller) (token Token, err error) {
	waiting, cancel := budget.Waiting(ctx)
	defer cancel()
	for attempt := 0; ; attempt++ {
		if halted := budget.Halted(ctx); halted != nil {
			return Token{}, s.gaveUp(by, errors.Join(errHalted, halted))
		}
		budget.MeterFrom(ctx).AddCostly(by.side, budget.Other, 0)
		token, err = s.request(ctx, by)
		if !record.IsKind(err, record.Unavailable) || attempt == tokenAttempts-1 {
			return token, err
		}
		if !sleep(waiting, jitter(backoff(attempt))) && budget.Halted(ctx) == nil {
			return token, err
		}
	}
}
