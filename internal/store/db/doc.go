// Package db opens PostgreSQL or SQLite, migrates the schema, and runs statements in transactions. It must never know
// what a statement means: the rooms above hold the statements.
//
//   - open.go: opens the database that an address names
//   - database.go: the handle of a database
//   - postgres.go: opens PostgreSQL, and bounds idle transactions
//   - sqlite.go: opens SQLite for reading
//   - writer.go: the one connection that writes to SQLite
//   - tx.go: transactions and readers
//   - session.go: runs statements
//   - dialect.go: writes one statement in the form of each database
//   - bulk.go: statements over many rows
//   - values.go: how times, texts and values are stored
//   - sealed.go: encrypts columns
//   - migrate.go: brings the schema to the newest version
//   - version.go: compares the schema with the program
//   - statistics.go: gathers the statistics that PostgreSQL lacks
package db
