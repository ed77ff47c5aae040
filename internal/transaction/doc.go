// Package transaction checks quotes and invoices, calculates their exact amounts, and knows which actions each status
// allows. It must never do I/O, and it knows no provider's wire format.
//
//   - transaction.go: reads and checks amounts, discounts and lines
//   - total.go: calculates lines, taxes and totals
//   - allowed.go: the actions of each status, and checks of payments, addresses, comments and files
//   - figures.go: sales, outstanding and overdue amounts of a customer
package transaction
