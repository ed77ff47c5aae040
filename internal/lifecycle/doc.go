// Package lifecycle is the state machine of a connection: a pure value that the Integration workflow holds, and its
// transitions. It must never do I/O, read a clock or know Temporal: times come in as arguments.
//
//   - state.go: the state, its queue of syncs, and what a finished or failed sync changes.
//   - stopped.go: what the state holds of a connection that is stopped.
//   - life.go: pausing, resuming, disabling and enabling.
//   - deletion.go: the plan and the progress of a deletion.
//   - refuses.go: which update is accepted in which state, and the reason for a refusal.
package lifecycle
