package record

import "time"

// Mode selects the CRM modules whose records become customers.
type Mode string

// The modes.
const (
	ModeAccounts            Mode = "accounts"
	ModeContacts            Mode = "contacts"
	ModeAccountsAndContacts Mode = "accounts_and_contacts"
)

// Duplicates decides about a record whose name (or SKU) already exists on the other side.
type Duplicates string

// The duplicate rules.
const (
	Skip      Duplicates = "skip"
	Overwrite Duplicates = "overwrite"
	Clone     Duplicates = "clone"
)

// Extent is the direction in which an entity is synced.
type Extent string

// The extents.
const (
	Fetch Extent = "fetch" // CRM to billing only
	Both  Extent = "both"  // both ways
)

// ConflictRule names the winner where both sides changed the same field since they last agreed.
type ConflictRule string

// The conflict rules.
const (
	CRMWins     ConflictRule = "crm"
	BillingWins ConflictRule = "billing"
	NewestWins  ConflictRule = "newest" // the side whose record was modified last
	AskWins     ConflictRule = "ask"    // none: the record is parked until a person decides
)

// View is a custom view of a CRM module. Only its records are fetched. Name is the view's name at the time it was
// chosen.
type View struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Transactions selects the kinds of transactions that are pushed.
type Transactions string

// The kinds of transactions.
const (
	TransactionsOff Transactions = "off"
	PushQuotes      Transactions = "quotes"
	PushInvoices    Transactions = "invoices"
	PushAll         Transactions = "quotes_and_invoices"
)

// Preferences define how one connection syncs. They are versioned: an edit makes a new version, which the next sync
// uses.
type Preferences struct {
	Version   int             `json:"version"`
	Customers CustomerOptions `json:"customers"`
	Items     ItemOptions     `json:"items"`
	// Transactions is empty in preferences of an earlier build, which means off.
	Transactions Transactions `json:"transactions,omitempty"`
	// CatchAllItem is the billing item used for lines of free text where billing requires an item.
	CatchAllItem string `json:"catch_all_item,omitempty"`
	// Figures lists the CRM fields in which figures are kept.
	Figures []FigureField `json:"figures,omitempty"`
	// Conflicts is empty in preferences of an earlier build, which synced one way only. It means crm.
	Conflicts ConflictRule `json:"conflicts,omitempty"`
	// Cadence is the time between periodic syncs.
	Cadence time.Duration `json:"cadence"`
	// Retention is how long runs are kept; 0 is DefaultRetention.
	Retention time.Duration `json:"retention,omitempty"`
	// CallsPerDay is the daily allowance of each side, in that side's own units. A side without an entry uses the
	// provider's allowance, where that is known.
	CallsPerDay map[Side]int `json:"calls_per_day,omitempty"`
	// EveryRecord is set in a version that makes the next sync check every record, not only what changes from then
	// on.
	EveryRecord bool `json:"every_record,omitempty"`
}

// FigureField keeps one figure of each customer, such as its outstanding receivables, in a field of its CRM record.
type FigureField struct {
	Module Module `json:"module"` // Accounts or Contacts
	Figure string `json:"figure"`
	Field  string `json:"field"` // API name
}

// The bounds and defaults of the times in preferences.
const (
	MinCadence       = 5 * time.Minute
	DefaultCadence   = 2 * time.Hour
	DefaultRetention = 90 * 24 * time.Hour
)

// Extent returns the extent of an entity. Contact persons follow their customers.
func (p Preferences) Extent(entity Entity) Extent {
	if entity == EntityItems {
		return p.Items.Extent
	}
	return p.Customers.Extent
}

// Pushes reports whether transactions of type t are pushed.
func (p Preferences) Pushes(t TransactionType) bool {
	return p.Transactions == PushAll || string(p.Transactions) == string(t.Module())
}

// View returns the view that limits what is fetched from the module, or nil.
func (p Preferences) View(module Module) *View {
	switch module {
	case Accounts:
		return p.Customers.AccountView
	case Contacts:
		return p.Customers.ContactView
	case Products:
		return p.Items.View
	case Customers, ContactPersons, Items, Quotes, Invoices:
	}
	return nil
}

// CustomerOptions are the preferences for customers.
type CustomerOptions struct {
	Mode       Mode       `json:"mode"`
	Extent     Extent     `json:"extent"`
	Duplicates Duplicates `json:"duplicates"`
	// Unattached also takes contacts without an account, as individual customers. It applies to the mode
	// accounts_and_contacts.
	Unattached bool `json:"unattached"`
	// AccountView and ContactView limit what is fetched; nil fetches all.
	AccountView *View `json:"account_view,omitempty"`
	ContactView *View `json:"contact_view,omitempty"`
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
	View       *View      `json:"view,omitempty"`
	Map        []FieldMap `json:"map"`
}

// Direction is the way that one field goes, where the extent is both.
type Direction string

// The directions. An empty one means ToBilling.
const (
	ToBilling Direction = "to_billing"
	ToCRM     Direction = "to_crm"
	BothWays  Direction = "both"
)

// FieldMap maps one field of the CRM (the source) to one field of billing (the target).
type FieldMap struct {
	// Source is the source field's API name; a dot reaches into an object ("Account_Name.name").
	Source string `json:"source"`
	// Target is the target field's API name; a dot reaches into an object ("billing_address.city").
	Target string `json:"target"`
	// Kind defines how the value is converted.
	Kind ValueKind `json:"kind"`
	// Direction is empty where the field goes to billing only.
	Direction Direction `json:"direction,omitempty"`
	// Transform is a CEL expression over the CRM record. Its result replaces the source's value. A field with a
	// transform goes to billing only.
	Transform string `json:"transform,omitempty"`
	// Choices maps each picklist value of the CRM to one of billing.
	Choices map[string]string `json:"choices,omitempty"`
}

// ValueKind defines how a mapped value is converted.
type ValueKind string

// The kinds of mapped values.
const (
	KindText    ValueKind = "text"    // trimmed; inner space, case and script are kept
	KindEmail   ValueKind = "email"   // trimmed
	KindDecimal ValueKind = "decimal" // exact
	KindBool    ValueKind = "bool"
	KindActive  ValueKind = "active" // true becomes "active", false "inactive"
	KindInteger ValueKind = "integer"
	KindDate    ValueKind = "date"     // YYYY-MM-DD
	KindTime    ValueKind = "datetime" // an instant; zones may differ
	KindChoice  ValueKind = "choice"   // a picklist value, by the map's Choices
	KindChoices ValueKind = "choices"  // several of them
)
