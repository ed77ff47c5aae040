// Package workflows is the durable half of Causeway: the life of a connection, its syncs and its pushes, as Temporal
// workflows. It is deterministic: it must never do I/O, read the clock, or hold state outside a workflow.
//
//   - workflows.go: registers all workflows
//   - activities.go: the activities that workflows call
//   - integration.go: Integration, the life of a connection, and its syncs
//   - entity.go: what an Integration holds, shows and hands on
//   - life.go: pause and resume, disabling and deleting, within Integration
//   - updates.go, life_updates.go: the updates that Integration answers
//   - control.go: pause and resume in the order in which they were sent
//   - sync.go: InitialSync and PeriodicSync
//   - push.go: TransactionPush, one request after the other
//   - push_queue.go: the order of its requests
//   - disable.go: Disable
//   - delete.go: Delete
//   - notify.go: Notification, and what Integration notifies of
//   - details.go: texts that the Web UI shows, and search attributes
//   - attempt.go: retries of one activity
//   - options.go: time-outs, retries and priorities
//   - versions.go: changes that histories of earlier builds lack
package workflows
