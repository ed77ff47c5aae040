package mapping

import (
	"slices"
	"strings"

	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// The fields without which the CRM accepts no record.
const (
	FieldAccountName  = "Account_Name"
	FieldContactLast  = "Last_Name"
	FieldContactFirst = "First_Name"
	FieldProductName  = "Product_Name"
)

// Back converts a billing record's values into the CRM's fields, for the maps that go to the CRM and whose unit is among
// the given ones. Without units it converts all of them for a new record, which always gets a name. A field that is unset
// in billing becomes nil, which clears it.
func (m Maps) Back(entity record.Entity, module record.Module, rec record.Record, units []string) (record.Values, []Problem) {
	out := record.Values{}
	var problems []Problem
	for _, one := range m.For(entity, module) {
		if m.directionOf(entity, one) == record.ToBilling {
			continue
		}
		if units != nil && !slices.Contains(units, Unit(one.Target)) || !says(rec, one.Target) {
			continue
		}
		value, keep, reason := value.ToCRM(one, reach(rec.Values, one.Target))
		switch {
		case reason != "":
			problems = append(problems, Problem{Field: one.Target, Target: one.Source, Reason: reason})
		case keep:
			out[one.Source] = value
		}
	}
	if units == nil && !m.fetched[entity] {
		m.nameBack(entity, module, rec, out)
	}
	return out, problems
}

// nameBack sets the name that a new CRM record needs, if no map does.
func (m Maps) nameBack(entity record.Entity, module record.Module, rec record.Record, out record.Values) {
	name := strings.TrimSpace(rec.Name)
	switch module {
	case record.Accounts:
		nameField(out, FieldAccountName, name)
	case record.Products:
		nameField(out, FieldProductName, name)
	case record.Contacts:
		first := out.Text(FieldContactFirst)
		last := strings.TrimSpace(strings.TrimPrefix(name, first))
		if out.Text(FieldContactLast) == "" && last == "" {
			// One name alone is the last one: the CRM takes no contact without.
			last = first
			delete(out, FieldContactFirst)
		}
		nameField(out, FieldContactLast, last)
	default: // no other module is written to
	}
}

func nameField(out record.Values, field, name string) {
	if out.Text(field) == "" && name != "" {
		out[field] = name
	}
}

// Held returns the mapped fields of a billing record as Map would have written them. If both sides are in step, Held of
// one equals Map of the other. Units that a short form leaves out are missing. A value that its map could not have written
// stays as it is.
func (m Maps) Held(entity record.Entity, module record.Module, rec record.Record) record.Values {
	out := record.Values{}
	for _, one := range m.active(entity, module) {
		if !says(rec, one.Target) {
			continue
		}
		if value, keep := value.Held(one, reach(rec.Values, one.Target)); keep {
			set(out, one.Target, value)
		}
	}
	fillName(entity, out, rec.Name)
	settleRequired(entity, out)
	return out
}

// says reports whether the record has information about the target. In a short form, a field that is missing may be set.
func says(rec record.Record, target string) bool {
	if rec.Whole {
		return true
	}
	_, there := rec.Values[Unit(target)]
	return there
}

// reach returns the value of a target in a billing record.
func reach(values map[string]any, target string) any {
	head, rest, dotted := strings.Cut(target, ".")
	if !dotted {
		return values[target]
	}
	switch inner := values[head].(type) {
	case map[string]any:
		return reach(inner, rest)
	case record.Values:
		return reach(inner, rest)
	default:
		return nil
	}
}
