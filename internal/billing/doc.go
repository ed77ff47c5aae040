// Package billing is the port to a billing system: what one must offer so that Causeway can sync it and push to it.
// It must never call anything itself, nor know a provider's wire format.
//
//   - billing.go: customers, contact persons and items
//   - transactions.go: quotes, invoices, and what belongs to them
package billing
