// Package storetest is the conformance suite of the store: what every database must do, tested by the store's methods.
// It must never need the inside of a room. More than 20 files, because each thing that is stored has a file of its own
// rules, as in the rooms of the store.
//
// The suite:
//
//   - suite.go: runs all tests on one kind of database.
//   - store.go: a fresh database and store for a test.
//   - bench.go: measures a store on one kind of database.
//   - records.go: records, runs and operations for the tests.
//
// What a sync keeps:
//
//   - mirror.go: pages and their records.
//   - reads.go: what has to be read again, and candidates of the CRM.
//   - worklist.go: due records, and candidates of billing.
//   - claims.go: which attempt may write an operation.
//   - operations.go: operations and their outcomes.
//   - bothways.go: links, deletions and merges of a connection that goes both ways.
//   - looks.go: how PostgreSQL finds rows.
//   - runs.go: runs, counts and calls.
//   - standing.go: the lists of records in sync, excluded and failing.
//
// What a connection keeps:
//
//   - connections.go: connections and their credentials.
//   - further.go: several connections of one CRM.
//   - life.go: states, and what is dropped when a connection is disabled.
//   - tokens.go: access tokens and API tokens.
//   - notices.go: notifications, drafts and permissions.
//   - pushes.go: the sequence and the queue of pushes.
//   - figures.go: figures of customers.
//
// The end of a connection:
//
//   - deletion_scene.go: records for the tests of a deletion.
//   - deletion.go: plans and tokens.
//   - deletion_end.go: what is removed and what stays.
//
// Trouble:
//
//   - frozen.go: a process that stands still in a transaction.
package storetest
