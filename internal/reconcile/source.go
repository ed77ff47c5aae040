package reconcile

import "causeway/internal/record"

// Planner decides about the records of one entity in one direction, one after the other. It remembers the targets
// that it has assigned, so that none is assigned twice. It is for one goroutine.
type Planner struct {
	rules  Rules
	entity record.Entity
	taken  map[string]bool // ids of targets
	keys   map[string]string
	owed   []record.Ref
}

// NewPlanner returns the planner for one entity in one direction of one plan.
func NewPlanner(rules Rules, entity record.Entity) *Planner {
	return &Planner{rules: rules, entity: entity, taken: map[string]bool{}, keys: map[string]string{}}
}

// mostKeys is how many name keys are remembered: at least those of a page.
const mostKeys = 1024

// nameKey returns the name's key and remembers it. The key is needed twice, to look up candidates and to decide,
// and making it is most of the cost of a decision.
func (p *Planner) nameKey(name string) string {
	key, ok := p.keys[name]
	if !ok {
		if len(p.keys) == mostKeys {
			clear(p.keys)
		}
		key = record.NameKey(name)
		p.keys[name] = key
	}
	return key
}

// linked reports whether the link is one of this entity. A contact that moved may have a link as a record of
// another entity.
func (p *Planner) linked(link *record.Link) bool { return link != nil && link.Entity == p.entity }

// Source is one record of the CRM with everything that its decision needs.
type Source struct {
	Record record.Record
	Hash   string
	Link   *record.Link
	Parent *Parent // of a contact that belongs to an account

	// Values are the mapped target fields; an empty one clears its target.
	Values record.Values
	// Defaults are also sent with a creation. They are never compared.
	Defaults record.Values
	// Problems tell why the record cannot be mapped.
	Problems []string
	// OutOfView is set where the view that limits what is fetched does not contain the record.
	OutOfView bool

	// Target is the linked billing record, whole, where the sync goes both ways. Nil compares the record only with
	// the link's base. Four fields go with Target: Held has its mapped fields, as Values would hold them; Newer is
	// the side that was modified last; Decided has the users' decisions on its conflicts.
	Target  *record.Record
	Held    record.Values
	Newer   record.Side
	Decided []record.Decision
	// Directions gives each field's direction, where the sync goes both ways. Nil sends every field to billing.
	Directions map[string]record.Direction
}

// Parent is the account of a contact, or the customer of a contact person, with its newest outcome.
type Parent struct {
	Known   bool // the mirror has it
	Name    string
	Link    *record.Link
	Fresh   bool           // this run created its customer, so nobody else has added persons to it
	Outcome record.Outcome // the newest operation's
	Code    string
	Reason  string
}

// BillingSource is one record of billing with everything that the decision in the CRM's direction needs.
type BillingSource struct {
	Record record.Record // whole, except for a contact person
	Hash   string
	Link   *record.Link
	Parent *Parent // a contact person's customer

	// Held are the record's mapped fields, by billing's names and as the map would write them.
	Held record.Values
	// Back holds the units that go to the CRM, by the CRM's field names. BackOf returns those of some units. Mapped
	// maps CRM fields to billing's fields; it may be nil.
	Back   record.Values
	BackOf func(units []string) record.Values
	Mapped func(crm record.Values) record.Values
	// CRM is the linked CRM record. CRMValues are its mapped fields by billing's names.
	CRM       *record.Record
	CRMValues record.Values
	// Directions gives each field's direction.
	Directions map[string]record.Direction
	Newer      record.Side
	Decided    []record.Decision
	// Problems tell why one of the two records cannot be mapped.
	Problems []string
	// Rivals are the billing records without a link that have its name or SKU. The record itself may be among them.
	Rivals []record.Record
	// OutOfView is set where the view that limits what is fetched does not contain the linked CRM record.
	OutOfView bool
}

// CRMModule returns the CRM module for a billing record: Accounts for a business customer, Contacts for an
// individual and for a contact person. A customer without a sub-type goes where the mode allows it.
func CRMModule(entity record.Entity, mode record.Mode, r record.Record) record.Module {
	switch entity {
	case record.EntityItems:
		return record.Products
	case record.EntityContactPersons:
		return record.Contacts
	case record.EntityCustomers:
	}
	switch kind := r.Values.Text(subType); {
	case kind == individual, kind == "" && mode == record.ModeContacts:
		return record.Contacts
	default:
		return record.Accounts
	}
}
