package record

import "time"

// Connection is one CRM organisation tied to one billing organisation.
type Connection struct {
	ID string
	// Incarnation is new for every connection made, also for one of the same id: markers of another
	// incarnation count as none.
	Incarnation string
	CRMOrg      string
	BillingOrg  string
	State       State
	Degraded    *Degraded
	CreatedAt   time.Time
}

// State is where a connection stands in its life.
type State string

// The states of a connection.
const (
	StateConnected State = "connected"
	StateActive    State = "active"
)

// Degraded says what is wrong with a connection, and since when.
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
	// CallsPerMinute and CallsInFlight bound the calls of this connection to the side; 0 is no bound on the
	// rate, and the default of 8 in flight.
	CallsPerMinute int `json:"calls_per_minute,omitempty"`
	CallsInFlight  int `json:"calls_in_flight,omitempty"`
}

// Mode says which CRM modules become customers.
type Mode string

// The modes.
const (
	ModeAccounts            Mode = "accounts"
	ModeContacts            Mode = "contacts"
	ModeAccountsAndContacts Mode = "accounts_and_contacts"
)

// Duplicates says what happens to a record whose name (or SKU) a record of the other side has already.
type Duplicates string

// The duplicate rules.
const (
	Skip      Duplicates = "skip"
	Overwrite Duplicates = "overwrite"
	Clone     Duplicates = "clone"
)

// Extent says in which direction an entity is synced.
type Extent string

// Fetch is CRM to billing only.
const Fetch Extent = "fetch"

// Preferences say how one connection syncs. They are versioned: an edit makes a new version, and applies
// to the next sync.
type Preferences struct {
	Version   int             `json:"version"`
	Customers CustomerOptions `json:"customers"`
	Items     ItemOptions     `json:"items"`
	// Cadence is the time between periodic syncs.
	Cadence time.Duration `json:"cadence"`
}

// CustomerOptions are the preferences for customers.
type CustomerOptions struct {
	Mode       Mode       `json:"mode"`
	Extent     Extent     `json:"extent"`
	Duplicates Duplicates `json:"duplicates"`
	// Unattached includes contacts that belong to no account, as individual customers, in the mode
	// accounts_and_contacts.
	Unattached bool `json:"unattached"`
	// AccountMap, ContactMap and PersonMap fill a business customer, an individual customer and a contact
	// person.
	AccountMap []FieldMap `json:"account_map"`
	ContactMap []FieldMap `json:"contact_map"`
	PersonMap  []FieldMap `json:"person_map"`
}

// ItemOptions are the preferences for items.
type ItemOptions struct {
	Extent     Extent     `json:"extent"`
	Duplicates Duplicates `json:"duplicates"`
	Map        []FieldMap `json:"map"`
}

// FieldMap fills one target field from one source field.
type FieldMap struct {
	// Source is the source field's API name; a dot reaches into an object ("Account_Name.name").
	Source string `json:"source"`
	// Target is the target field's API name; a dot reaches into an object ("billing_address.city").
	Target string `json:"target"`
	// Kind says how the value is carried over.
	Kind ValueKind `json:"kind"`
}

// ValueKind says how a mapped value is carried over.
type ValueKind string

// The kinds of mapped values.
const (
	KindText    ValueKind = "text"    // trimmed; inner space, case and script are kept
	KindEmail   ValueKind = "email"   // trimmed
	KindDecimal ValueKind = "decimal" // exact
	KindBool    ValueKind = "bool"
	KindActive  ValueKind = "active" // true becomes "active", false "inactive"
)
