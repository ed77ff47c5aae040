package contract

import (
	"errors"

	"causeway/internal/codec"
	"causeway/internal/keyring"

	"go.temporal.io/sdk/converter"
)

// DataConverter is the data converter of a backend service's Temporal client: what it sends is encrypted, and answers
// are decrypted, with the key ring that Causeway's worker has (CAUSEWAY_KEY: "id:base64 of 32 bytes", several separated
// by spaces; the first encrypts, all decrypt). A service without it is understood, since what comes in clear is read,
// and cannot read the answers.
func DataConverter(keys string) (converter.DataConverter, error) {
	ring, err := keyring.Parse(keys)
	if err != nil {
		return nil, err
	}
	return codec.New(ring).Converter(), nil
}

// Unreadable reports whether a payload was encrypted with a key that is not in the key ring.
func Unreadable(err error) bool { return errors.Is(err, keyring.ErrUnknownKey) }
