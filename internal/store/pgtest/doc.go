// Package pgtest starts a private PostgreSQL server for tests, from the installed binaries, and makes a fresh database for
// each test. It must never touch a server that it did not start, nor outlive its test process.
//
//   - pgtest.go: a fresh database of the server that the tests of a process share.
//   - server.go: the server, and where its programs are.
//   - start_unix.go: starts the server, and ends it with its parent.
//   - start_other.go: refuses to start a server on other systems.
//   - own_unix.go: a server of one test alone, which the test may kill.
package pgtest
