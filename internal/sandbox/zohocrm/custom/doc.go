// Package custom keeps what people add to an organisation: custom fields and views. It must never change a record:
// what becomes of the values of a changed field is for package records.
//
//   - `definitions.go`: reads the definitions, and returns the fields of a module
//   - `fields.go`: checks and stores a custom field
//   - `views.go`: the standard views, and those that people saved
package custom
