// Package report is what users are shown, as typed values with JSON tags: one source for the command line, the REST
// API and the console. It must never print, read flags or call a side.
//
//   - run.go: a sync with its counts and failures, and one operation of it.
package report
