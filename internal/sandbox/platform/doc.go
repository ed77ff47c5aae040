// Package platform is the ground that both sandbox organisations stand on: SQLite with group commit, the accounts
// server (OAuth), settings, faults, limits and the call log. It must never know a record of either side.
//
//   - db.go: one SQLite file, with a single writer that commits in groups.
//   - accounts.go: clients, grants and tokens, as the accounts server keeps them.
//   - oauth.go: the accounts server's replies under /oauth/v2.
//   - oauth_form.go: reads what a client sends to it.
//   - scope.go: who calls, and what the token allows.
//   - gate.go: lets a call through to a side, or refuses it.
//   - limits.go: the limits of each side, and why a call is refused.
//   - faults.go: how often which call goes wrong.
//   - misbehave.go: makes a call go wrong.
//   - settings.go: the settings' values, and how they are set.
//   - definitions.go: each setting with its default.
//   - descriptions.go: what settings and faults are for, as the documentation shows it.
//   - calls.go: counts the calls.
//   - control.go: /sandbox/v1, where tests count, set and break things.
//   - admin.go: answers of /sandbox/v1.
//   - upload.go: files of forms.
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
