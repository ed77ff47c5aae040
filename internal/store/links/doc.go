// Package links keeps which record of the CRM is which record of billing. It must never decide whether two records
// belong together: a plan does.
//
//   - links.go: writes and reads links
package links
