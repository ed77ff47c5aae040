package metadata

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

var emailForm = regexp.MustCompile(`^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+\.[^\s@<>(),;:"\\]+$`)

// Fault is what is wrong with a value: an INVALID_DATA reply without the place of the value in the request.
type Fault struct {
	Details map[string]any
	Message string
}

func expected(kind string) *Fault {
	return &Fault{Details: map[string]any{"expected_data_type": kind}, Message: "invalid data"}
}

// Normalise checks a value that a client wrote, and returns the form in which it is stored: a string, a boolean, a
// json.Number, the id of a lookup as a string, or a list of strings for a multi-select. A nil clears the field.
func (f *Field) Normalise(v any) (any, *Fault) {
	if v == nil {
		return nil, nil
	}
	switch f.Type {
	case TypeInteger, TypeBigint:
		return normaliseInteger(v, f)
	case TypeDouble, TypeCurrency, TypePercent:
		return normaliseNumber(v)
	case TypeBoolean:
		b, ok := v.(bool)
		if !ok {
			return nil, expected("boolean")
		}
		return b, nil
	case TypeDate, TypeDateTime:
		return normaliseTime(v, f.Type)
	case TypeLookup, TypeOwner:
		return normaliseReference(v)
	case TypeMultiPick:
		return f.normaliseMany(v)
	default:
		return f.normaliseText(v)
	}
}

func (f *Field) normaliseText(v any) (any, *Fault) {
	s, ok := v.(string)
	if !ok {
		return nil, expected(f.expectedText())
	}
	if s == "" {
		return nil, nil
	}
	if f.Length > 0 && utf8.RuneCountInString(s) > f.Length {
		return nil, &Fault{Details: map[string]any{"maximum_length": f.Length}, Message: "invalid data"}
	}
	if f.Type == TypeEmail && !emailForm.MatchString(s) {
		return nil, expected("email")
	}
	return s, nil
}

func (f *Field) expectedText() string {
	if f.Type == TypeEmail {
		return "email"
	}
	return "text"
}

// Unlisted returns a fault if the value of a picklist is not one of its choices. Zoho accepts such values in some
// fields: strict, the setting strictPicklists, says in which. Currency always takes enabled currencies only.
func (f *Field) Unlisted(stored any, strict string) *Fault {
	var given []any
	switch f.Type {
	case TypePicklist:
		given = []any{stored}
	case TypeMultiPick:
		given, _ = stored.([]any)
	}
	if f.API != "Currency" && strict != "all" && !(strict == "custom" && f.Custom) {
		return nil
	}
	for _, v := range given {
		if s, _ := v.(string); !slices.Contains(f.Picks, s) {
			return &Fault{Details: map[string]any{"supported_values": f.Picks}, Message: "invalid data"}
		}
	}
	return nil
}

func (f *Field) normaliseMany(v any) (any, *Fault) {
	list, ok := v.([]any)
	if !ok {
		return nil, expected("jsonarray")
	}
	out := make([]any, 0, len(list))
	for _, item := range list {
		s, isText := item.(string)
		if !isText {
			return nil, expected("text")
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func normaliseInteger(v any, f *Field) (any, *Fault) {
	n, ok := v.(json.Number)
	if !ok {
		if s, isText := v.(string); isText && f.Type == TypeBigint {
			n = json.Number(s)
		} else {
			return nil, expected(string(f.Type))
		}
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		return nil, expected(string(f.Type))
	}
	if f.Type == TypeInteger && (i > 999999999 || i < -999999999) {
		return nil, &Fault{Details: map[string]any{"maximum_length": f.Length}, Message: "invalid data"}
	}
	return json.Number(strconv.FormatInt(i, 10)), nil
}

func normaliseNumber(v any) (any, *Fault) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, expected("double")
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) >= 1e16 {
		return nil, &Fault{Details: map[string]any{"maximum_length": 16}, Message: "invalid data"}
	}
	return n, nil
}

func normaliseTime(v any, kind DataType) (any, *Fault) {
	s, ok := v.(string)
	if !ok {
		return nil, expected(string(kind))
	}
	if kind == TypeDate {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, expected("date")
		}
		return s, nil
	}
	t, err := ParseTime(s)
	if err != nil {
		return nil, expected("datetime")
	}
	return t.Format(WireTime), nil
}

// normaliseReference accepts {"id":"…"} and the id alone.
func normaliseReference(v any) (any, *Fault) {
	if object, ok := v.(map[string]any); ok {
		v = object["id"]
	}
	var id string
	switch x := v.(type) {
	case string:
		id = x
	case json.Number:
		id = x.String()
	default:
		return nil, expected("jsonobject")
	}
	if _, ok := ParseID(id); !ok {
		return nil, expected("bigint")
	}
	return id, nil
}
