// Package permission decides what a CRM user may do with transactions, by the rights of the user's profile. It must
// never read the store, nor know who asks: it is given what is known of the user.
//
//   - permission.go: the rights of a profile
//   - user.go: decides whether a user may do something
package permission
