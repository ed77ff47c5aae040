package check

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/mapping/transform"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// Check returns everything that is wrong with the field maps of the preferences, given the fields of both sides. Such
// preferences must not be saved. Maps that the preferences do not use are not checked.
func Check(p record.Preferences, crm, billing map[record.Module][]record.Field) []mapping.Problem {
	var out []mapping.Problem
	for _, l := range listsOf(p) {
		c := checker{
			list: l, twoWay: p.Extent(l.entity) == record.Both,
			crm: crm[l.module], billing: billing[l.entity.Module()],
		}
		out = append(out, c.check()...)
	}
	return out
}

func (c checker) check() []mapping.Problem {
	var out []mapping.Problem
	add := func(field, target, reason string) {
		if reason != "" {
			out = append(out, mapping.Problem{Field: field, Target: target, Module: c.module, Entity: c.entity, Reason: reason})
		}
	}
	filled, returned, ways := map[string]string{}, map[string]string{}, map[string]record.Direction{}
	for _, m := range c.maps {
		name := m.Source
		if name == "" {
			name = m.Target
		}
		reason := c.checkMap(m)
		add(name, m.Target, reason)
		if m.Target == "" {
			continue
		}
		add(name, m.Target, c.clashes(m, filled, returned, ways))
	}
	for _, f := range c.unfilled() {
		add(f.Field, f.Target, f.Reason)
	}
	return out
}

// checkMap returns the first problem of one map on its own.
func (c checker) checkMap(m record.FieldMap) (reason string) {
	for _, look := range []func(record.FieldMap) string{c.form, c.source, c.target, c.types, c.access, c.choices} {
		if reason := look(m); reason != "" {
			return reason
		}
	}
	return ""
}

func (c checker) form(m record.FieldMap) string {
	ways := []record.Direction{"", record.ToBilling, record.ToCRM, record.BothWays}
	switch {
	case m.Target == "" || m.Source == "" && m.Transform == "":
		return "is in a map without a source or without a target; name both, or remove the map"
	case strings.HasPrefix(m.Target, ".") || strings.HasSuffix(m.Target, ".") || strings.Contains(m.Target, ".."):
		return "fills " + value.Quoted(m.Target) + ", which is no field name; write it like billing_address.city"
	case !slices.Contains(value.Kinds, m.Kind):
		return "is mapped as " + value.Quoted(string(m.Kind)) + ", which is no kind of value; use " + value.KindNames
	case !slices.Contains(ways, m.Direction):
		return "goes " + value.Quoted(string(m.Direction)) + ", which is no direction; use to_billing, to_crm or both"
	case m.Target == mapping.FieldMarker:
		return "fills " + value.Quoted(m.Target) + ", which holds our own marker; choose another field of billing"
	default:
		return ""
	}
}

func (c checker) source(m record.FieldMap) string {
	if m.Source == "" {
		return transform.Check(m, c.crm)
	}
	head, _, dotted := strings.Cut(m.Source, ".")
	_, known := mapping.FindField(c.crm, m.Source)
	if !known && dotted {
		var f record.Field
		f, known = mapping.FindField(c.crm, head)
		if class := value.ClassOf(f); known && class != value.ClassLookup && class != value.ClassUnknown {
			return "reaches into " + value.Quoted(head) + ", which is " + string(class) + " and no lookup; map the field itself"
		}
	}
	switch {
	case !known:
		return "is no field of this CRM module; " + chooseOne(m.Source, c.crm)
	case m.Transform != "":
		return transform.Check(m, c.crm)
	default:
		return ""
	}
}

// target checks that the target is among billing's fields, if these are known.
func (c checker) target(m record.FieldMap) string {
	if len(c.billing) == 0 || c.hasTarget(m.Target) {
		return ""
	}
	if strings.HasPrefix(m.Target, "cf_") {
		return "is tied to " + value.Quoted(m.Target) + ", a custom field that was seen on no record of billing; " +
			"correct the name, or set the field on one record there, so that it can be seen"
	}
	return "is tied to " + value.Quoted(m.Target) + ", which is no field of billing's " + string(c.entity) + "; choose one that is"
}

