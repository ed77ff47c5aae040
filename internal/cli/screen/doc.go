// Package screen makes text safe and fit to show on a terminal. It must know nothing of Causeway.
//
// text.go: names, sentences and values on one line, without control characters
// table.go: tables that fit the terminal
// terminal.go: whether a stream is a terminal, and how wide
package screen
