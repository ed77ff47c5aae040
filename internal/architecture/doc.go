// Package architecture says what shape the tree has: who may import whom, and how large a room may get. It reads the
// source. It must never be imported by a program, except for the one that makes the documentation.
//
// Its tests keep the shape. A test that fails names the package or file, and says what to do.
//
//   - rules.go: who may import whom, and why. A page of the documentation is made from it.
//   - match.go: which rule holds for a package, and what breaks it.
//   - limits.go: how large files, packages and types may get, and why.
//   - source.go: reads the production source of the tree, package by package.
//   - files.go: what a package's files and types come to: lines, methods, what doc.go leaves out.
//   - arrows.go: which file of a package uses which.
//   - order.go: the order of a package's files in which the fewest arrows run back up.
package architecture
