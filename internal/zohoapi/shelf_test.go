package zohoapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shelf keeps tokens in memory, or fails.
type shelf struct {
	mu     sync.Mutex
	tokens map[string][]byte
	broken bool
}

func (s *shelf) Token(_ context.Context, id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return nil, errors.New("broken")
	}
	return s.tokens[id], nil
}

func (s *shelf) PutToken(_ context.Context, id string, token []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return errors.New("broken")
	}
	s.tokens[id] = token
	return nil
}

// process returns a client of another process: it shares tokens only through the shelf.
func process(f *fake, s *shelf, change func(*Config)) *Client {
	cfg := f.config()
	cfg.Tokens = NewSharedTokens(s)
	if change != nil {
		change(&cfg)
	}
	return New(cfg)
}

func TestProcessesThatShareAShelfMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	s := &shelf{tokens: map[string][]byte{}}
	for range 20 {
		_, err := process(f, s, nil).Do(t.Context(), read())
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, f.tokens.Load())
	_, err := process(f, s, func(c *Config) { c.Credential.RefreshToken = "another" }).Do(t.Context(), read())
	require.NoError(t, err)
	require.EqualValues(t, 2, f.tokens.Load(), "another credential has a token of its own")
}

func TestATokenOnTheShelfThatHasExpiredIsNotUsed(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	s := &shelf{tokens: map[string][]byte{}}
	_, err := process(f, s, nil).Do(t.Context(), read())
	require.NoError(t, err)
	later := process(f, s, nil)
	later.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
	defer cancel()
	_, err = later.Do(ctx, read())
	require.NoError(t, err)
	require.EqualValues(t, 2, f.tokens.Load())
}

func TestATokenOnTheShelfThatASideRefusesIsReplacedForAll(t *testing.T) {
	t.Parallel()
	var revoked string // written between calls only
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if token := r.Header.Get("Authorization"); token == revoked {
			answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
			return
		}
		ok(w, r)
	})
	s := &shelf{tokens: map[string][]byte{}}
	first := process(f, s, nil)
	_, err := first.Do(t.Context(), read())
	require.NoError(t, err)
	token, known, err := first.tokens.known(first.caller())
	require.NoError(t, err)
	require.True(t, known)
	revoked = "Zoho-oauthtoken " + token.Access
	for range 3 {
		_, err = process(f, s, nil).Do(t.Context(), read())
		require.NoError(t, err)
	}
	require.EqualValues(t, 2, f.tokens.Load())
}

func TestAShelfThatFailsCostsTokenRequestsAndNothingElse(t *testing.T) {
	t.Parallel()
	f := newFake(t, ok)
	for range 3 {
		_, err := process(f, &shelf{broken: true}, nil).Do(t.Context(), read())
		require.NoError(t, err)
	}
	require.EqualValues(t, 3, f.tokens.Load())
}
