package value

import (
	"maps"
	"slices"
	"strings"
)

// unpairedValue is the reason for a picklist value without a pair.
const unpairedValue = "holds a value that the field map has no pair for; add the pair to the map, or choose another value"

// paired converts one picklist value by its pair.
func paired(choices map[string]string, raw any) (value any, keep bool, reason string) {
	s, reason := toText(raw)
	if reason != "" || s == "" {
		return "", reason == "", reason
	}
	target, ok := choices[s]
	if !ok {
		return nil, false, unpairedValue
	}
	return target, true, ""
}

// pairedList converts several picklist values. Their order has no meaning on either side, so they are sorted.
func pairedList(choices map[string]string, raw any) (value any, keep bool, reason string) {
	if s, isText := raw.(string); isText && strings.TrimSpace(s) == NoChoice {
		raw = nil
	}
	var out []string
	for _, one := range several(raw, crmChoices(choices)) {
		target, ok := choices[one]
		if !ok {
			return nil, false, unpairedValue
		}
		out = append(out, target)
	}
	return sorted(out), true, ""
}

func choiceBack(choices map[string]string, raw any) (value any, keep bool, reason string) {
	s, reason := toText(raw)
	if reason != "" || s == "" {
		return nil, reason == "", reason
	}
	source, ok := SourceOfChoice(choices, s)
	if !ok {
		return nil, false, unpairedValue
	}
	return source, true, ""
}

func choicesBack(choices map[string]string, raw any) (value any, keep bool, reason string) {
	list := several(raw, billingChoices(choices))
	if len(list) == 0 {
		return nil, true, ""
	}
	out := make([]string, 0, len(list))
	for _, one := range list {
		source, ok := SourceOfChoice(choices, one)
		if !ok {
			return nil, false, unpairedValue
		}
		out = append(out, source)
	}
	return sorted(out), true, ""
}

// SourceOfChoice returns the CRM's value for a value of billing. Checked pairs are one to one. Otherwise the first by name
// counts, so that the answer is always the same.
func SourceOfChoice(choices map[string]string, target string) (source string, ok bool) {
	for from, to := range choices {
		if to == target && (!ok || from < source) {
			source, ok = from, true
		}
	}
	return source, ok
}

// several reads several choices from a list, or from a text with commas or semicolons between them. A known choice may
// contain a comma.
func several(raw any, known []string) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && s != NoChoice {
			out = append(out, s)
		}
	}
	if list, ok := raw.([]any); ok {
		for _, one := range list {
			s, _ := toText(one)
			add(s)
		}
		return out
	}
	text, _ := toText(raw)
	text = strings.TrimLeft(text, " ,;")
	for text != "" {
		one := firstChoice(text, known)
		add(one)
		text = strings.TrimLeft(text[len(one):], " ,;")
	}
	return out
}

// firstChoice returns the longest known choice at the beginning of the text, or else the text before the next comma.
func firstChoice(text string, known []string) string {
	best := ""
	for _, k := range known {
		rest, ok := strings.CutPrefix(text, k)
		rest = strings.TrimLeft(rest, " ")
		if ok && len(k) > len(best) && (rest == "" || rest[0] == ',' || rest[0] == ';') {
			best = k
		}
	}
	if best != "" {
		return best
	}
	if i := strings.IndexAny(text, ",;"); i > 0 {
		return text[:i]
	}
	return text
}

func crmChoices(choices map[string]string) []string { return SortedKeys(choices) }

func billingChoices(choices map[string]string) []string {
	out := make([]string, 0, len(choices))
	for _, target := range choices {
		out = append(out, target)
	}
	slices.Sort(out)
	return out
}

// SortedKeys returns the keys in alphabetical order.
func SortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// FirstWithout returns the first option that has no pair.
func FirstWithout(options []string, has func(string) bool) (string, bool) {
	for _, v := range options {
		if v != NoChoice && v != "" && !has(v) {
			return v, true
		}
	}
	return "", false
}

func sorted(list []string) []any {
	slices.Sort(list)
	out := make([]any, 0, len(list))
	for _, s := range slices.Compact(list) {
		out = append(out, s)
	}
	return out
}
