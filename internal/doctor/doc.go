// Package doctor checks everything that Causeway needs to work, and says what to do about what is wrong. It must never
// change anything: not the store, not Temporal, not a side.
//
// doctor.go: the order of the checks
// examination.go: runs one check, and keeps what it found
// installation.go: store, key, Temporal, namespace, search attributes, worker
// connection.go: both sides of a connection: reachable, scopes, marker fields
// clocks.go: clocks that differ
// temporal.go: what is asked of Temporal
package doctor
