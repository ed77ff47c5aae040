// Package push carries quotes and invoices to billing at once, each exactly once as seen from outside. It must never send
// what was not admitted, nor write while the connection is paused.
//
//   - admit.go: admits a request, and gives it its place in the sequence
//   - permission.go: what the CRM user may do
//   - carry.go: one attempt at one push, from its claim to its answer
//   - carrying.go: what the attempt knows; how it reads, and how it writes once
//   - actions.go: what each action does; save.go creates and changes documents
//   - document.go: makes billing's document of the author's
//   - state.go: notes what billing has, for the answer and for the store
//   - notes.go: payments, comments and files
//   - import.go: brings records to billing that a push needs
//   - queue.go: releases or refuses queued pushes
//   - capabilities.go: what the billing system can do
package push
