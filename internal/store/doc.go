// Package store is the front of what Causeway keeps, in PostgreSQL or SQLite behind the same methods. Each room below
// keeps one thing; callers reach it by a field of Store. It must never call a side, never store a credential in clear,
// and never let an attempt that lost its claim write an outcome.
//
//   - store.go: opens the database and its rooms.
//
// The rooms:
//
//   - db: the database below all rooms: PostgreSQL or SQLite, transactions, migrations.
//   - connections: connections, credentials, preferences and their states.
//   - mirror: our copy of the records of both sides.
//   - links: which record is which.
//   - runs: syncs and their counts.
//   - operations: intended changes, claims and outcomes.
//   - worklist: what a plan has to look at.
//   - history: what became of records.
//   - pushes: transactions, their sequence and their queue.
//   - deletions: plans of deletions and what became of them.
//   - administration: tokens, applications, notifications and permissions.
//   - storetest: the conformance suite.
//   - pgtest: a PostgreSQL server for tests.
package store
