// Package customers is the customers and contact persons of the billing sandbox.
// It must never delete a customer that has transactions, nor let a customer and its primary contact person disagree.
//
//   - calls.go: the routes, and what each call about customers does
//   - customer.go: one customer
//   - edit.go: a request, and what it may change
//   - list.go: the list's filters and order
//   - module.go: what the calls work on
//   - person.go: one contact person
//   - person_calls.go: the calls about contact persons
//   - person_store.go: inserts and changes contact persons
//   - primary.go: keeps a customer and its primary contact person in agreement
//   - short_form.go: a customer in lists
//   - store.go: inserts and changes customers, and refuses a second one where names are unique
package customers
