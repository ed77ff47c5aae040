// Package docs is the command `starter docs`: it prints the documentation. It must never reach a store or a network:
// the documentation is there before anything is set up.
//
//   - docs.go: the command.
package docs
