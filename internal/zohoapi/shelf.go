package zohoapi

import (
	"context"
	"encoding/json"

	"causeway/internal/record"
)

// Shelf keeps tokens for all processes of an installation: the accounts server gives 10 in 10 minutes for
// one refresh token, which restarted workers and single commands would soon have used up. It is to encrypt
// what it keeps. An id tells no secret.
type Shelf interface {
	// Token gives what PutToken stored, nil where that is nothing.
	Token(ctx context.Context, id string) ([]byte, error)
	PutToken(ctx context.Context, id string, token []byte) error
}

// NewSharedTokens is a set of tokens that are shared with other processes by way of the shelf.
func NewSharedTokens(shelf Shelf) *Tokens {
	t := NewTokens()
	t.shelf = shelf
	return t
}

// id names the credential on a shelf.
func (k sourceKey) id() string {
	return record.Credential{AccountsURL: k.accounts, ClientID: k.client, ClientSecret: k.secret, RefreshToken: k.refresh}.TokenID()
}

// onShelf is a token that another process has got, as long as it is good and is not the one that a side
// has just refused. A shelf that fails is as good as an empty one: the accounts server is asked.
func (s *source) onShelf(ctx context.Context, by caller) (Token, bool) {
	if s.shelf == nil {
		return Token{}, false
	}
	data, err := s.shelf.Token(ctx, s.key.id())
	if err != nil || data == nil {
		return Token{}, false
	}
	var token Token
	if err := json.Unmarshal(data, &token); err != nil {
		return Token{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return token, token.Access != "" && by.now().Before(token.Expires) && token.Access != s.doubted.Access
}

// putOnShelf tells the other processes. Where that fails, they ask for tokens of their own.
func (s *source) putOnShelf(ctx context.Context, token Token) {
	if s.shelf == nil {
		return
	}
	if data, err := json.Marshal(token); err == nil {
		_ = s.shelf.PutToken(ctx, s.key.id(), data)
	}
}
