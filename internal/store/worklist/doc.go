// Package worklist reads what a plan has to decide on: records that are due, with what is known of each, and
// candidates for those that have no link. It must never write.
//
//   - due.go: pages of due records
//   - query.go: the statement that finds them
//   - candidates.go: records that a record may be
//   - unlinked.go: whether any due record lacks a link
//   - field_gone.go: whether a field has vanished from a side
package worklist
