// Package activities is where workflows meet what does I/O for them: it has one method for each activity that Temporal
// knows, begins the attempt, calls the room that does the work, and turns its error into Temporal's. It must never do
// any of the work itself, and passes Temporal ids, cursors and counts only: never a record, never a credential.
//
// The name of a method is the name of an activity. Recorded histories and workflows in flight know it: it never changes.
//
//   - register.go: all activities, for a worker to register
//   - errors.go: makes Temporal's errors, here and nowhere else
//   - sync.go: a run: start, mirror, plan, apply, settle, figures, finish
//   - setup.go: an admin's edits of preferences, and choices of records
//   - lifecycle.go: disabling, enabling, and the stored state
//   - deletion.go: the steps of a deletion
//   - pushes.go: quotes and invoices
//   - notices.go: notifications
//
// The rooms below it, lowest first: attempt (one try of an activity), setup, mirror, plan, apply, run, push, lifecycle,
// deletion, notify.
package activities
