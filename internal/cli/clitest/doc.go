// Package clitest runs the command line in tests: on a store of its own, with a Temporal that the test plays and, where a test
// wants them, two live sandboxes. It must never be imported outside tests.
//
// trial.go: one program with its store, and what a test puts into it
// at.go: the time at which the programs of the tests run
// temporal.go, life.go: the Temporal that answers as the test says
// live.go: sandboxes, links and the decoding of what was printed
package clitest
