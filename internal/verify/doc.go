// Package verify reads both sides of a connection live and reports where they differ from what the preferences ask
// for. It must never write to a side or to the store, and never trust the mirror.
//
//   - verify.go: the order of a verification
//   - report.go: what a verification needs, and its report
//   - verification.go: what it keeps while it runs
//   - module.go: compares one CRM module, page by page
//   - compare.go: compares one pair, field by field
//   - rows.go: billing's records by id, with checksums of their values
//   - persons.go: contact persons, which carry no marker
//   - bothways.go: what is added where the sync goes both ways, and views
//   - extra.go: records of ours that no CRM record accounts for
//   - sample.go: picks the customers that are fetched whole
package verify
