// Package settings is what an administrator sets up in the billing sandbox: organisations, currencies, taxes, users.
// It must never be written by a call: clients only read it.
//
//   - currencies.go: the enabled currencies
//   - organizations.go: the organisations of the account, and which one a call names
//   - taxes.go: the taxes
//   - users.go: the users
package settings
