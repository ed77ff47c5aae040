// Package documents keeps and serves what hangs on records: attachments, notes, events and calls. It must never change
// the record that they hang on.
//
//   - `handlers.go`, `routes.go`, `schema.go`: what the handlers need; their routes; their tables
//   - `attachments.go`, `attachment_file.go`: lists and deletes attachments; uploads and downloads them
//   - `activities.go`: creates and lists notes, events and calls
//   - `activity_kinds.go`: what each of the three holds
package documents
