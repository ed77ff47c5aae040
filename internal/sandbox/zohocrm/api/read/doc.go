// Package read answers the calls that read records: lists, single records, searches and COQL. It must never change a
// record.
//
//   - `handlers.go`: what the handlers need
//   - `list.go`: a page of a module's records
//   - `list_request.go`: the parameters of a list
//   - `get.go`: one record, the deleted records, the number of records
//   - `related.go`: the records that point at a record
//   - `search.go`, `search_filter.go`: searches, and their conditions
//   - `coql.go`: queries in COQL
//   - `render.go`: a record as the API shows it
package read
