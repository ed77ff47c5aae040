// Package crm is the port to a CRM: what a CRM must offer so that Causeway can sync it. It must never call anything
// itself, and it knows no provider's wire format.
//
//   - crm.go: records, fields, views and deletions
//   - workspace.go: profiles and activities, for a finance workspace
package crm
