// Package mirror keeps what was read from the sides: one row for each record, and how far each module was read. It
// must never hold what Causeway intends, only what a side has shown.
//
//   - mirror.go: the room
//   - page.go: stores pages, and where reading continues
//   - rows.go: the rows, and reads of them
//   - due.go: marks records as due
//   - unsure.go: records that may have changed within one second
//   - view.go: compares the mirror with a listing
//   - rescan.go: has a module read from its beginning
//   - shown.go: finds records that show a field
package mirror
