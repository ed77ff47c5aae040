// Package history reads what runs did, and the state of each record now. It must never change an operation, except to
// forget old ones.
//
//   - counts.go: outcomes of a run, by entity
//   - progress.go: how far a run has come
//   - standing.go: lists of records in sync, left out, and failing
//   - explain.go: all that is known of one record
//   - customers.go: linked customers with their names
//   - prune.go: forgets old runs
package history
