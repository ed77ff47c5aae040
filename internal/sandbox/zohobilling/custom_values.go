package zohobilling

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/platform"
)

// What custom fields of each data type take, and how their values are written. The names of the types are Books'.

// readers check a value of a type, given as text, and give the form that is kept.
var readers = map[string]func(d fieldDef, s string) (string, bool){
	"text":        line(255),
	"multiline":   func(_ fieldDef, s string) (string, bool) { return s, checkText("", s, 2000, true) == nil },
	"phone":       line(50),
	"email":       func(_ fieldDef, s string) (string, bool) { return s, checkEmail("", s) == nil },
	"url":         readURL,
	"number":      readWhole,
	"decimal":     readDecimal,
	"amount":      readDecimal,
	"percent":     readDecimal,
	"check_box":   func(_ fieldDef, s string) (string, bool) { return s, s == "true" || s == "false" },
	"date":        readDate,
	"date_time":   readDateTime,
	"dropdown":    func(d fieldDef, s string) (string, bool) { return s, slices.Contains(d.options, s) },
	"multiselect": readSeveral,
}

// read checks a value as a request has it: text, a number, a switch, or a list of texts. Nothing, or an empty text, is
// the empty value.
func (d fieldDef) read(raw json.RawMessage) (string, bool) {
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

// text gives a JSON value as text, where the type of the field may be written so.
func (d fieldDef) text(v any) (string, bool) {
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

func line(atMost int) func(fieldDef, string) (string, bool) {
	return func(_ fieldDef, s string) (string, bool) { return s, checkText("", s, atMost, false) == nil }
}

func readURL(_ fieldDef, s string) (string, bool) {
	u, err := url.Parse(s)
	return s, err == nil && (u.Host != "" || strings.Contains(s, ".")) && checkText("", s, 255, false) == nil
}

func readWhole(_ fieldDef, s string) (string, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return strconv.FormatInt(n, 10), err == nil
}

func readDecimal(_ fieldDef, s string) (string, bool) {
	n, err := decimal.Parse(s)
	return n.Trim(0).String(), err == nil
}

func readDate(_ fieldDef, s string) (string, bool) {
	_, err := time.Parse(time.DateOnly, s)
	return s, err == nil
}

// readDateTime keeps a time in the organisation's zone, as all times of records are.
func readDateTime(_ fieldDef, s string) (string, bool) {
	for _, form := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return wireTime(t.UnixMicro()), true
		}
	}
	return "", false
}

func readSeveral(d fieldDef, s string) (string, bool) {
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

// native gives a kept value in JSON's own type.
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

// shown gives a part of a reply as the present settings have it: without the marker where it is absent, and with
// custom values in their own types where customFieldValues says so.
func shown(raw json.RawMessage, v platform.Values) json.RawMessage {
	if v.BillingMarker != "absent" && v.CustomFieldValues == "text" || !bytes.Contains(raw, []byte(`"custom_fields"`)) {
		return raw
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var doc any
	if decoder.Decode(&doc) != nil {
		return raw
	}
	return partOf("", showFields(doc, v)).value
}

func showFields(doc any, v platform.Values) any {
	switch d := doc.(type) {
	case []any:
		kept := []any{}
		for _, e := range d {
			if f, ok := e.(map[string]any); !ok || v.BillingMarker != "absent" || f["api_name"] != markerField {
				kept = append(kept, showFields(e, v))
			}
		}
		return kept
	case map[string]any:
		dataType, typed := d["data_type"].(string)
		value, isText := d["value"].(string)
		if typed && isText && v.CustomFieldValues == "native" {
			d["value"] = native(dataType, value)
			return d
		}
		for k, e := range d {
			d[k] = showFields(e, v)
		}
	}
	return doc
}
