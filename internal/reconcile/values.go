package reconcile

import (
	"causeway/internal/record"
)

// Differences returns the part of want that differs from what a target holds. In an object only the mapped inner
// fields count, since sides add their own. Where one of them differs, all mapped ones are returned, since a side
// may replace an object as a whole. A target that had to take a suffixed name and no SKU agrees with the plain
// ones; otherwise every sync would try to rename it.
func Differences(entity record.Entity, sourceID string, have, want record.Values) record.Values {
	return differencesIn(entity, entity.Module(), sourceID, have, want)
}

// differencesIn is Differences for a record of either side, by that side's field names.
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

// Base returns what both sides agree on once the operation is done. It becomes the base of the link.
func Base(op record.Operation) record.Values {
	if op.Base != nil {
		return op.Base.Clone()
	}
	return overlay(op.Before, op.After)
}

// overlay returns a copy of the values, overlaid with others.
func overlay(values, others record.Values) record.Values {
	out := make(record.Values, len(values)+len(others))
	for field, v := range values {
		out[field] = v
	}
	for field, v := range others {
		out[field] = v
	}
	return out
}

// pick returns the values of the given fields.
func pick(values, fields record.Values) record.Values {
	out := make(record.Values, len(fields))
	for field := range fields {
		if v, ok := values[field]; ok {
			out[field] = v
		}
	}
	return out
}

// toBilling leaves out the fields that only go to the CRM.
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

// Changes returns the fields that the operation writes, with their values before and after.
func Changes(op record.Operation) (before, after record.Values) {
	before = record.Values{}
	for field := range op.After {
		before[field] = op.Before[field]
	}
	return before, op.After
}

// mappedPart returns the part of a target's fields that want maps.
func mappedPart(have, want record.Values) record.Values {
	out := record.Values{}
	for field, w := range want {
		v, ok := have[field]
		if !ok {
			continue
		}
		inner, isObject := w.(map[string]any)
		object, both := v.(map[string]any)
		if isObject && both {
			v = map[string]any(mappedPart(object, inner))
		}
		out[field] = v
	}
	return out
}

// filled leaves out empty values: a creation does not send them.
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
