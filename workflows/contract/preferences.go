package contract

// Preferences are how one connection syncs, in the form that every command prints with --output json. They are versioned:
// an edit makes a new version, which applies to the next sync.
type Preferences struct {
	Version   int             `json:"version"`
	Customers CustomerOptions `json:"customers"`
	Items     ItemOptions     `json:"items"`
	// Transactions is what is pushed: off, quotes, invoices, or quotes_and_invoices.
	Transactions string `json:"transactions"`
	// CatchAllItem is the id of billing's item for lines of free text, where billing accepts no line without an item.
	CatchAllItem string `json:"catch_all_item,omitempty"`
	// Figures are written to fields of the CRM while invoices are pushed.
	Figures []FigureField `json:"figures,omitempty"`
	// Conflicts is who wins if both sides changed one field: crm, billing, newest (the side whose record was modified
	// last), or ask (nobody until a person decides).
	Conflicts string `json:"conflicts"`
	// CadenceMS is the time between two periodic syncs, in milliseconds, at least five minutes.
	CadenceMS int64 `json:"cadence_ms"`
	// RetentionMS is how long runs are kept in the history, in milliseconds. Links are kept always.
	RetentionMS int64 `json:"retention_ms"`
	// CallsPerDay is the daily allowance of each side.
	CallsPerDay CallsPerDay `json:"calls_per_day"`
}

// FigureField keeps a figure of each customer in a field of its record in the CRM.
type FigureField struct {
	// Module is Accounts or Contacts.
	Module string `json:"module"`
	// Figure is sales, outstanding, overdue, unused_credits, last_payment, last_payment_date or currency: in the
	// customer's currency.
	Figure string `json:"figure"`
	// Field is the CRM field's API name.
	Field string `json:"field"`
}

// CallsPerDay are the calls that each side grants within any 24 hours, as the side counts them. 0 stands for the provider's
// own limit, if it is known.
type CallsPerDay struct {
	CRM     int `json:"crm"`
	Billing int `json:"billing"`
}

// CustomerOptions are the preferences for customers.
type CustomerOptions struct {
	// Mode is accounts, contacts or accounts_and_contacts.
	Mode string `json:"mode"`
	// Extent is fetch (from the CRM to billing only) or both.
	Extent string `json:"extent"`
	// Duplicates is skip, overwrite or clone.
	Duplicates string `json:"duplicates"`
	// Unattached includes contacts without an account, as customers, in the mode accounts_and_contacts.
	Unattached bool `json:"unattached"`
	// AccountView and ContactView limit what is fetched; null stands for all.
	AccountView *View `json:"account_view"`
	ContactView *View `json:"contact_view"`
	// AccountMap fills customers from accounts, ContactMap customers from contacts, PersonMap contact persons.
	AccountMap []FieldMap `json:"account_map"`
	ContactMap []FieldMap `json:"contact_map"`
	PersonMap  []FieldMap `json:"person_map"`
}

// ItemOptions are the preferences for items.
type ItemOptions struct {
	Extent     string     `json:"extent"`
	Duplicates string     `json:"duplicates"`
	View       *View      `json:"view"`
	Map        []FieldMap `json:"map"`
}

// View is a custom view of a CRM module, with its name at the time when it was chosen.
type View struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// FieldMap ties one field of the CRM to one of billing.
type FieldMap struct {
	// Source is the CRM field's API name. A dot reaches into a lookup ("Account_Name.name"). It is empty if a transform
	// needs no source.
	Source string `json:"source"`
	// Target is billing's field; a dot reaches into an object ("billing_address.city"), a custom field is cf_x.
	Target string `json:"target"`
	// Kind is text, email, decimal, integer, bool, active, date, datetime, choice or choices.
	Kind string `json:"kind"`
	// Direction is to_billing, to_crm or both. It counts if the extent is both; otherwise all maps go to billing.
	Direction string `json:"direction"`
	// Transform is a CEL expression on the CRM record. Its result replaces the source's value.
	Transform string `json:"transform,omitempty"`
	// Choices pairs the CRM's picklist values with billing's.
	Choices map[string]string `json:"choices,omitempty"`
}
