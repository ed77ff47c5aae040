// Package api is the wire format that every call of the billing sandbox shares: routes, requests, replies and refusals.
// It must never know a module's records, nor read or write the database.
//
//   - call.go: one request, and its JSON body or uploaded file
//   - check.go: limits of texts and e-mail addresses
//   - errors.go: Zoho Billing's refusals
//   - reply.go: the envelope of a good answer
//   - router.go: finds the route, checks scope and organisation, answers
//   - time.go: the organisations' time zone
package api
