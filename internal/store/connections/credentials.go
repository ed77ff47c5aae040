package connections

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const putCredential = `
INSERT INTO credentials (connection, side, key_id, ciphertext) VALUES (?, ?, ?, ?)
ON CONFLICT (connection, side) DO UPDATE SET key_id = excluded.key_id, ciphertext = excluded.ciphertext`

// PutCredential stores what a connection's client needs to call a side, encrypted. It is idempotent by
// connection and side: the newest replaces what was there.
func (s *Connections) PutCredential(ctx context.Context, connection string, side record.Side, c record.Credential) error {
	err := s.db.Write(ctx, func(tx db.Session) error { return s.putCredentialIn(ctx, tx, connection, side, c) })
	if err != nil {
		return fmt.Errorf("put credential of %s, %s: %w", connection, side, err)
	}
	return nil
}

func (s *Connections) putCredentialIn(ctx context.Context, tx db.Session, connection string, side record.Side, c record.Credential) error {
	plain, err := json.Marshal(c)
	if err != nil {
		return err
	}
	keyID, ciphertext, err := s.db.Seal(plain, credentialContext(connection, side))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putCredential, connection, side, keyID, ciphertext)
	return err
}

const getCredential = `SELECT key_id, ciphertext FROM credentials WHERE connection = ? AND side = ?`

// Credential reads a side's credential. NotFound where none was stored.
func (s *Connections) Credential(ctx context.Context, connection string, side record.Side) (record.Credential, error) {
	var out record.Credential
	var row struct {
		KeyID      string `db:"key_id"`
		Ciphertext string `db:"ciphertext"`
	}
	found, err := s.db.Reader().Get(ctx, &row, getCredential, connection, side)
	if err != nil {
		return out, fmt.Errorf("read credential of %s, %s: %w", connection, side, err)
	}
	if !found {
		if _, err := s.Get(ctx, connection); err != nil {
			return out, err
		}
		return out, &record.Error{Kind: record.NotFound, Side: side, Op: "read credential", Code: "NO_CREDENTIAL",
			Message: fmt.Sprintf("connection %q has no credential for this side", connection), Remedy: "run `starter connect " + connection + "` once more"}
	}
	plain, err := s.db.Unseal(row.KeyID, row.Ciphertext, credentialContext(connection, side))
	if err != nil {
		return out, &record.Error{Kind: record.Unauthorized, Side: side, Op: "read credential", Code: "CREDENTIAL_UNREADABLE",
			Message: fmt.Sprintf("the credential of connection %q cannot be decrypted: %v", connection, err)}
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, fmt.Errorf("read credential of %s, %s: %w", connection, side, err)
	}
	return out, nil
}

func credentialContext(connection string, side record.Side) string {
	return connection + "\x00" + string(side)
}
