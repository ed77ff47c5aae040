package record

import "time"

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

// The extents.
const (
	Fetch Extent = "fetch" // CRM to billing only
	Both  Extent = "both"  // both ways
)

// ConflictRule says who wins where both sides changed the same field of a record since they last agreed.
type ConflictRule string

// The conflict rules.
const (
	CRMWins     ConflictRule = "crm"
	BillingWins ConflictRule = "billing"
	NewestWins  ConflictRule = "newest" // the side whose record was modified last
	AskWins     ConflictRule = "ask"    // nobody, until somebody decides: the record is parked
)

// View is a custom view of a CRM module; only its records are fetched. The name is what it was called when
// it was chosen.
type View struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Transactions says which kind of transaction is pushed.
type Transactions string

// The kinds of transactions.
const (
	TransactionsOff Transactions = "off"
	PushQuotes      Transactions = "quotes"
	PushInvoices    Transactions = "invoices"
	PushAll         Transactions = "quotes_and_invoices"
)

// Preferences say how one connection syncs. They are versioned: an edit makes a new version, and applies
// to the next sync.
type Preferences struct {
	Version   int             `json:"version"`
	Customers CustomerOptions `json:"customers"`
	Items     ItemOptions     `json:"items"`
	// Transactions is empty in preferences of an earlier build: off.
	Transactions Transactions `json:"transactions,omitempty"`
	// CatchAllItem is the item of billing that stands in lines of free text where billing takes none without an item.
	CatchAllItem string `json:"catch_all_item,omitempty"`
	// Figures are kept in fields of the CRM.
	Figures []FigureField `json:"figures,omitempty"`
	// Conflicts is empty in preferences of an earlier build, which knew no second direction: crm.
	Conflicts ConflictRule `json:"conflicts,omitempty"`
	// Cadence is the time between periodic syncs.
	Cadence time.Duration `json:"cadence"`
	// Retention is how long runs are kept; 0 is DefaultRetention.
	Retention time.Duration `json:"retention,omitempty"`
	// CallsPerDay is the daily allowance of each side, as the side counts it; without one the provider's own
	// counts where it is known.
	CallsPerDay map[Side]int `json:"calls_per_day,omitempty"`
	// EveryRecord is set in a version with which every record is looked at again, rather than what changes from
	// then on.
	EveryRecord bool `json:"every_record,omitempty"`
}

// FigureField keeps a figure of each customer, its outstanding receivables say, in a field of its record in the CRM.
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

// Extent is that of an entity; contact persons go as their customers do.
func (p Preferences) Extent(entity Entity) Extent {
	if entity == EntityItems {
		return p.Items.Extent
	}
	return p.Customers.Extent
}

// Pushes says whether transactions of the type are pushed.
func (p Preferences) Pushes(t TransactionType) bool {
	return p.Transactions == PushAll || string(p.Transactions) == string(t.Module())
}

// View is the one that bounds what is fetched from the module, nil where none does.
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
	// Unattached includes contacts that belong to no account, as individual customers, in the mode
	// accounts_and_contacts.
	Unattached bool `json:"unattached"`
	// AccountView and ContactView bound what is fetched; nil takes all.
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

// Direction says which way the values of one field map go, where the extent is both.
type Direction string

// The directions. An empty one is ToBilling.
const (
	ToBilling Direction = "to_billing"
	ToCRM     Direction = "to_crm"
	BothWays  Direction = "both"
)

// FieldMap ties one field of the CRM, the source, to one field of billing, the target.
type FieldMap struct {
	// Source is the source field's API name; a dot reaches into an object ("Account_Name.name").
	Source string `json:"source"`
	// Target is the target field's API name; a dot reaches into an object ("billing_address.city").
	Target string `json:"target"`
	// Kind says how the value is carried over.
	Kind ValueKind `json:"kind"`
	// Direction is empty where the field goes to billing only.
	Direction Direction `json:"direction,omitempty"`
	// Transform is a CEL expression over the CRM record, whose result takes the source's place. A field with
	// one goes to billing only.
	Transform string `json:"transform,omitempty"`
	// Choices pairs the CRM's picklist values with billing's, one by one.
	Choices map[string]string `json:"choices,omitempty"`
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
	KindInteger ValueKind = "integer"
	KindDate    ValueKind = "date"     // YYYY-MM-DD
	KindTime    ValueKind = "datetime" // an instant; zones may differ
	KindChoice  ValueKind = "choice"   // a picklist value, by the map's Choices
	KindChoices ValueKind = "choices"  // several of them
)
