// Package deletion holds the commands that end a connection for good: delete and export-deletion. It must never delete anything
// by itself: the Delete workflow does, and only with the token of a plan.
//
// delete.go: plans, asks, and has a plan carried out
// print.go: a plan as text
// export.go: writes what became of each record
// export_json.go: the same as JSON, made from the CSV
package deletion
