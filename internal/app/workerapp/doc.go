// Package workerapp builds the worker that runs Causeway's workflows and activities. It must never link an embedded
// server.
//
//   - workerapp.go: the worker, with everything that it runs
//   - orphans.go: activities of a killed process, retried at once
package workerapp
