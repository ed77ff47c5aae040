// Package configure shows and edits the preferences of a connection. Commands that edit a part of them (field maps, figures)
// save with it, too. It must never write preferences to the store by itself: the connection's workflow checks and adopts an edit.
//
// configure.go: the command and its flags
// save.go: says what an edit means, asks, and has it adopted
// views.go: custom views of the CRM, by name or id
// print.go: preferences as text
package configure
