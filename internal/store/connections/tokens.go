package connections

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"causeway/internal/store/db"
)

const (
	getToken = `SELECT key_id, ciphertext FROM tokens WHERE id = ?`
	putToken = `
INSERT INTO tokens (id, key_id, ciphertext) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, ciphertext = excluded.ciphertext`
)

// Token reads what PutToken stored, nil where that is nothing. The id must not tell a secret.
func (s *Connections) Token(ctx context.Context, id string) ([]byte, error) {
	return tokenIn(ctx, s.db, id)
}

func tokenIn(ctx context.Context, d *db.DB, id string) ([]byte, error) {
	var row struct {
		KeyID      string `db:"key_id"`
		Ciphertext string `db:"ciphertext"`
	}
	found, err := d.Reader().Get(ctx, &row, getToken, id)
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	if !found {
		return nil, nil
	}
	plain, err := d.Unseal(row.KeyID, row.Ciphertext, tokenContext(id))
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	return plain, nil
}

// PutToken stores an access token for the other processes of the installation, encrypted. It is idempotent
// by id: the newest replaces what was there.
func (s *Connections) PutToken(ctx context.Context, id string, token []byte) error {
	keyID, ciphertext, err := s.db.Seal(token, tokenContext(id))
	if err == nil {
		err = s.db.Write(ctx, func(tx db.Session) error {
			_, err := tx.Exec(ctx, putToken, id, keyID, ciphertext)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	return nil
}

func tokenContext(id string) string { return "token\x00" + id }

// KeptSecret reads the secret of that name. It makes one where there is none: of two processes that do so, one
// makes it.
func KeptSecret(ctx context.Context, d *db.DB, name string) ([]byte, error) {
	secret, err := tokenIn(ctx, d, name)
	if err != nil || secret != nil {
		return secret, err
	}
	fresh := make([]byte, sha256.Size)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	if err := putTokenOnce(ctx, d, name, fresh); err != nil {
		return nil, err
	}
	if secret, err = tokenIn(ctx, d, name); err == nil && secret == nil {
		err = errors.New("the store keeps no secret")
	}
	return secret, err
}

const insertToken = `INSERT INTO tokens (id, key_id, ciphertext) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`

// putTokenOnce keeps a secret unless there is one of that name: of two processes, one makes it.
func putTokenOnce(ctx context.Context, d *db.DB, id string, secret []byte) error {
	keyID, ciphertext, err := d.Seal(secret, tokenContext(id))
	if err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	_, err = d.Exec(ctx, "put token", insertToken, id, keyID, ciphertext)
	return err
}
