// Package platform is what both sandbox organisations stand on: SQLite with group commit, the accounts server (OAuth),
// settings, faults, limits and the call log. It must never know a record of either side.
//
//   - `gate.go`, `call.go`: what every call passes through, in order
//   - `misbehave.go`: what a call with a fault answers
//   - `faults.go`: which call gets a fault
//   - `limits.go`: limits by the minute, by the day and at once
//   - `calls.go`: the sides and the classes of calls; counts calls
//   - `control.go`: the paths of /sandbox/v1
//   - `reply.go`: JSON replies, and handlers of /sandbox/v1
//   - `upload.go`: reads an uploaded file
//   - `accounts.go`, `oauth.go`, `oauth_form.go`: clients and tokens; the calls that grant them; their forms
//   - `scope.go`: who calls, and what the token allows
//   - `settings.go`, `values.go`: the settings; their values
//   - `definitions.go`, `setting_kinds.go`: each setting with its name; the kinds of settings
//   - `descriptions.go`: what settings and faults are for, as the documentation shows it
//   - `db.go`: an SQLite file with one writer and several readers
package platform
