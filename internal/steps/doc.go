// Package steps is the private vocabulary between workflows and activities: the input and the result of each activity
// and of each child workflow. It must never hold a record or a credential: only ids, cursors, counts and codes. The
// values stand in recorded histories, so a field may be added, but never renamed or removed.
//
//   - sync.go: mirror, plan, apply, settle, figures, and the start and end of a run.
//   - push.go: pushes of transactions; these values are encrypted in histories.
//   - setup.go: edits of preferences, runs of chosen records, pruning.
//   - life.go: pausing, disabling, enabling, renewed credentials.
//   - deletion.go: the plan of a deletion and its parts.
//   - notify.go: notifications.
package steps
