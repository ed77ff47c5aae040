// Package storetest is the conformance suite of the store: what every database must do, tested by the store's methods.
// It must never need the inside of a room. Each file holds the rules of one room or one question, which makes 24 files:
//
//   - store.go, records.go, deletion_scene.go: fresh stores, records, and the scene of a deletion
//   - suite.go: runs all tests; bench.go: measures
//   - the others: the tests, in the order of suite.go
package storetest
