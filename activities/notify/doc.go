// Package notify leaves notifications and delivers them to a connection's webhook. It must never keep a workflow from its
// work: what fails here is tried again by Temporal.
//
//   - notify.go: stores a notification, and delivers it
package notify
