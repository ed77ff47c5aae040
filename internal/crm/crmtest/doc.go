// Package crmtest is the conformance suite of crm.Port and crm.Workspace: what every implementation must do. It must
// never know a provider's wire format.
//
//   - crmtest.go: the list of tests
//   - fixture.go: the organisation that they need
//   - metadata.go: organisations, currencies, users, fields and scopes
//   - reads.go: scans, incremental reads and single records
//   - writes.go: upserts, updates and markers
//   - changes.go: deletions, merges and views
//   - search.go: search by name
//   - workspace.go: profiles and activities
package crmtest
