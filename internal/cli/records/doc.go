// Package records holds the commands about single records: search, import, resync, explain, customers, conflicts and verify.
// It must never write to a side: what is brought across is brought by a run.
//
// bring.go: resync and import
// search.go: looks live on both sides
// customers.go: the customers that are linked
// conflicts.go: records that wait for a decision
// explain.go: everything that happened to a record
// verify.go: compares both live sides
package records
