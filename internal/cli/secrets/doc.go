// Package secrets reads credentials and shared secrets from files, standard input and the environment. It must never take a
// secret from an argument, which other users of the machine can read, and never show one.
//
// credentials.go: the OAuth credentials of the two sides
// shared.go: secrets that sign webhooks
package secrets
