// Package zohobilling is a Zoho Billing v1 of our own: the wire contract over SQLite, for trying out and for tests.
// It must never answer before a write is committed, and never compute money in floats.
//
//   - control.go: what an administrator does in billing's own pages, past the API
//   - org.go: opens the organisations, and puts their calls together
//
// The packages below it, from the lowest up:
//
//   - api: the wire format that all calls share
//   - amount: exact arithmetic with money
//   - store: the SQLite file
//   - list: lists, page by page
//   - fields: custom fields
//   - settings: organisations, currencies, taxes, users
//   - customers, items: the synced records
//   - document: one estimate or invoice as a value
//   - documents: the calls about estimates and invoices
//   - payments: payments
package zohobilling
