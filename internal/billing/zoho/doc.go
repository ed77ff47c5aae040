// Package zoho is the port to Zoho Billing, over its REST API v1.
// It must never repeat a write that may have taken effect.
//
//   - client.go: the client, scopes, organisations, users, currencies
//   - custom.go: custom fields in writes
//   - delete.go: deletes records, and lists what transactions use
//   - fieldbook.go: the custom fields that records have shown
//   - fields.go: the fields of each module
//   - judge.go: what billing's replies mean
//   - probe.go: finds out what an organisation can do with records
//   - read.go: lists, reads and finds records
//   - records.go: records on the wire, and their markers
//   - transactions.go: lists and reads quotes and invoices
//   - transactions_actions.go: e-mails, payments, prints
//   - transactions_comments.go: comments
//   - transactions_files.go: attachments
//   - transactions_judge.go: explains refused transactions
//   - transactions_probe.go: finds out what an organisation can do with transactions
//   - transactions_wire.go: transactions on the wire
//   - transactions_write.go: creates and updates transactions
//   - values.go: texts, numbers and times on the wire
//   - write.go: creates and updates records
package zoho
