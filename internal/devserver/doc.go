// Package devserver runs a Temporal server with its Web UI inside this process, on SQLite files in a directory. It
// must never be part of the production worker, and never listen beyond the loopback address: it has no authentication.
//
//   - server.go: starts and stops the server
//   - options.go: where it keeps its data and where it listens
//   - config.go: its configuration, tuned for one small host
//   - ports.go: checks and finds ports
//   - database.go: its SQLite file
//   - postgres.go: its PostgreSQL databases, instead of the file
//   - namespace.go: namespaces and search attributes
//   - ui.go: the Web UI
//   - log.go: the server's log, in slog
package devserver
