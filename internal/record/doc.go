// Package record holds the pure types that all of Causeway shares inside: records of both sides, links,
// operations, runs, preferences and the kinds of errors. It must never do I/O, and it imports no other package of ours.
//
//   - connection.go: a connection, its states and its credentials
//   - drift.go: a mapped field whose definition changed on its side
//   - encode.go: canonical JSON of values, written fast
//   - errors.go: what a failure means and what a user can do
//   - first.go: what only the first connection of a CRM organisation may do
//   - marker.go: our own id on the records that we create
//   - names.go: the form in which names are compared
//   - operation.go: links, operations, outcomes and runs
//   - preferences.go: how a connection syncs
//   - record.go: sides, modules, entities and records
//   - settings.go: the names of settings and the values that they may have
//   - transaction.go: quotes, invoices and their parts
//   - values.go: a record's fields, and how values compare
package record
