package store

import (
	"context"
	"fmt"
)

const (
	getToken = `SELECT key_id, ciphertext FROM tokens WHERE id = ?`
	putToken = `
INSERT INTO tokens (id, key_id, ciphertext) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, ciphertext = excluded.ciphertext`
)

// Token reads what PutToken stored, nil where that is nothing. The id must not tell a secret.
func (s *Store) Token(ctx context.Context, id string) ([]byte, error) {
	var row struct {
		KeyID      string `db:"key_id"`
		Ciphertext string `db:"ciphertext"`
	}
	found, err := s.reader().get(ctx, &row, getToken, id)
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	if !found {
		return nil, nil
	}
	plain, err := s.unseal(row.KeyID, row.Ciphertext, tokenContext(id))
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	return plain, nil
}

// PutToken stores an access token for the other processes of the installation, encrypted. It is idempotent
// by id: the newest replaces what was there.
func (s *Store) PutToken(ctx context.Context, id string, token []byte) error {
	keyID, ciphertext, err := s.seal(token, tokenContext(id))
	if err == nil {
		err = s.write(ctx, func(tx session) error {
			_, err := tx.exec(ctx, putToken, id, keyID, ciphertext)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	return nil
}

func tokenContext(id string) string { return "token\x00" + id }
