// Package custom keeps what people add to an organisation: custom fields and views. It must never change a record:
// what becomes of the values of a changed field is for package records.
//
//   - `definitions.go`, `reload.go`: the fields of a module; reads the definitions from the file
//   - `fields.go`: checks and stores a custom field
//   - `view.go`, `views.go`: a view, and the standard views; finds, saves and deletes views
package custom
