// Package payments is the payments of the billing sandbox, and its list of invoices and payments together.
// It must never set an invoice's status or balance: package document derives both from the payments.
//
//   - apply.go: pays invoices with a payment, and takes it back
//   - body.go: a request
//   - calls.go: the routes, and what each call does
//   - module.go: what the calls work on
//   - payment.go: one payment
//   - transactions.go: invoices and payments in one list
package payments
