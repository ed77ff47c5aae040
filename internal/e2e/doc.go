// Package e2e tests the whole over real processes: the two sandbox organisations, Temporal, workers and the command
// line, each a program of its own that a test starts, kills, freezes and looks at from outside. It holds tests only,
// and must never be imported, nor import the embedded server: its test binary stays quick to link.
package e2e
