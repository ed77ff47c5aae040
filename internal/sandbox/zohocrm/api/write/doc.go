// Package write answers the calls that create, update, upsert and delete records. It must never answer before what it
// answers is committed.
//
//   - `handlers.go`: what the handlers need
//   - `write.go`: creates and updates
//   - `upsert.go`: updates the record that matches, or creates one
//   - `delete.go`: deletes
//   - `check.go`: checks values, and puts them onto a record
package write
