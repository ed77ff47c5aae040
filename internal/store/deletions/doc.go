// Package deletions keeps how a connection is deleted: the plan, its confirmation, what became of each record, and
// the removal of the rest. It must never remove anything before each record was verified.
//
//   - deletion.go: deletions
//   - place.go: places in the making of a plan
//   - plan.go: lists the records of a plan
//   - decide.go: reads the facts of records, and stores what each choice would do to them
//   - follow.go: contact persons that follow their customers
//   - given_up.go: sides that are gone for good
//   - held.go: what keeps a record from being deleted
//   - token.go: the token that confirms a plan
//   - records.go: claims records, and stores what became of them
//   - verify.go: what looks at the sides have found
//   - export.go: writes a deletion as CSV
//   - remove.go: removes what a connection left in the store
package deletions
