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
	// refreshEarly is how long before its end a token is replaced, so that none expires on the wire.
	refreshEarly = time.Minute
	// refusedFor is how long a refused refresh is remembered before the accounts server is asked again.
	refusedFor = time.Minute
	// replaceEvery and replaceBurst bound how often a token that a side refused is replaced before its
	// time: the accounts server gives 10 tokens in 10 minutes for one refresh token.
	replaceEvery = time.Minute
	replaceBurst = 4
)

// Token is an access token with what came with it.
type Token struct {
	Access    string    `json:"access"`
	APIDomain string    `json:"api_domain"`
	Scopes    []string  `json:"scopes"`
	Expires   time.Time `json:"expires"`
}

// Tokens gives access tokens for credentials, one for each at a time, whoever asks. Share one among the
// clients of a process: the sides of a connection may have one credential in common, and the accounts
// server gives few tokens.
type Tokens struct {
	mu      sync.Mutex
	sources map[sourceKey]*source
	shelf   Shelf // nil where no other process shares them
}

// NewTokens is an empty set of tokens.
func NewTokens() *Tokens { return &Tokens{sources: map[sourceKey]*source{}} }

// sourceKey tells credentials apart. The organisation is no part of it: a token is good for all.
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

// source is the tokens of one credential.
type source struct {
	key          sourceKey
	shelf        Shelf
	flight       singleflight.Group
	replacements *rate.Limiter

	mu           sync.Mutex
	token        Token
	doubted      Token         // refused by a side before its time
	refused      *record.Error // the accounts server's last refusal
	refusedUntil time.Time
}

// caller is who asks for a token: how it calls, and the side that the errors name.
type caller struct {
	side record.Side
	http doer
	now  func() time.Time
}

// get is a token that is good for a while. It costs a call only where there is none.
func (s *source) get(ctx context.Context, by caller) (Token, error) {
	if token, settled, err := s.settled(by); settled {
		return token, err
	}
	return s.refresh(ctx, by)
}

// replace is a token in place of one that a side refused. Where tokens were replaced too often lately, and
// by its time the old one is still good, it is the old one: the side may have refused it by mistake.
func (s *source) replace(ctx context.Context, by caller, refused string) (Token, error) {
	s.mu.Lock()
	if s.token.Access == refused && s.replacements.AllowN(by.now(), 1) {
		s.doubted = s.token
		s.token = Token{}
	}
	s.mu.Unlock()
	return s.get(ctx, by)
}

// settled is what can be said without a call: a good token, or a refusal that is remembered.
func (s *source) settled(by caller) (token Token, is bool, err error) {
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

// refresh asks the accounts server once, however many ask for it, and goes on when one of them gives up. Where the
// one that asks may start no call any more, one of the others asks.
func (s *source) refresh(ctx context.Context, by caller) (Token, error) {
	for {
		done := s.flight.DoChan("", func() (any, error) { return s.fly(ctx, by) })
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

// errHalted says that whoever asked may start no call any more. It is nobody else's failure.
var errHalted = errors.New("no call may start any more")

func (s *source) gaveUp(by caller, err error) error {
	return &record.Error{Kind: record.Unavailable, Side: by.side, Op: opRefresh,
		Message: "gave up waiting for an access token", Err: err}
}

// fly is one refresh. A request in flight outlasts the one that asked for it.
func (s *source) fly(ctx context.Context, by caller) (Token, error) {
	// A refresh may have ended between our look and our turn.
	if token, settled, err := s.settled(by); settled {
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

// ask makes the token request, a few times where the accounts server cannot be reached.
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
