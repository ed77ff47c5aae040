package zohoapi

import (
	"context"
	"encoding/json"

	"causeway/internal/record"
)

// Shelf stores tokens for all processes of an installation. For one refresh token the accounts server issues 10 tokens in
// 10 minutes: restarted workers and single commands would soon use them up. A shelf encrypts what it stores. Ids contain no
// secret.
type Shelf interface {
	// Token returns what PutToken stored, or nil.
	Token(ctx context.Context, id string) ([]byte, error)
	PutToken(ctx context.Context, id string, token []byte) error
}

// NewSharedTokens returns tokens that are shared with other processes through the shelf.
func NewSharedTokens(shelf Shelf) *Tokens {
	t := NewTokens()
	t.shelf = shelf
	return t
}

// id names the credential on a shelf.
func (k sourceKey) id() string {
	return record.Credential{AccountsURL: k.accounts, ClientID: k.client, ClientSecret: k.secret, RefreshToken: k.refresh}.TokenID()
}

// onShelf returns a valid token that another process stored, unless a side has just refused it. If the shelf fails, it
// counts as empty: the accounts server is asked.
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

// putOnShelf stores the token for the other processes. If that fails, they ask for their own.
func (s *source) putOnShelf(ctx context.Context, token Token) {
	if s.shelf == nil {
		return
	}
	if data, err := json.Marshal(token); err == nil {
		_ = s.shelf.PutToken(ctx, s.key.id(), data)
	}
}
