// Package describe answers the calls that describe the organisation: its users, profiles, modules, fields, layouts and
// views. It must never change anything.
//
//   - `handlers.go`, `routes.go`: what the handlers need; their routes
//   - `org.go`: the organisation and its currencies
//   - `users.go`, `profiles.go`: people and their permissions
//   - `modules.go`, `layouts.go`, `fields.go`, `related.go`, `views.go`: what settings/ shows of a module
package describe
