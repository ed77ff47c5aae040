package db

import (
	"encoding/base64"
	"fmt"
)

// Seal encrypts for a column of text; context is authenticated with it, so that a ciphertext cannot be moved to another
// row.
func (d *DB) Seal(plain []byte, context string) (keyID, ciphertext string, err error) {
	keyID, sealed, err := d.keys.Seal(plain, context)
	return keyID, base64.StdEncoding.EncodeToString(sealed), err
}

// Unseal decrypts what seal gave.
func (d *DB) Unseal(keyID, ciphertext, context string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(ciphertext)
	if err != nil {
		return nil, fmt.Errorf("ciphertext is damaged: %w", err)
	}
	return d.keys.Open(keyID, sealed, context)
}
