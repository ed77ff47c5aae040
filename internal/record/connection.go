package record

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Connection is one CRM organisation tied to one billing organisation.
type Connection struct {
	ID string
	// Incarnation is new for every connection made, even one with a known id. Markers of another incarnation are
	// ignored.
	Incarnation string
	CRMOrg      string
	BillingOrg  string
	State       State
	Degraded    *Degraded
	CreatedAt   time.Time
}

// State is the stage of a connection's life.
type State string

// The states of a connection.
const (
	StateConnected State = "connected"
	StateActive    State = "active"
	StatePausing   State = "pausing"
	StatePaused    State = "paused"
	StateDisabling State = "disabling"
	StateDisabled  State = "disabled"
	StateEnabling  State = "enabling"
	StateDeleting  State = "deleting"
	StateDeleted   State = "deleted"
)

// States lists all states of a connection.
func States() []State {
	return []State{
		StateConnected, StateActive, StatePausing, StatePaused, StateDisabling, StateDisabled, StateEnabling, StateDeleting, StateDeleted,
	}
}

// Degraded is what is wrong with a connection, and since when.
type Degraded struct {
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// Credential is what a client needs to call a side. It is encrypted at rest and never passes Temporal.
type Credential struct {
	AccountsURL  string `json:"accounts_url"` // scheme and host of the OAuth server, which chooses the region
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	// Organization is the organisation's id on that side.
	Organization string `json:"organization"`
	// CallsPerMinute and CallsInFlight limit this connection's calls to the side. 0 means no limit per minute, and
	// the default of 8 in flight.
	CallsPerMinute int `json:"calls_per_minute,omitempty"`
	CallsInFlight  int `json:"calls_in_flight,omitempty"`
}

// TokenID returns the key under which a credential's access tokens are kept. It reveals no secret.
func (c Credential) TokenID() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{strings.TrimRight(c.AccountsURL, "/"), c.ClientID, c.ClientSecret, c.RefreshToken}, "\x00")))
	return hex.EncodeToString(sum[:])
}
