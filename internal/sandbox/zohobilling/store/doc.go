// Package store keeps the billing sandbox's records in one SQLite file.
// It must never answer before a write is committed, use an id twice, or give two writes the same time.
//
//   - read.go: reads outside a write
//   - schema.go: the tables, and where each one's ids start
//   - store.go: opens the file
//   - write.go: one write: its transaction, time and ids
package store
