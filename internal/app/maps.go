package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/mapping/discover"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// MapList is one of the four lists of field maps of a connection.
type MapList struct {
	Name   string // as users call it
	Entity record.Entity
	Module record.Module // of the CRM
}

// MapLists returns the four lists of field maps.
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
	return MapList{}, fmt.Errorf("%q is not a list of field maps: use one of %s", name, strings.Join(known, ", "))
}

// Of returns the list's maps.
func (l MapList) Of(p record.Preferences) []record.FieldMap {
	return mapping.Of(p).For(l.Entity, l.Module)
}

// Set returns the preferences with the map added. It replaces the map that fills the same billing field, if there
// is one.
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

// MapFields are the fields that the maps of a list can use.
type MapFields struct {
	CRM     []record.Field
	Billing []record.Field
}

// MapFields reads the fields of a list's modules from both sides.
func (s *Sides) MapFields(ctx context.Context, connection string, l MapList) (MapFields, error) {
	var out MapFields
	crmPort, err := s.CRM(ctx, connection)
	if err != nil {
		return out, err
	}
	billingPort, err := s.Billing(ctx, connection)
	if err != nil {
		return out, err
	}
	if out.CRM, err = crmPort.Fields(ctx, l.Module); err != nil {
		return out, err
	}
	out.Billing, err = billingPort.Fields(ctx, l.Entity.Module())
	return out, err
}

// Propose returns a map of two fields, as far as their types and the list's other maps determine it. An empty
// source means a transform. A field that a side does not know is treated as a text. Saving the map reports what is
// wrong with it.
func (f MapFields) Propose(have []record.FieldMap, source, target string) record.FieldMap {
	from, fromKnown := fieldNamed(f.CRM, source)
	to, toKnown := fieldNamed(f.Billing, target)
	m := discover.Propose(from, to)
	if m.Kind == "" && (!fromKnown || !toKnown) {
		m.Kind = record.KindText
	}
	for _, other := range have {
		back := other.Direction == record.BothWays || other.Direction == record.ToCRM
		if other.Target == target || m.Direction != record.BothWays {
			continue
		}
		// A CRM field is filled from one billing field, and an address goes one way as a whole.
		if other.Source == source && back || !back && unitOf(other.Target) == unitOf(target) {
			m.Direction = record.ToBilling
		}
	}
	return m
}

func unitOf(target string) string {
	unit, _, _ := strings.Cut(target, ".")
	return unit
}

func fieldNamed(list []record.Field, name string) (record.Field, bool) {
	if i := slices.IndexFunc(list, func(f record.Field) bool { return f.Name == name }); i >= 0 {
		return list[i], true
	}
	return record.Field{Name: name}, false
}

// Tried is the result of one map for one record.
type Tried struct {
	Record  record.Record
	Map     record.FieldMap
	Source  any // the source field's value; nil for a transform without a source
	Result  any
	Problem string
}

// TryMaps applies maps to CRM records without writing anything: to the given records, or to the first few of the
// module. It reads them live, since the mirror holds only the fields that the saved maps read.
func (s *Sides) TryMaps(ctx context.Context, connection string, l MapList, maps []record.FieldMap, ids []string, sample int) ([]Tried, error) {
	port, err := s.CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	// A query with an unknown field would be refused as a whole, without a useful reason.
	fields, err := port.Fields(ctx, l.Module)
	if err != nil {
		return nil, err
	}
	sources := mapping.Sources(maps)
	if unknown := check.Unknown(sources, fields); unknown != "" {
		return nil, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "try maps of " + l.Name, Code: "FIELD_MAP", Message: unknown,
			Remedy: "list the fields with `starter map " + l.Name + " fields`"}
	}
	records, err := readForTrial(ctx, port, l.Module, sources, ids, sample)
	if err != nil {
		return nil, err
	}
	out := make([]Tried, 0, len(records)*len(maps))
	for _, r := range records {
		for _, m := range maps {
			value, problems := mapping.Try(m, r)
			out = append(out, Tried{
				Record: r, Map: m, Source: sourceOf(r.Values, m.Source), Result: value, Problem: strings.Join(mapping.Reasons(problems), "; "),
			})
		}
	}
	return out, nil
}

func readForTrial(ctx context.Context, port crm.Port, module record.Module, fields, ids []string, sample int) ([]record.Record, error) {
	q := crm.ReadQuery{Fields: fields, Limit: sample}
	if len(ids) > 0 {
		q = crm.ReadQuery{Fields: fields, IDs: ids}
	}
	page, err := port.Read(ctx, module, q)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(page.Records, func(r record.Record) bool { return r.ID == id }) {
			return nil, &record.Error{Kind: record.NotFound, Side: record.CRM, Op: "read " + string(module), Code: "UNKNOWN_RECORD", RecordID: id,
				Message: "the CRM has no such record", Remedy: "check the id"}
		}
	}
	return page.Records, nil
}

// sourceOf finds a field's value. It also finds a joined field in a whole record, which holds the lookup only.
func sourceOf(values record.Values, name string) any {
	if v, ok := values[name]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(name, ".")
	inner, isObject := values[head].(map[string]any)
	if !dotted || !isObject {
		return nil
	}
	return inner[rest]
}

// Drifts reads the CRM's fields and returns the mapped ones whose definition changed. No call lists billing's
// custom fields, so a custom field that no sampled record shows is not reported.
func (s *Sides) Drifts(ctx context.Context, connection string, p record.Preferences) ([]record.Drift, error) {
	port, err := s.CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(p.Customers.Mode) {
		if fields[m], err = port.Fields(ctx, m); err != nil {
			return nil, err
		}
	}
	return check.Drifts(p, fields, nil), nil
}
