// Package run begins and ends a run: it stores the run, checks that both sides can be used, and says what there is to do. It
// must never read or write records: that is for mirror, plan and apply.
//
//   - start.go: begins a run
//   - scans.go: which lists the run reads, in which order
//   - drift.go: which field maps rest because the CRM's fields have changed
//   - finish.go: ends a run, and shows on the connection how it ended
package run
