package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/govalues/decimal"
)

// Values are a record's fields by API name. A value is what JSON can hold, with exact numbers: nil, a string, a
// bool, a json.Number, a list ([]any) or a nested object (map[string]any).
type Values map[string]any

// DecodeValues reads JSON and keeps numbers exact.
func DecodeValues(data []byte) (Values, error) {
	if len(data) == 0 {
		return Values{}, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	out := Values{}
	if err := dec.Decode(&out); err != nil {
		return nil, fmt.Errorf("decode values: %w", err)
	}
	return out, nil
}

// Clone returns a shallow copy: its top level can be changed independently.
func (v Values) Clone() Values { return maps.Clone(v) }

// Text returns a field as text. It is empty where the field is unset or neither a string nor a number.
func (v Values) Text(name string) string {
	switch x := v[name].(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	default:
		return ""
	}
}

// Diff returns the part of want that differs from have: what an update must send.
func Diff(have, want Values) Values {
	out := Values{}
	for name, w := range want {
		if !EqualValues(have[name], w) {
			out[name] = w
		}
	}
	return out
}

// EqualValues compares two values as users see them. An unset field, a null, an empty text and an empty object are
// equal. Numbers are compared as exact decimals in any notation. Objects are equal when their set fields are.
func EqualValues(a, b any) bool {
	a, b = unset(a), unset(b)
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if x, ok := asObject(a); ok {
		y, ok := asObject(b)
		return ok && equalObjects(x, y)
	}
	switch x := a.(type) {
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case []any:
		y, ok := b.([]any)
		return ok && equalLists(x, y)
	}
	if _, ok := b.(bool); ok {
		return false
	}
	return equalScalars(a, b)
}

func unset(v any) any {
	switch x := v.(type) {
	case string:
		if x == "" {
			return nil
		}
	case []any:
		if len(x) == 0 {
			return nil
		}
	default:
		if obj, ok := asObject(v); ok {
			for _, inner := range obj {
				if unset(inner) != nil {
					return v
				}
			}
			return nil
		}
	}
	return v
}

func asObject(v any) (map[string]any, bool) {
	switch x := v.(type) {
	case map[string]any:
		return x, true
	case Values:
		return x, true
	default:
		return nil, false
	}
}

func equalObjects(x, y map[string]any) bool {
	for k, v := range x {
		if !EqualValues(v, y[k]) {
			return false
		}
	}
	for k, v := range y {
		if _, ok := x[k]; !ok && unset(v) != nil {
			return false
		}
	}
	return true
}

func equalLists(x, y []any) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !EqualValues(x[i], y[i]) {
			return false
		}
	}
	return true
}

func equalScalars(a, b any) bool {
	x, xNum := a.(json.Number)
	y, yNum := b.(json.Number)
	if !xNum && !yNum {
		return a == b
	}
	// A number and a text are compared as numbers, since sides quote differently: a rate is a number in a record
	// and a text in an upsert's echo.
	if !xNum {
		x = json.Number(fmt.Sprint(a))
	}
	if !yNum {
		y = json.Number(fmt.Sprint(b))
	}
	dx, errX := decimal.Parse(x.String())
	dy, errY := decimal.Parse(y.String())
	if errX != nil || errY != nil {
		return x.String() == y.String()
	}
	return dx.Cmp(dy) == 0
}
