package mapping

import (
	"slices"

	"causeway/internal/mapping/transform"
	"causeway/internal/record"
)

// Maps holds the field maps of one connection, by the kind of record that they fill.
type Maps struct {
	Account []record.FieldMap // Accounts to business customers
	Contact []record.FieldMap // Contacts to individual customers
	Person  []record.FieldMap // Contacts to contact persons
	Item    []record.FieldMap // Products to items

	// fetched entities go to billing only, whatever their maps say.
	fetched map[record.Entity]bool
	// compiled holds the transforms; nil if the maps are only inspected.
	compiled *transform.Set
}

// Of returns the field maps of the preferences. Maps of an entity that is only fetched go to billing only. Of drops none,
// so that Into restores them all.
func Of(p record.Preferences) Maps {
	m := Maps{
		Account: p.Customers.AccountMap, Contact: p.Customers.ContactMap, Person: p.Customers.PersonMap, Item: p.Items.Map,
		fetched:  map[record.Entity]bool{},
		compiled: transform.NewSet(),
	}
	for _, entity := range record.Entities() {
		m.fetched[entity] = p.Extent(entity) != record.Both
	}
	return m
}

// Into returns the preferences with these field maps.
func (m Maps) Into(p record.Preferences) record.Preferences {
	p.Customers.AccountMap, p.Customers.ContactMap, p.Customers.PersonMap = m.Account, m.Contact, m.Person
	p.Items.Map = m.Item
	return p
}

// For returns the maps that fill the entity from records of the CRM module, or nil if the module does not fill it.
func (m Maps) For(entity record.Entity, module record.Module) []record.FieldMap {
	switch {
	case entity == record.EntityCustomers && module == record.Accounts:
		return m.Account
	case entity == record.EntityCustomers && module == record.Contacts:
		return m.Contact
	case entity == record.EntityContactPersons && module == record.Contacts:
		return m.Person
	case entity == record.EntityItems && module == record.Products:
		return m.Item
	default:
		return nil
	}
}

// Sources returns the CRM fields that the maps and their transforms read, each once, in the order of first use.
func Sources(maps ...[]record.FieldMap) []string {
	var out []string
	add := func(field string) {
		if field != "" && !slices.Contains(out, field) {
			out = append(out, field)
		}
	}
	for _, list := range maps {
		for _, m := range list {
			add(m.Source)
			if m.Transform == "" {
				continue
			}
			for _, field := range transform.Compile(m.Transform).Fields {
				add(field)
			}
		}
	}
	return out
}

// Problem is a value or a map that cannot be converted: the field, what is wrong, and the remedy. It never holds the value,
// which may be personal.
type Problem struct {
	Field  string // the source field's API name
	Target string // the target field's API name
	Reason string // what is wrong, and what to do about it

	// Module and Entity identify the map if several were checked: the CRM module that it reads, and what it fills.
	Module record.Module
	Entity record.Entity
}

func (p Problem) String() string { return p.Field + " " + p.Reason }

// Reasons returns the problems as texts for users.
func Reasons(problems []Problem) []string {
	out := make([]string, 0, len(problems))
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}
