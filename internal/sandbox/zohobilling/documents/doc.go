// Package documents serves the calls about estimates (quotes) and invoices of the billing sandbox.
// It must never compute an amount or decide a status: package document does that.
//
//   - calls.go: the routes, and what each call does
//   - comment_calls.go: the calls about comments
//   - comments.go: comments on documents
//   - files.go: attachments
//   - list.go: the lists' filters and order
//   - mail.go: documents sent by e-mail
//   - module.go: what the calls work on
//   - sample.go: sample invoices
//   - status.go: the calls that change a status
//   - store.go: reads and stores documents, and what follows from a change
//   - write.go: creates and updates documents
package documents
