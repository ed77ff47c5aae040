// Package fields is the custom fields of the billing sandbox: which ones a module has, and their values in records.
// It must never change a record's time: to a client, a changed field is not a changed record.
//
//   - catalog.go: the custom fields of every module
//   - change.go: adds, changes and drops a field, as an administrator does in billing's own pages; no API has a call for it
//   - datatypes.go: what each data type accepts, and how its values are stored
//   - definition.go: one field, and those of a new organisation
//   - present.go: values in replies, as the settings show them
//   - unique.go: updates by unique field, and the marker's uniqueness
//   - value.go: values in records and in requests
package fields
