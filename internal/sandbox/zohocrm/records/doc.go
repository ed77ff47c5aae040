// Package records keeps the records of an organisation in an SQLite file. It must never hold all records in memory,
// and must never check a value: the API does that before it stores one.
//
//   - `store.go`, `open.go`: the store; opens it
//   - `schema.go`: its tables, and the statements that writes run again and again
//   - `find.go`: finds a record by its id, or by a value of a keyed field
//   - `record.go`: inserts and updates records, and gives out ids
//   - `keys.go`: the values by which records are found: duplicate checks, unique fields, lookups
//   - `visit.go`, `statement.go`, `sort.go`: reads the records of a query, in order
//   - `count.go`: counts records, and reads their names
//   - `remove.go`, `deleted.go`: deletes a record; the bin and the list of deletions
//   - `fields.go`: changes the values of a custom field; counts autonumbers
//   - `load.go`: stores many records in one transaction
package records
