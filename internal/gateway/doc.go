// Package gateway is the REST API, for applications that have no Temporal client. It must never decide what a sync or
// a push does, and never trust a caller for more than its token allows.
//
//   - gateway.go: the routes
//   - options.go: what the gateway needs
//   - caller.go: tokens, and who calls
//   - push.go: runs one action on a quote or an invoice
//   - problem.go: refusals and failures, as HTTP answers
package gateway
