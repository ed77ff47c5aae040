package mapping

import (
	"strings"

	"causeway/internal/mapping/transform"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// Apply converts the mapped fields of a CRM record. Texts are trimmed at their ends; inner space, case and script are
// kept. Numbers stay exact, in plain notation. An empty source becomes "" for a text and nil for a number, so that an
// update clears the target. An empty bool or status is left out, because it cannot be unset. Unset choices become an
// empty list.
func Apply(maps []record.FieldMap, source record.Record) (record.Values, []Problem) {
	return apply(maps, source, nil)
}

func apply(maps []record.FieldMap, source record.Record, compiled *transform.Set) (record.Values, []Problem) {
	out := record.Values{}
	var problems []Problem
	for _, m := range maps {
		value, keep, reason := valueOf(m, source.Values, compiled)
		switch {
		case reason != "":
			problems = append(problems, Problem{Field: m.Source, Target: m.Target, Reason: reason})
		case keep:
			set(out, m.Target, value)
		}
	}
	return out, problems
}

// valueOf applies one map to the values of a CRM record.
func valueOf(m record.FieldMap, from record.Values, compiled *transform.Set) (out any, keep bool, reason string) {
	if m.Transform == "" {
		return value.ToBilling(m, lookup(from, m.Source))
	}
	result, reason := compiled.Get(m.Transform).Run(from)
	if reason != "" {
		return nil, false, reason
	}
	if out, keep, reason = value.ToBilling(m, result); reason != "" {
		reason = "has a transform whose result " + reason
	}
	return out, keep, reason
}

// lookup returns the value of a field. It tries the whole name first, because a CRM may return a joined field under a name
// with a dot.
func lookup(values map[string]any, name string) any {
	if v, ok := values[name]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return nil
	}
	inner, ok := values[head].(map[string]any)
	if !ok {
		return nil
	}
	if v, ok := inner["name"]; ok && rest == head {
		// A lookup that was not joined still brings the name of the record that it points to.
		return v
	}
	return lookup(inner, rest)
}

func set(values map[string]any, target string, value any) {
	head, rest, dotted := strings.Cut(target, ".")
	if !dotted {
		values[target] = value
		return
	}
	inner, ok := values[head].(map[string]any)
	if !ok {
		inner = map[string]any{}
		values[head] = inner
	}
	set(inner, rest, value)
}
