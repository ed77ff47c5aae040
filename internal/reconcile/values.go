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
	out := record.Values{}
	for field, w := range want {
		if differs(have[field], w) {
			out[field] = w
		}
	}
	if !isSuffixed(entity, sourceID, have, want) {
		return out
	}
	delete(out, nameField(entity))
	if have.Text(sku) == "" {
		delete(out, sku)
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
	out := record.Values{}
	for field, v := range op.Before {
		out[field] = v
	}
	for field, v := range op.After {
		out[field] = v
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
	out := record.Values{}
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

// TargetName is the name under which the operation's target is written.
func TargetName(op record.Operation) string { return targetName(op.Entity, op.After) }
