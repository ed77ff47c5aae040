// Package keyring holds the keys that encrypt credentials in the store and payloads in Temporal. It must never show a
// key, nor a part of one.
//
//   - keyring.go: reads key rings, encrypts and decrypts
package keyring
