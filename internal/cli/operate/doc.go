// Package operate holds the commands for whoever runs Causeway. It must never run a sync: that is the worker's task.
//
// serve.go: the gateway
package operate
