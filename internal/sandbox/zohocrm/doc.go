// Package zohocrm is a local Zoho CRM: an HTTP server that speaks the part of the v8 API that clients of accounts,
// contacts and products use, and keeps its records in an SQLite file. It must never answer before what it answers is
// committed, and never hold all records in memory.
//
//   - `org.go`: opens an organisation, and puts its parts together
//   - `direct.go`: the organisation used from Go, past HTTP
//   - `aliases.go`: the types that those methods take
//
// The parts, from the bottom up: metadata (what exists), query (which records are wanted), coql (the query language),
// custom (custom fields and views), records (the file), then api (HTTP), csvfiles (import and export) and admin (what
// people do on the CRM's own pages).
package zohocrm
