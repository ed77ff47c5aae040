// Package zoho is the port to Zoho CRM, over its REST API v8. It must never repeat a write by itself.
//
// Comments grade what they say about the provider: [A] is its official definition or documentation, [D] is inferred.
//
//   - client.go: scopes, single records and counts
//   - api.go: paths, scopes and limits of the API
//   - refusal.go: what a refusal means
//   - metadata.go: organisation, currencies, users and fields
//   - columns.go: the columns of a query
//   - read.go: pages of records, by query
//   - records.go: turns a row into a record
//   - write.go: upserts and updates
//   - changes.go: deletions and merges
//   - views.go: views and their members
//   - view_pages.go: the members of a view, by list
//   - bulk.go: the members of a large view, by bulk read
//   - search.go: search by name
//   - workspace.go: profiles and activities
//   - cost.go: what calls cost in credits
package zoho
