// Package runs keeps the runs of connections: how each began and ended, which records it is about, and what it cost.
// It must never know what a run did to a record: operations do.
//
//   - runs.go: starts, finishes and reads runs
//   - end.go: ends all runs of a connection
//   - records.go: the records that a run is about
//   - listings.go: pages of ids that a run has listed
//   - spent.go: API calls and events of runs
package runs
