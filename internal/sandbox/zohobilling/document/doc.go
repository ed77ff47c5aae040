// Package document is one estimate (a quote) or invoice of the billing sandbox, as a value.
// It must never read the database or a request's headers: package documents does that.
//
//   - body.go: a request
//   - discount.go: a percentage or an amount
//   - document.go: what is stored of a document
//   - edit.go: applies a request
//   - forms.go: a document in replies and lists
//   - kind.go: the two kinds and their names
//   - lines.go: the lines, completed from their items
//   - print.go: a document as a PDF
//   - status.go: changes of status, and when they are refused
//   - total.go: the amounts
package document
