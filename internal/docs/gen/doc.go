// Command gen writes the parts of the documentation that are made from the code. It must never be part of a program
// that users run: it reads the source tree.
//
// `go generate ./internal/docs` runs it. Its test fails when a page is stale.
//
//   - main.go: the parts, by name, and where they stand.
//   - markers.go: replaces the parts of a page.
//   - command.go: a command with its arguments and flags, and its Markdown.
//   - kong.go: commands from a kong model.
//   - starter.go: the command line, from its own model.
//   - structs.go: commands from the source of a program that cannot be linked here.
//   - environment.go: the environment variables, from struct tags and from what the code reads.
//   - variables.go: what the variables without a flag are for.
//   - printed.go: what each command prints as JSON.
//   - shapes.go: JSON shapes, by reflection.
//   - comments.go: what the source says about the fields of a type.
//   - rules.go: who may import whom.
//   - sandbox.go: the sandboxes' settings and faults.
//   - markdown.go: tables.
package main
