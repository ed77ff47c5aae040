// Package mapping carries values between CRM and billing records by field maps, exactly and typed, both ways. It must
// never do I/O, and never change a record that it is given.
//
//   - mapping.go: the maps of a connection, by the kind of record that they fill, and a problem of one field.
//   - apply.go: the values of a CRM record in billing's form.
//   - target.go: a whole billing record from a CRM record, with what billing requires.
//   - back.go: the values of a billing record in the CRM's form.
//   - direction.go: which way each field goes.
//   - names.go, remedy.go: fields by name, and what to correct when billing refuses one.
//   - try.go: one map on one record, for an admin who tries it.
//
// The rooms inside: value converts single values, transform evaluates expressions, discover proposes maps, check finds
// what is wrong with maps.
package mapping
