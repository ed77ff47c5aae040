package check

import (
	"slices"

	"causeway/internal/mapping"
	"causeway/internal/record"
)

// list is one list of field maps, with its entity and CRM module.
type list struct {
	entity record.Entity
	module record.Module
	maps   []record.FieldMap
}

// listsOf returns the lists that the preferences use.
func listsOf(p record.Preferences) []list {
	m := mapping.Of(p)
	all := []list{
		{record.EntityCustomers, record.Accounts, m.Account}, {record.EntityCustomers, record.Contacts, m.Contact},
		{record.EntityContactPersons, record.Contacts, m.Person}, {record.EntityItems, record.Products, m.Item},
	}
	return slices.DeleteFunc(all, func(l list) bool {
		mode := p.Customers.Mode
		switch {
		case l.module == record.Accounts:
			return mode == record.ModeContacts
		case l.entity == record.EntityCustomers:
			return mode == record.ModeAccounts || mode == record.ModeAccountsAndContacts && !p.Customers.Unattached
		case l.entity == record.EntityContactPersons:
			return mode != record.ModeAccountsAndContacts && mode != ""
		}
		return false
	})
}

// checker checks one list.
type checker struct {
	list
	twoWay       bool
	crm, billing []record.Field
}

// forth reports whether the values of a map go to billing.
func (c checker) forth(m record.FieldMap) bool { return m.Direction != record.ToCRM }

// back reports whether the values of a map go to the CRM.
func (c checker) back(m record.FieldMap) bool {
	return c.twoWay && (m.Direction == record.ToCRM || m.Direction == record.BothWays)
}
