// Package deletion decides what the deletion of a connection does to each record: what either choice would do to it,
// what became of the contact persons of a customer, and what a look at a record means. It must never read the store or
// a side: it is given what is known.
//
//   - words.go: choices, outcomes, states, codes and reasons
//   - plan.go: decides what either choice would do to a record
//   - follow.go: decides what became of records by what became of others, or by a look at them
package deletion
