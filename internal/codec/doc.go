// Package codec encrypts the payloads that Temporal keeps: inputs, results, signals, updates and their answers. It
// must never return a payload in clear that it was given to encode.
//
//   - codec.go: encrypts and decrypts payloads
//   - serve.go: decrypts for Temporal's Web UI and CLI over HTTP
package codec
