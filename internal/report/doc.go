// Package report builds what users are shown, as typed values with JSON tags: once, for the command line, the REST API and the
// console. It must never print, and know no flag and no page.
//
// One file for each thing that is shown: run.go, standings.go, status.go, life.go, connected.go, preferences.go, explain.go,
// conflicts.go, customers.go, search.go, deletion.go, finance.go, permissions.go, notifications.go, applications.go, checkup.go,
// version.go, progress.go, allowance.go; times.go: what several of them need.
package report
