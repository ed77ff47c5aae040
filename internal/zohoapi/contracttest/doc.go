// Package contracttest checks, in tests, a client's requests against the provider's published API definitions and against
// golden files. It must never change a request, and is not part of a program.
//
//   - contracttest.go: checks requests against the definitions
//   - golden.go: a server that expects the requests of a golden file
package contracttest
