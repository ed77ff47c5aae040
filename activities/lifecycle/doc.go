// Package lifecycle does what a connection's states need: it stores the state, removes the finance workspace, and checks
// whether a connection can be enabled. It must never decide which state comes next: that is for workflow Integration.
//
//   - state.go: stores the state, and removes the workspace
//   - enable.go: checks that a disabled connection can be enabled
//   - credential.go: checks that a side's credential is good for the connection
package lifecycle
