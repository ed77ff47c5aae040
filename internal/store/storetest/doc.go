// Package storetest is the conformance suite of the store: what every database must do, by the store's own methods. It
// must never need the inside of a room. Each file holds the rules of one room, and suite.go lists them; that is why there
// are more than twenty.
package storetest
