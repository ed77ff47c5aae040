// Package transform compiles and evaluates the CEL expressions of field maps. It must never let an expression use more
// than its bounds of time, cost and size, nor harm anything but its own result.
//
//   - transform.go: compiles and runs an expression within its bounds.
//   - functions.go: the functions that expressions have beside CEL's own.
//   - number.go: exact decimal numbers in expressions.
//   - check.go: the type of an expression against the fields of a record.
//   - result.go: the result as a value that a field map can convert.
package transform
