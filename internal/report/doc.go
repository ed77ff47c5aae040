// Package report builds what users are shown, as typed values with JSON tags: once, for the command line, the REST API and the
// console. It must never print, and know no flag and no page.
//
// run.go: a run, its counts, failures and operations
// runs.go: lists of runs, a run with its operations, and one that was asked for
// standings.go: the records in sync, excluded and failing
// status.go: where a connection stands, and what its sides can do
// life.go: what pause, disable, enable and reauthorize have come to
// connected.go: a connection that was made
// preferences.go: preferences after an edit, field maps, and fields
// explain.go: everything that is known of a record
// conflicts.go: records that wait for a decision
// records.go: records that a search found, and linked customers
// deletion.go: deletions, their plans and exports
// finance.go: quotes, invoices, figures and timelines
// permissions.go: CRM profiles and users
// notifications.go: notifications and webhooks
// applications.go: other finance applications, API tokens, and the gateway
// checkup.go: what doctor found
// version.go: which program this is
// progress.go: how far a running run has come
// allowance.go: the daily allowance of a side
package report
