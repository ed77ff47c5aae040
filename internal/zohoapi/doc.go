// Package zohoapi is what the clients of Zoho's APIs share: access tokens, budget, deadlines, retries, and what a failure
// means. It must never know a module, a record or a field.
//
//   - client.go: the client, and what a call is
//   - do.go: makes a call, and decides when it is tried again
//   - reply.go: reads a reply's JSON
//   - scope.go: OAuth scopes, and which are missing
//   - send.go: one attempt of a call
//   - shelf.go: tokens that several processes share
//   - token.go: one access token for each credential
//   - token_request.go: asks the accounts server for a token
//   - upload.go: a file that is sent
//   - wait.go: pauses between attempts, and the HTTP client
package zohoapi
