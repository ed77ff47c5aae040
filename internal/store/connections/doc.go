// Package connections keeps connections, with their credentials, preferences and access tokens. It must never store a
// credential or a token in clear.
//
//   - connections.go: makes connections, reads them, and stores their state
//   - establish.go: makes a connection with all that it needs
//   - health.go: how a completed or failed run changes the state of a connection
//   - credentials.go: what a client needs to call a side
//   - preferences.go: versions of preferences
//   - drafts.go: edits of preferences before they are adopted
//   - tokens.go: access tokens that all processes share
//   - tokens_forget.go: removes the tokens of a connection
package connections
