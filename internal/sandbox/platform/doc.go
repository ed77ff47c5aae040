// Package platform is the ground that both sandbox organisations stand on: SQLite with group commit, the accounts
// server (OAuth), settings, faults, limits and the call log. It must never know a record of either side.
package platform

import "time"

// Clock tells the time. Tests inject their own.
type Clock func() time.Time

// Side names whose calls a rule, a limit or a count is about.
type Side string

// The sides. Accounts is the OAuth server.
const (
	CRM      Side = "crm"
	Billing  Side = "billing"
	AuthSide Side = "accounts"
)
