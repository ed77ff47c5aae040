// Command dev runs everything in one process, embedded: the Temporal server with its Web UI, the store, two sandbox
// organisations, the worker, and a connection between the two. It is for trying out and for tests, and must never be
// deployed: its servers have no passwords.
//
//   - main.go: the commands, and the exit status.
//   - demo.go: the command that runs everything, which is the default.
//   - print.go: prints what a sync did, and where to look.
//   - sync.go: waits for a sync, and shows how far it is.
//   - connect.go: makes the connection, or finds the one of an earlier start.
//   - stopped.go: tells why no sync starts, and what to do.
//   - stand.go: starts and ends everything that runs.
//   - choice.go: what a data directory was filled with.
//   - sandbox.go: the command that runs the two organisations alone.
//   - temporal.go: the command that runs Temporal alone.
//   - sides.go: how the two organisations behave, and how they are reached.
//   - server.go: the embedded Temporal, whose Web UI shows payloads decrypted.
//   - gateway.go: serves the REST API.
//   - streams.go: what all commands share.
package main
