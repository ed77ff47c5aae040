// Package connection holds the commands about the life of a connection: connect, status, pause, resume, disable, enable and
// reauthorize. It must never change a state by itself: each command asks the connection's workflow.
//
// connect.go: checks two organisations, stores the connection and starts its workflow
// status.go, status_life.go, status_deleted.go: where a connection stands
// pause.go: pause and resume
// disable.go, enable.go: stops all work for a time, and takes it up again
// reauthorize.go: another credential for a side
package connection
