package preferences

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/record"
)

// MapList is one of the four lists of field maps of a connection.
type MapList struct {
	Name   string // as users call it
	Entity record.Entity
	Module record.Module // of the CRM
}

// MapLists are the lists of field maps.
func MapLists() []MapList {
	return []MapList{
		{"accounts", record.EntityCustomers, record.Accounts},
		{"contacts", record.EntityCustomers, record.Contacts},
		{"persons", record.EntityContactPersons, record.Contacts},
		{"items", record.EntityItems, record.Products},
	}
}

// FindMapList returns a list by its name.
func FindMapList(name string) (MapList, error) {
	var known []string
	for _, l := range MapLists() {
		if l.Name == name {
			return l, nil
		}
		known = append(known, l.Name)
	}
	return MapList{}, fmt.Errorf("%q is no list of field maps: use one of %s", name, strings.Join(known, ", "))
}

// Of returns the list's maps.
func (l MapList) Of(p record.Preferences) []record.FieldMap {
	return mapping.Of(p).For(l.Entity, l.Module)
}

// Set returns the preferences with a map. It replaces the map that fills the same billing field, or comes last.
func (l MapList) Set(p record.Preferences, m record.FieldMap) record.Preferences {
	list := slices.Clone(l.Of(p))
	if i := slices.IndexFunc(list, func(have record.FieldMap) bool { return have.Target == m.Target }); i >= 0 {
		list[i] = m
	} else {
		list = append(list, m)
	}
	return l.into(p, list)
}

// Remove returns the preferences without the map that fills the billing field.
func (l MapList) Remove(p record.Preferences, target string) (record.Preferences, error) {
	list := slices.DeleteFunc(slices.Clone(l.Of(p)), func(have record.FieldMap) bool { return have.Target == target })
	if len(list) == len(l.Of(p)) {
		return p, fmt.Errorf("no map of %s fills %q: see `starter map %s list`", l.Name, target, l.Name)
	}
	return l.into(p, list), nil
}

// Find returns the map that fills the billing field.
func (l MapList) Find(p record.Preferences, target string) (record.FieldMap, bool) {
	list := l.Of(p)
	if i := slices.IndexFunc(list, func(m record.FieldMap) bool { return m.Target == target }); i >= 0 {
		return list[i], true
	}
	return record.FieldMap{}, false
}

func (l MapList) into(p record.Preferences, list []record.FieldMap) record.Preferences {
	switch l.Name {
	case "accounts":
		p.Customers.AccountMap = list
	case "contacts":
		p.Customers.ContactMap = list
	case "persons":
		p.Customers.PersonMap = list
	default:
		p.Items.Map = list
	}
	return p
}
