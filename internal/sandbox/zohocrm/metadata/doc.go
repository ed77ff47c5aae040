// Package metadata says what a Zoho CRM organisation is made of: its modules, their fields and what may stand in
// them, its users, profiles and currencies. It must never read or write a record, a file or a request.
//
//   - `module.go`: the modules, and the ids of metadata
//   - `field.go`, `fields_standard.go`: the types of fields; the standard fields of each module
//   - `fieldset.go`: the fields that a module has under the organisation's settings
//   - `value.go`: checks a value that a client wrote, and returns the form in which it is stored
//   - `text.go`: ids, times and numbers as text
//   - `user.go`, `profile.go`, `currency.go`: the organisation's people and money
//   - `related.go`: the lists of other records that a record shows
package metadata
