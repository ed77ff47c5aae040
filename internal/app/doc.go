// Package app wires Causeway's parts together from the configuration, for every program. It must hold no behaviour of
// a sync, and never link an embedded server or a sandbox.
//
//   - config.go: the configuration, and what is opened from it: store, key ring, Temporal client
//   - existing.go: opens a store that must exist
//   - namespace.go: search attributes of a Temporal namespace
//   - log.go: the log of Temporal's client
//   - sides.go: clients of the two sides
//   - credential.go: checks a new credential
//   - connect.go: checks and stores a new connection
//   - extents.go: which way a new connection syncs
//   - maps.go: field maps: fields, proposals and trials
//   - doctor.go: what doctor checks on a side and in a namespace
//   - members.go: profiles and users of the CRM
//   - capabilities.go: what the two sides can do
//   - stored.go: the state of a connection in the store
//   - figures.go, timeline.go: amounts and events of one customer
package app
