package mapping

import (
	"maps"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Validate checks a map that somebody wrote by hand against the CRM module's fields.
func Validate(list []record.FieldMap, fields []record.Field) []Problem {
	var out []Problem
	first := map[string]string{} // target: the source that fills it
	for _, m := range list {
		if reason := checkMap(m, fields); reason != "" {
			out = append(out, Problem{Field: m.Source, Target: m.Target, Reason: reason})
		}
		if other, ok := clash(first, m.Target); ok {
			out = append(out, Problem{Field: m.Source, Target: m.Target,
				Reason: "fills " + quoted(m.Target) + ", which " + quoted(other) + " fills already; remove one of the two"})
		}
		if _, ok := first[m.Target]; !ok {
			first[m.Target] = m.Source
		}
	}
	return out
}

func checkMap(m record.FieldMap, fields []record.Field) (reason string) {
	head, _, _ := strings.Cut(m.Source, ".")
	at := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == m.Source || f.Name == head })
	switch {
	case m.Source == "" || m.Target == "":
		return "is in a map without a source or without a target; name both, or remove the map"
	case strings.HasPrefix(m.Target, ".") || strings.HasSuffix(m.Target, ".") || strings.Contains(m.Target, ".."):
		return "fills " + quoted(m.Target) + ", which is no field name; write it like billing_address.city"
	case !slices.Contains(kinds, m.Kind):
		return "is mapped as " + quoted(string(m.Kind)) + ", which is no kind of value; use " + kindNames
	case at < 0:
		return "is no field of this CRM module; choose one that is, by its API name"
	case !strings.Contains(m.Source, ".") && !fits(fields[at], m.Kind):
		return "is of the type " + quoted(fields[at].Type) + ", which cannot be carried over as " + string(m.Kind) + "; choose another field or kind"
	default:
		return ""
	}
}

// clash says which source fills the target already, the whole of it, a part of it, or what it is part of.
func clash(first map[string]string, target string) (string, bool) {
	if source, ok := first[target]; ok {
		return source, true
	}
	for _, other := range sortedKeys(first) {
		if strings.HasPrefix(other, target+".") || strings.HasPrefix(target, other+".") {
			return first[other], true
		}
	}
	return "", false
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
