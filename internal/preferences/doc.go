// Package preferences edits and compares how a connection syncs, and tells it in the public words of workflows/contract. It
// must never read or write the store, and never ask a side.
//
// compare.go: what an edit changes, and what it means for records that are linked
// lists.go: the four lists of field maps
// public.go: from the store's words to the contract's, and back
package preferences
