package mapping

import (
	"encoding/json"
	"strings"
	"unicode"

	"causeway/internal/record"
)

// Apply carries the mapped fields over. Texts are trimmed at their ends; inner space, case and script
// are kept. Numbers stay exact, in plain notation. A source that is empty gives "" for a text and nil
// for a number, so that an update clears the target; for a bool or a status it gives nothing, since
// these cannot be unset. Choices that are unset give an empty list.
func Apply(maps []record.FieldMap, source record.Record) (record.Values, []Problem) {
	return apply(maps, source, nil)
}

func apply(maps []record.FieldMap, source record.Record, compiled *transforms) (record.Values, []Problem) {
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

// valueOf is what one map makes of a CRM record.
func valueOf(m record.FieldMap, from record.Values, compiled *transforms) (value any, keep bool, reason string) {
	if m.Transform == "" {
		return toBilling(m, lookup(from, m.Source))
	}
	result, reason := compiled.of(m.Transform).run(from)
	if reason != "" {
		return nil, false, reason
	}
	if value, keep, reason = toBilling(m, result); reason != "" {
		reason = "has a transform whose result " + reason
	}
	return value, keep, reason
}

// lookup finds a field by its whole name first: a CRM may join a related field under a name with a dot.
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

// noChoice is how the CRM's picklists show that nothing is chosen; exports keep it.
const noChoice = "-None-"

func toText(raw any) (text, reason string) {
	switch x := raw.(type) {
	case nil:
		return "", ""
	case string:
		return cleanText(x)
	case json.Number:
		return x.String(), ""
	case bool:
		if x {
			return "true", ""
		}
		return "false", ""
	case []any:
		parts := make([]string, 0, len(x))
		for _, one := range x {
			part, reason := toText(one)
			if reason != "" {
				return "", reason
			}
			if part != "" {
				parts = append(parts, part)
			}
		}
		return strings.Join(parts, ", "), ""
	case map[string]any:
		if name, ok := x["name"].(string); ok { // a lookup
			return cleanText(name)
		}
	}
	return "", "holds no text; map one of its inner fields (\"Field.inner\"), or another field"
}

func cleanText(s string) (text, reason string) {
	s = strings.TrimSpace(s)
	if s == noChoice {
		return "", ""
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return "", "has a control character in it, which billing does not take; retype it in the CRM"
		}
	}
	return s, ""
}

// checkEmail refuses only what cannot be an address anywhere: what exactly is one, billing decides.
func checkEmail(s string) (reason string) {
	if s == "" {
		return ""
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsFunc(s, unicode.IsSpace) {
		return "is not an e-mail address; correct or empty it in the CRM"
	}
	return ""
}

func toBool(raw any) (value, known bool, reason string) {
	switch x := raw.(type) {
	case nil:
		return false, false, ""
	case bool:
		return x, true, ""
	case string:
		switch strings.ToLower(strings.TrimSpace(x)) {
		case "":
			return false, false, ""
		case "true":
			return true, true, ""
		case "false":
			return false, true, ""
		}
	}
	return false, false, "is neither true nor false; map a checkbox field"
}

func quoted(s string) string { return "\"" + s + "\"" }
