package value

import (
	"encoding/json"
	"strings"
	"unicode"
)

// NoChoice is how the CRM's picklists show that nothing is chosen. Exports contain it.
const NoChoice = "-None-"

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
	if s == NoChoice {
		return "", ""
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return "", "has a control character in it, which billing does not take; retype it in the CRM"
		}
	}
	return s, ""
}

// checkEmail refuses only texts that cannot be an address anywhere. Billing decides about the rest.
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

// Quoted returns the text in double quotes, unescaped, for a message.
func Quoted(s string) string { return "\"" + s + "\"" }
