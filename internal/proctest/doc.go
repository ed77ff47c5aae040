// Package proctest runs Causeway's own programs as processes, so that tests can freeze and kill them. It must never be
// imported by anything but tests, and never leave a process behind, however the tests end.
//
//   - build.go: builds the programs, once per test binary
//   - process.go: starts, watches, freezes and ends a process
//   - memory_linux.go, memory_other.go: a process's peak memory
//   - parent_linux.go, parent_other.go: ends processes with the tests
package proctest
