// Package items is the items (products and services) of the billing sandbox.
// It must never delete an item that a quote or an invoice uses.
//
//   - calls.go: the routes, and what each call does
//   - edit.go: a request, and what it may change
//   - item.go: one item
//   - list.go: the list's filters and order
//   - module.go: what the calls work on
//   - store.go: inserts and changes items, and refuses a second one where names or SKUs are unique
package items
