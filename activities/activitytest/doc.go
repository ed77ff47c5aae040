// Package activitytest is a world for tests of activities: both sandboxes, a store, a connection, and workflows that run
// without a Temporal server. Tests of every room share it. It must never be imported by anything but tests.
//
//   - world.go: a world: its sandboxes, its store, its connection
//   - outside.go: both sides as somebody sees them who knows nothing of Causeway
//   - records.go: a world's records on both sides, read and edited from outside
//   - runs.go: syncs that a world carries out
//   - edits.go: preferences, and a scope that users choose
//   - steps.go: activities that are carried out one by one
//   - mute.go: sides that take writes and answer none
//   - push.go: quotes and invoices
package activitytest
