// Package operate holds the commands for the operator of Causeway. It must never run a sync: that is the worker's task.
//
// serve.go: the gateway
// doctor.go: prints what internal/doctor found
// version.go: the version of this program
package operate
