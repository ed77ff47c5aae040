package fields

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
)

// readers check a text by data type (Zoho Books' names), and return the form to store.
var readers = map[string]func(d Definition, s string) (string, bool){
	"text":        line(255),
	"multiline":   func(_ Definition, s string) (string, bool) { return s, api.CheckLines("", s, 2000) == nil },
	"phone":       line(50),
	"email":       func(_ Definition, s string) (string, bool) { return s, api.CheckEmail("", s) == nil },
	"url":         readURL,
	"number":      readWhole,
	"decimal":     readDecimal,
	"amount":      readDecimal,
	"percent":     readDecimal,
	"check_box":   func(_ Definition, s string) (string, bool) { return s, s == "true" || s == "false" },
	"date":        readDate,
	"date_time":   readDateTime,
	"dropdown":    func(d Definition, s string) (string, bool) { return s, slices.Contains(d.options, s) },
	"multiselect": readSeveral,
}

// read checks a value of a request: a text, a number, a boolean, or a list of texts. No value, and an empty text, are
// the empty value.
func (d Definition) read(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 {
		return "", true
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return "", false
	}
	given, ok := d.text(v)
	if !ok || given == "" {
		return "", ok
	}
	return readers[d.dataType](d, given)
}

// text returns a JSON value as text. It reports false where the field does not take that JSON type.
func (d Definition) text(v any) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), d.dataType == "check_box" || d.dataType == "text"
	case json.Number:
		return x.String(), slices.Contains([]string{"number", "decimal", "amount", "percent"}, d.dataType)
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			s, ok := item.(string)
			if !ok {
				return "", false
			}
			parts[i] = s
		}
		return strings.Join(parts, ","), d.dataType == "multiselect"
	default:
		return "", false
	}
}

func line(atMost int) func(Definition, string) (string, bool) {
	return func(_ Definition, s string) (string, bool) { return s, api.CheckLine("", s, atMost) == nil }
}

func readURL(_ Definition, s string) (string, bool) {
	u, err := url.Parse(s)
	return s, err == nil && (u.Host != "" || strings.Contains(s, ".")) && api.CheckLine("", s, 255) == nil
}

func readWhole(_ Definition, s string) (string, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return strconv.FormatInt(n, 10), err == nil
}

func readDecimal(_ Definition, s string) (string, bool) {
	n, err := decimal.Parse(s)
	return n.Trim(0).String(), err == nil
}

func readDate(_ Definition, s string) (string, bool) {
	_, err := time.Parse(time.DateOnly, s)
	return s, err == nil
}

// readDateTime returns the time in the organisation's zone, like all times of records.
func readDateTime(_ Definition, s string) (string, bool) {
	for _, form := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return api.WireTime(t.UnixMicro()), true
		}
	}
	return "", false
}

func readSeveral(d Definition, s string) (string, bool) {
	var kept []string
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); !slices.Contains(d.options, part) {
			return "", false
		}
		if !slices.Contains(kept, part) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ","), true
}

// native returns a stored value in JSON's own type.
func native(dataType, value string) any {
	switch dataType {
	case "number", "decimal", "amount", "percent":
		return json.Number(value)
	case "check_box":
		return value == "true"
	case "multiselect":
		return strings.Split(value, ",")
	default:
		return value
	}
}
