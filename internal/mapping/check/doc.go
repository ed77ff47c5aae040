// Package check finds what is wrong with field maps before a record is sent. It must never do I/O: the fields of both
// sides come in as arguments.
//
//   - list.go: the lists of maps, and what is checked of one.
//   - check.go: each map against the fields of both sides.
//   - choices.go: the pairs of picklists.
//   - required.go: fields without which a side takes no record.
//   - drift.go: fields that have changed or gone since the maps were checked.
//   - near.go: fields with a similar name, for a name that does not exist.
package check
