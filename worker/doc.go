// Command worker is the production worker: it runs Causeway's workflows and activities for a Temporal server that runs
// elsewhere. It must never link an embedded server or a sandbox.
//
//   - main.go: flags, log and exit status
//   - run.go: polls Temporal, or migrates the store
package main