// hasTarget reports whether billing lists the field, or the object that contains it.
func (c checker) hasTarget(target string) bool {
	_, known := mapping.FindField(c.billing, target)
	if !known && strings.Contains(target, ".") {
		_, known = mapping.FindField(c.billing, mapping.Unit(target))
	}
	return known
}

// types checks that the values of one field fit the other, in each direction of the map.
func (c checker) types(m record.FieldMap) string {
	source, target := value.ClassUnknown, value.ClassUnknown
	if f, known := mapping.FindField(c.crm, m.Source); known && m.Transform == "" {
		source = value.ClassOf(f)
	}
	if f, known := mapping.FindField(c.billing, m.Target); known {
		target = value.ClassOf(f)
	}
	if c.forth(m) {
		if m.Transform == "" && !value.Readable(record.CRM, m.Kind, source) {
			return cannotBe(m, source, target, "billing")
		}
		if !value.Writable(record.Billing, m.Kind, target) {
			return cannotBe(m, source, target, "billing")
		}
	}
	if c.back(m) && (!value.Readable(record.Billing, m.Kind, target) || !value.Writable(record.CRM, m.Kind, source)) {
		return cannotBe(m, target, source, "the CRM")
	}
	return ""
}

func cannotBe(m record.FieldMap, from, to value.Class, where string) string {
	if to == value.ClassUnknown {
		return fmt.Sprintf("is %s, which cannot be carried over as %s; choose another field or kind", from, m.Kind)
	}
	if from == value.ClassUnknown {
		return fmt.Sprintf("is mapped as %s, and %s takes %s in it; choose another field or kind", m.Kind, where, to)
	}
	return fmt.Sprintf("is mapped as %s from %s into %s of %s, where it cannot stand for sure; choose another field, kind or direction", m.Kind, from, to, where)
}

// access checks that the fields that the map fills can be written.
func (c checker) access(m record.FieldMap) string {
	source, _ := mapping.FindField(c.crm, m.Source)
	target, _ := mapping.FindField(c.billing, m.Target)
	switch {
	case c.forth(m) && target.ReadOnly:
		return "fills " + value.Quoted(m.Target) + ", which can only be read in billing; let it go to_crm, or choose another field"
	case c.back(m) && mapping.OneWay(m) != "":
		return mapping.OneWay(m) + "; let it go to_billing"
	case c.back(m) && source.ReadOnly:
		return "can only be read in the CRM; let it go to_billing"
	default:
		return ""
	}
}

// clashes returns which other map fills the same field. It adds the map to three tables: the source of each target, the
// target of each source that is filled, and the direction of each unit.
func (c checker) clashes(m record.FieldMap, filled, returned map[string]string, ways map[string]record.Direction) (reason string) {
	way, unit := m.Direction, mapping.Unit(m.Target)
	if way == "" {
		way = record.ToBilling
	}
	other, taken := clash(filled, m.Target)
	before, twice := returned[m.Source]
	first, seen := ways[unit]
	switch {
	case taken:
		reason = "fills " + value.Quoted(m.Target) + ", which " + value.Quoted(other) + " fills already; remove one of the two"
	case c.back(m) && twice:
		reason = "would be filled from both " + value.Quoted(before) + " and " + value.Quoted(m.Target) + " of billing; let one of the two go to_billing"
	case c.twoWay && seen && first != way:
		reason = "goes another way than other fields of " + value.Quoted(unit) + ", which is written as a whole; give all of its fields one direction"
	}
	if !taken {
		filled[m.Target] = m.Source
	}
	if c.back(m) && !twice {
		returned[m.Source] = m.Target
	}
	if !seen {
		ways[unit] = way
	}
	return reason
}

// clash returns the source that already fills the target, a part of it, or the object that contains it.
func clash(filled map[string]string, target string) (string, bool) {
	if source, ok := filled[target]; ok {
		return source, true
	}
	for _, other := range value.SortedKeys(filled) {
		if strings.HasPrefix(other, target+".") || strings.HasPrefix(target, other+".") {
			return filled[other], true
		}
	}
	return "", false
}
