// Package reconcile decides what a sync does with each record, in either direction: create, clone, update, link,
// move, skip, park as a conflict, fail, or nothing. It must never do I/O, read a clock or draw a random number: the
// same rows always lead to the same decisions.
//
//   - reconcile.go: codes, rules, and which operations create a record
//   - source.go: a record of either side with all that its decision needs, and the planner
//   - feeds.go: the steps of a sync, and which records feed each of them
//   - planner.go: decides about CRM records, towards billing
//   - tocrm.go: decides about billing records, towards the CRM
//   - tobilling_match.go: links and creates partners in billing
//   - tocrm_match.go: finds, links and creates partners in the CRM
//   - seeker.go: a record without a link, and its possible partners
//   - duplicates.go: finds and judges possible duplicates
//   - persons.go: contact persons and their customers
//   - moves.go: contacts that changed their account
//   - outcomes.go: operations that write nothing
//   - gone.go: records that were deleted, came back or left the view
//   - merge.go: merges the edits of both sides
//   - half.go: turns a merge into one side's operation
//   - names.go: the fields that hold names, and names with and without a suffix
//   - suffix.go: retries with a suffix, where a side refuses the plain name
//   - values.go: differences between values, and the base of a link
//   - settle.go: finds the record that a write of unknown outcome made
package reconcile
