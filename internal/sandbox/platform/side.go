package platform

import "time"

// Clock tells the time. Tests inject their own.
type Clock func() time.Time

// Side is a server of the sandbox: the CRM, billing or the accounts.
type Side string

// The sides. AuthSide is the accounts server, which does OAuth.
const (
	CRM      Side = "crm"
	Billing  Side = "billing"
	AuthSide Side = "accounts"
)
