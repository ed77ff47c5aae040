// Package session is what every command needs while it runs: the store, Temporal, the terminal, and the connection that the
// user named. It must know no command, and never decide what a command prints.
//
// session.go: where a command reads and prints, and how it opens the store
// temporal.go: what commands ask of Temporal, through workflows/contract alone
// selection.go: how a connection is named
// known.go: a connection that was deleted is told from one that never was
// steer.go: waits until a connection is in a state
// answer.go: waits for a workflow's answer, and for how long
// output.go: results as text, tables or JSON
// line.go: the line of progress
// prompt.go: questions to somebody at the terminal
package session
