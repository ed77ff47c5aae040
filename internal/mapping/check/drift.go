package check

import (
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// Drift is a mapped field whose definition changed since its map was saved.
type Drift = record.Drift

// The two remedies.
const (
	remedyField   = "its map rests until it fits again: bring the field back, or change the map"
	remedyChoices = "its map rests until the value has a pair: add the pair to the map"
)

// Drifts compares the maps of the preferences with the present fields of both sides. A module without given fields is not
// compared.
func Drifts(p record.Preferences, crm, billing map[record.Module][]record.Field) []Drift {
	var out []Drift
	for _, l := range listsOf(p) {
		c := checker{list: l, twoWay: p.Extent(l.entity) == record.Both, crm: crm[l.module], billing: billing[l.entity.Module()]}
		for _, m := range l.maps {
			d, found := c.drift(m)
			if found {
				d.Entity, d.Source, d.Target = l.entity, l.module, m.Target
				out = append(out, d)
			}
		}
	}
	return append(out, figureDrifts(p, crm)...)
}

// figureDrifts returns the CRM fields for figures that no longer exist.
func figureDrifts(p record.Preferences, crm map[record.Module][]record.Field) []record.Drift {
	var out []record.Drift
	for _, f := range p.Figures {
		fields := crm[f.Module]
		if len(fields) == 0 || slices.ContainsFunc(fields, func(field record.Field) bool { return field.Name == f.Field && !field.ReadOnly }) {
			continue
		}
		out = append(out, record.Drift{Side: record.CRM, Module: f.Module, Field: f.Field, What: "disappeared, and held the figure " + f.Figure,
			Remedy: "add it again, or give the figure up with `starter figures unmap`", Entity: record.EntityCustomers, Source: f.Module})
	}
	return out
}

// Reads reports whether a map of the module reads the CRM's field.
func Reads(p record.Preferences, module record.Module, field string) bool {
	return slices.ContainsFunc(listsOf(p), func(l list) bool {
		return l.module == module && slices.ContainsFunc(l.maps, func(m record.FieldMap) bool { return m.Source == field || strings.HasPrefix(m.Source, field+".") })
	})
}

// GoneFromBilling returns the drift of a map whose field no billing record shows any more.
func GoneFromBilling(entity record.Entity, source record.Module, m record.FieldMap) Drift {
	return Drift{Side: record.Billing, Module: entity.Module(), Field: m.Target, What: goneFromBilling, Remedy: remedyField,
		Entity: entity, Source: source, Target: m.Target}
}

const goneFromBilling = "disappeared, or stands on no record of billing any more"

func (c checker) drift(m record.FieldMap) (Drift, bool) {
	atCRM := Drift{Side: record.CRM, Module: c.module, Field: m.Source, Remedy: remedyField}
	atBilling := Drift{Side: record.Billing, Module: c.entity.Module(), Field: m.Target, Remedy: remedyField}
	if m.Source == "" {
		atCRM.Field = m.Target // filled by a transform alone
	}
	if len(c.crm) > 0 {
		if reason := c.source(m); reason != "" {
			atCRM.What = "disappeared"
			if m.Transform != "" {
				atCRM.What = "or a field that its transform reads disappeared or changed its type"
			}
			return atCRM, true
		}
	}
	if len(c.billing) > 0 && c.target(m) != "" {
		atBilling.What = goneFromBilling
		return atBilling, true
	}
	source, sourceKnown := mapping.FindField(c.crm, m.Source)
	target, targetKnown := mapping.FindField(c.billing, m.Target)
	switch {
	case sourceKnown && !c.stillFits(record.CRM, m, source):
		atCRM.What = changed(m, source)
		return atCRM, true
	case targetKnown && !c.stillFits(record.Billing, m, target):
		atBilling.What = changed(m, target)
		return atBilling, true
	}
	return c.driftOfChoices(m, atCRM, atBilling)
}

func changed(m record.FieldMap, f record.Field) string {
	if f.ReadOnly {
		return "can only be read now, or changed its type"
	}
	return "changed its type: it is " + string(value.ClassOf(f)) + " now, and is mapped as " + string(m.Kind)
}

// stillFits reports whether the side's field still fits the values of the map, and can be written if the map writes it.
func (c checker) stillFits(side record.Side, m record.FieldMap, f record.Field) bool {
	reading, writing := c.forth(m) && m.Transform == "", c.back(m)
	if side == record.Billing {
		reading, writing = c.back(m), c.forth(m)
	}
	class := value.ClassOf(f)
	return (!reading || value.Readable(side, m.Kind, class)) && (!writing || value.Writable(side, m.Kind, class) && !f.ReadOnly)
}

func (c checker) driftOfChoices(m record.FieldMap, atCRM, atBilling Drift) (Drift, bool) {
	if m.Kind != record.KindChoice && m.Kind != record.KindChoices {
		return Drift{}, false
	}
	crm, billing := c.options(m)
	atCRM.Remedy, atBilling.Remedy = remedyChoices, remedyChoices
	if c.forth(m) && m.Transform == "" {
		if v, found := value.FirstWithout(crm, func(v string) bool { _, ok := m.Choices[v]; return ok }); found {
			atCRM.What = "gained the value " + value.Quoted(v)
			return atCRM, true
		}
	}
	if c.back(m) {
		if v, found := value.FirstWithout(billing, func(v string) bool { _, ok := value.SourceOfChoice(m.Choices, v); return ok }); found {
			atBilling.What = "gained the value " + value.Quoted(v)
			return atBilling, true
		}
	}
	return Drift{}, false
}

// Without returns the maps without the fields that drifted. Nothing is written to these on any side, so that nothing is
// blanked. An object is written as a whole, so all its fields are left out.
func Without(m mapping.Maps, list []Drift) mapping.Maps {
	m.Account = rest(list, record.EntityCustomers, record.Accounts, m.Account)
	m.Contact = rest(list, record.EntityCustomers, record.Contacts, m.Contact)
	m.Person = rest(list, record.EntityContactPersons, record.Contacts, m.Person)
	m.Item = rest(list, record.EntityItems, record.Products, m.Item)
	return m
}

func rest(list []Drift, entity record.Entity, module record.Module, maps []record.FieldMap) []record.FieldMap {
	resting := map[string]bool{}
	for _, m := range maps {
		if slices.ContainsFunc(list, func(d Drift) bool { return d.Entity == entity && d.Source == module && d.Target == m.Target }) {
			resting[mapping.Unit(m.Target)] = true
		}
	}
	if len(resting) == 0 {
		return maps
	}
	return slices.DeleteFunc(slices.Clone(maps), func(m record.FieldMap) bool { return resting[mapping.Unit(m.Target)] })
}
