// Package sandbox runs a Zoho CRM and a Zoho Billing of our own on this machine, for trying out and for tests.
// It must never be part of a production program.
//
//   - fill.go: fills an empty CRM with sample data or an export
//   - lock.go: keeps a second process out of a data directory
//   - sandbox.go: opens both organisations and serves them
package sandbox
