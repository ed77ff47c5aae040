// Package screen makes text safe and fit to show on a terminal. It must never print, and know nothing of Causeway.
//
// text.go: names, sentences and values on one line, without control characters
// terminal.go: whether somebody sits at the other end
package screen
