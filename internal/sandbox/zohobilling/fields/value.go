package fields

import (
	"encoding/json"
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
)

// Value is the value of a custom field in a record. It is stored as text, whatever its type.
type Value struct {
	ID       json.Number `json:"customfield_id"`
	APIName  string      `json:"api_name"`
	Label    string      `json:"label"`
	Value    string      `json:"value"`
	DataType string      `json:"data_type"`
	Index    int         `json:"index"`
}

// Input is a value in a request. It names its field by id, by API name or by label.
type Input struct {
	ID      any             `json:"customfield_id"`
	APIName string          `json:"api_name"`
	Label   string          `json:"label"`
	Value   json.RawMessage `json:"value"`
}

func (in Input) find(defs []Definition) (Definition, bool) {
	id := ""
	switch n := in.ID.(type) {
	case string:
		id = n
	case float64:
		id = strconv.FormatInt(int64(n), 10) // ids have 16 digits: a float is exact
	}
	for _, d := range defs {
		if id != "" && id == strconv.FormatInt(d.id, 10) || in.APIName != "" && in.APIName == d.apiName ||
			id == "" && in.APIName == "" && in.Label != "" && in.Label == d.label {
			return d, true
		}
	}
	return Definition{}, false
}

// Set returns the values of a record after a request: what it gives replaces what is there. An empty value removes.
func Set(have []Value, given []Input, defs []Definition) ([]Value, error) {
	for _, in := range given {
		def, known := in.find(defs)
		if !known {
			return nil, api.Invalid("custom_fields")
		}
		value, ok := def.read(in.Value)
		if !ok {
			return nil, api.Invalid(def.apiName)
		}
		have = with(have, def, value)
	}
	return have, nil
}

func with(have []Value, def Definition, value string) []Value {
	out := make([]Value, 0, len(have)+1)
	for _, f := range have {
		if f.APIName != def.apiName {
			out = append(out, f)
		}
	}
	if value == "" {
		return out
	}
	return append(out, Value{def.number(), def.apiName, def.label, value, def.dataType, def.index})
}

// MarkerOf returns a record's marker, or "".
func MarkerOf(values []Value) string {
	for _, f := range values {
		if f.APIName == marker {
			return f.Value
		}
	}
	return ""
}

// redefine changes the value to its field's new definition. It reports false where that does not accept the value.
func (f *Value) redefine(def *Definition) bool {
	value, ok := readers[def.dataType](*def, f.Value)
	f.Value, f.Label, f.DataType = value, def.label, def.dataType
	return ok
}
