package zohobilling

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"causeway/internal/sandbox/platform"
)

// markerField is the unique field that makes creation exactly-once. There is no API to make it; a new organisation
// has it, as the setting billingMarker says.
const markerField = "cf_causeway_id"

// fieldDef is a custom field of a module.
type fieldDef struct {
	id       int64
	apiName  string
	label    string
	dataType string
	index    int
	unique   bool
}

func fieldsOf(module string, v platform.Values) []fieldDef {
	base := map[string]int64{"customers": 4600000000012001, "items": 4600000000012101, "estimates": 4600000000012201, "invoices": 4600000000012301}[module]
	defs := []fieldDef{{base, markerField, "Causeway ID", "text", 1, v.BillingMarker == "unique"}}
	switch module {
	case "customers":
		defs = append(defs, fieldDef{base + 1, "cf_region", "Region", "text", 2, false}, fieldDef{base + 2, "cf_account_note", "Account note", "text", 3, false})
	case "items":
		defs = append(defs, fieldDef{base + 1, "cf_category", "Category", "text", 2, false})
	}
	if v.BillingMarker == "absent" {
		return defs[1:]
	}
	return defs
}

// customField is a value in a record.
type customField struct {
	ID       json.Number `json:"customfield_id"`
	APIName  string      `json:"api_name"`
	Label    string      `json:"label"`
	Value    string      `json:"value"`
	DataType string      `json:"data_type"`
	Index    int         `json:"index"`
}

// customFieldInput names its field in any of three ways.
type customFieldInput struct {
	ID      any    `json:"customfield_id"`
	APIName string `json:"api_name"`
	Label   string `json:"label"`
	Value   any    `json:"value"`
}

func (in customFieldInput) find(defs []fieldDef) (fieldDef, bool) {
	id := ""
	switch n := in.ID.(type) {
	case string:
		id = n
	case float64:
		id = strconv.FormatInt(int64(n), 10) // ids have 16 digits, which a float holds
	}
	for _, d := range defs {
		if id != "" && id == strconv.FormatInt(d.id, 10) || in.APIName != "" && in.APIName == d.apiName ||
			id == "" && in.APIName == "" && in.Label != "" && in.Label == d.label {
			return d, true
		}
	}
	return fieldDef{}, false
}

// setCustomFields puts the given values over the ones that a record has; an empty value removes.
func setCustomFields(have []customField, given []customFieldInput, defs []fieldDef) ([]customField, error) {
	for _, in := range given {
		def, known := in.find(defs)
		if !known {
			return nil, invalid("custom_fields")
		}
		var value string
		switch v := in.Value.(type) {
		case nil:
		case string:
			value = v
		case bool:
			value = strconv.FormatBool(v)
		default:
			return nil, invalid(def.apiName)
		}
		if err := checkText(def.apiName, value, 255, false); err != nil {
			return nil, err
		}
		have = setCustomField(have, def, value)
	}
	return have, nil
}

func setCustomField(have []customField, def fieldDef, value string) []customField {
	out := make([]customField, 0, len(have)+1)
	for _, f := range have {
		if f.APIName != def.apiName {
			out = append(out, f)
		}
	}
	if value == "" {
		return out
	}
	return append(out, customField{json.Number(strconv.FormatInt(def.id, 10)), def.apiName, def.label, value, def.dataType, def.index})
}

func markerOf(fields []customField) string {
	for _, f := range fields {
		if f.APIName == markerField {
			return f.Value
		}
	}
	return ""
}

// unique is what the headers of an update by unique field say.
type unique struct {
	def    fieldDef
	value  string
	upsert bool
}

// uniqueHeaders reads the headers of an update by unique field of a module.
func (c *call) uniqueHeaders(module string) (unique, error) {
	if !c.v.UniqueUpsert {
		return unique{}, errMethod(c.r.Method) // a platform without the feature has no such call
	}
	key, value := c.r.Header.Get("X-Unique-Identifier-Key"), c.r.Header.Get("X-Unique-Identifier-Value")
	if key == "" {
		return unique{}, invalid("X-Unique-Identifier-Key")
	}
	u := unique{value: value, upsert: strings.EqualFold(c.r.Header.Get("X-Upsert"), "true")}
	for _, d := range fieldsOf(module, c.v) {
		if d.apiName == key {
			u.def = d
		}
	}
	switch {
	case u.def.apiName == "":
		return unique{}, invalid("X-Unique-Identifier-Key: there is no custom field " + strconv.Quote(key))
	case !u.def.unique:
		return unique{}, invalid("X-Unique-Identifier-Key: the custom field " + strconv.Quote(key) + " accepts duplicate values")
	case value == "":
		return unique{}, invalid("X-Unique-Identifier-Value")
	}
	return u, nil
}

func errNoSuchValue(u unique) error {
	return &apiError{http.StatusNotFound, 1002, "There is no record with the value " + strconv.Quote(u.value) + " in " + u.def.apiName + "."}
}

var emailForm = regexp.MustCompile(`^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$`)

func checkEmail(field, value string) error {
	if err := checkText(field, value, 100, false); err != nil {
		return err
	}
	if value != "" && !emailForm.MatchString(value) {
		return invalid(field)
	}
	return nil
}

// checkText refuses what is too long, and control characters; fields of several lines may hold line ends and tabs.
func checkText(field, value string, atMost int, lines bool) error {
	if utf8.RuneCountInString(value) > atMost {
		return invalid(field)
	}
	for _, r := range value {
		if unicode.IsControl(r) && !(lines && (r == '\n' || r == '\r' || r == '\t')) {
			return invalid(field)
		}
	}
	return nil
}

// text is one value with its rule.
type text struct {
	field  string
	value  string
	atMost int
}

func checkTexts(texts ...text) error {
	for _, t := range texts {
		if err := checkText(t.field, t.value, t.atMost, false); err != nil {
			return err
		}
	}
	return nil
}

func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// shown leaves out of a record's JSON what the present settings hide.
func shown(raw json.RawMessage, v platform.Values) json.RawMessage {
	if v.BillingMarker != "absent" {
		return raw
	}
	var doc any
	if json.Unmarshal(raw, &doc) != nil {
		return raw
	}
	return partOf("", withoutMarker(doc)).value
}

func withoutMarker(doc any) any {
	switch d := doc.(type) {
	case []any:
		kept := []any{}
		for _, e := range d {
			if f, ok := e.(map[string]any); !ok || f["api_name"] != markerField {
				kept = append(kept, withoutMarker(e))
			}
		}
		return kept
	case map[string]any:
		for k, e := range d {
			d[k] = withoutMarker(e)
		}
	}
	return doc
}
