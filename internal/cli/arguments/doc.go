// Package arguments reads what users type: names of records, and flags that take one of some words. It must never ask the
// store or a side whether a thing exists.
//
// refs.go: MODULE/ID and its parts
// words.go: flags that take one of some words
package arguments
