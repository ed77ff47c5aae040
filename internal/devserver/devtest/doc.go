// Package devtest gives each test binary one Temporal server, and each test its own namespace on it. It must never be
// imported by anything but tests: linking the server takes minutes the first time.
//
//   - devtest.go: the server, its namespaces and clients
package devtest
