// Package runs holds the commands about runs: sync, retry and history. Other commands use it to start a run, wait for it and
// print it. It must never change a record: a run is the workflows' work.
//
// sync.go, retry.go: the commands that start a run
// history.go, history_records.go: the commands that look back
// follow.go: starts a run, waits for its end and judges it
// progress.go: how far a run has come
// find.go: a run by its id, or the newest
// print.go: a run, its counts and operations as text
package runs
