package reconcile

import (
	"strings"

	"causeway/internal/record"
)

// Differences is the part of want that differs from what a target holds. Of an object only the mapped
// inner fields count, since sides add their own; where one differs, the whole of the mapped ones is given,
// since a side may replace an object as a whole. A target that had to take a suffixed name, and no SKU,
// agrees with the plain ones: else every sync would try to rename it.
func Differences(entity record.Entity, sourceID string, have, want record.Values) record.Values {
	return differencesIn(entity, entity.Module(), sourceID, have, want)
}

// differencesIn are the Differences of a record of either side, by that side's fields.
func differencesIn(entity record.Entity, module record.Module, sourceID string, have, want record.Values) record.Values {
	out := record.Values{}
	for field, w := range want {
		if differs(have[field], w) {
			out[field] = w
		}
	}
	if !isSuffixed(entity, module, sourceID, have, want) {
		return out
	}
	names := namesIn(module)
	delete(out, names.name)
	if have.Text(names.sku) == "" {
		delete(out, names.sku)
	}
	return out
}

func differs(have, want any) bool {
	inner, ok := want.(map[string]any)
	if !ok {
		return !record.EqualValues(have, want)
	}
	object, _ := have.(map[string]any)
	for field, w := range inner {
		if differs(object[field], w) {
			return true
		}
	}
	return false
}

// Base is what both sides agree on once the operation is done: what its link then holds.
func Base(op record.Operation) record.Values {
	if op.Base != nil {
		return op.Base.Clone()
	}
	return over(op.Before, op.After)
}

// over is a copy of the values with others over them.
func over(values, others record.Values) record.Values {
	out := make(record.Values, len(values)+len(others))
	for field, v := range values {
		out[field] = v
	}
	for field, v := range others {
		out[field] = v
	}
	return out
}

// pick is the part of the values whose fields another has.
func pick(values, fields record.Values) record.Values {
	out := make(record.Values, len(fields))
	for field := range fields {
		if v, ok := values[field]; ok {
			out[field] = v
		}
	}
	return out
}

// toBilling leaves out what goes from billing to the CRM only.
func toBilling(values record.Values, directions map[string]record.Direction) record.Values {
	if directions == nil {
		return values
	}
	out := make(record.Values, len(values))
	for field, v := range values {
		if directions[field] != record.ToCRM {
			out[field] = v
		}
	}
	return out
}

// Changes are the fields that the operation writes, as they were before.
func Changes(op record.Operation) (before, after record.Values) {
	before = record.Values{}
	for field := range op.After {
		before[field] = op.Before[field]
	}
	return before, op.After
}

// known is the part of a target's fields that the map speaks of.
func known(have, want record.Values) record.Values {
	out := record.Values{}
	for field, w := range want {
		v, ok := have[field]
		if !ok {
			continue
		}
		inner, isObject := w.(map[string]any)
		object, both := v.(map[string]any)
		if isObject && both {
			v = map[string]any(known(object, inner))
		}
		out[field] = v
	}
	return out
}

// filled leaves out what is empty: a creation does not send it.
func filled(values record.Values) record.Values {
	out := make(record.Values, len(values))
	for field, v := range values {
		if inner, ok := v.(map[string]any); ok {
			v = map[string]any(filled(inner))
		}
		if !record.EqualValues(v, nil) {
			out[field] = v
		}
	}
	return out
}

func nameField(entity record.Entity) string {
	if entity == record.EntityItems {
		return itemName
	}
	return displayName
}

// targetName is the name that the target gets.
func targetName(entity record.Entity, values record.Values) string {
	if entity == record.EntityContactPersons {
		return personName(values)
	}
	return values.Text(nameField(entity))
}

func personName(values record.Values) string {
	return strings.TrimSpace(values.Text(firstName) + " " + values.Text(lastName))
}
