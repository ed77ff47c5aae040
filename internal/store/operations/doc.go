// Package operations keeps what runs planned to do to records, who may do it, and what became of it. It must never
// let an attempt that lost its claim write an outcome.
//
//   - insert.go: stores plans
//   - claims.go: assigns operations to attempts, and takes them back
//   - finish.go: stores outcomes and what follows from them
//   - unsettled.go: lists what is of unknown outcome
//   - drop.go: forgets operations that need not be done
//   - gone.go: notes deletions and merges
//   - elsewhere.go: takes what earlier runs left open
//   - beside.go: takes what other runs have open of a run's own records
//   - taken.go: finds the record that has a name or an SKU
//   - decisions.go: what people decided on conflicts
//   - read.go: reads operations
package operations
