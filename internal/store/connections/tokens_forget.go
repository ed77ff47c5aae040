package connections

import (
	"context"
	"encoding/json"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	allCredentials = `SELECT connection, side, key_id, ciphertext FROM credentials`
	dropToken      = `DELETE FROM tokens WHERE id = ?`
)

// ForgetTokens removes the access tokens of a connection, unless another connection has the same credential. A
// credential that cannot be decrypted names no token; its tokens expire within the hour.
func ForgetTokens(ctx context.Context, d *db.DB, tx db.Session, connection string) error {
	var rows []struct {
		Connection string      `db:"connection"`
		Side       record.Side `db:"side"`
		KeyID      string      `db:"key_id"`
		Ciphertext string      `db:"ciphertext"`
	}
	if err := tx.All(ctx, &rows, allCredentials); err != nil {
		return err
	}
	own, others := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		var c record.Credential
		plain, err := d.Unseal(r.KeyID, r.Ciphertext, credentialContext(r.Connection, r.Side))
		if err != nil || json.Unmarshal(plain, &c) != nil {
			continue
		}
		if r.Connection == connection {
			own[c.TokenID()] = true
		} else {
			others[c.TokenID()] = true
		}
	}
	for id := range own {
		if others[id] {
			continue
		}
		if _, err := tx.Exec(ctx, dropToken, id); err != nil {
			return err
		}
	}
	return nil
}
