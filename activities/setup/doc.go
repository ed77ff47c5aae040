// Package setup carries out an admin's edits of a connection: it checks preferences against both sides, saves them, has
// them take effect with the next run, and stores which records a run is about. It must never write to a side.
//
//   - draft.go: adopts an edit of the preferences
//   - edit.go: an edit while it is checked, and the codes of what is wrong with it
//   - settings.go: what the preferences alone show to be wrong
//   - sides.go: what both sides allow and hold: scopes, views, fields, markers, currencies
//   - figures.go: the fields of the CRM that are to hold figures
//   - transactions.go: whether both sides let quotes and invoices be pushed
//   - effect.go: has an edit take effect on what the store holds
//   - scope.go: chooses the records of a retry, of a decision on a conflict, of a re-sync
//   - prune.go: removes old runs
package setup
