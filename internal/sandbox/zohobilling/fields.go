package zohobilling

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
	options  []string // of dropdown and multiselect
}

// fieldIDs are where the ids of each module's custom fields start: the marker's, then those of a new organisation.
var fieldIDs = map[string]int64{"customers": 4600000000012001, "items": 4600000000012101, "estimates": 4600000000012201, "invoices": 4600000000012301}

// firstFields are the custom fields of a new organisation, besides the marker.
var firstFields = map[string][]fieldDef{
	"customers": {{apiName: "cf_region", label: "Region", dataType: "text"}, {apiName: "cf_account_note", label: "Account note", dataType: "text"},
		{apiName: "cf_employees", label: "Employees", dataType: "number"}, {apiName: "cf_credit_limit", label: "Credit limit", dataType: "amount"},
		{apiName: "cf_key_account", label: "Key account", dataType: "check_box"}, {apiName: "cf_since", label: "Customer since", dataType: "date"},
		{apiName: "cf_tier", label: "Tier", dataType: "dropdown", options: []string{"Gold", "Silver", "Bronze"}},
		{apiName: "cf_interests", label: "Interests", dataType: "multiselect", options: []string{"Hardware", "Software", "Services"}}},
	"items": {{apiName: "cf_category", label: "Category", dataType: "text"}},
}

// fieldsOf gives the custom fields that a module has under the call's settings.
func (c *call) fieldsOf(module string) []fieldDef {
	base := fieldIDs[module]
	var defs []fieldDef
	if c.v.BillingMarker != "absent" {
		defs = append(defs, fieldDef{id: base, apiName: markerField, label: "Causeway ID", dataType: "text", index: 1, unique: c.v.BillingMarker == "unique"})
	}
	return append(defs, c.o.customFields(module)...)
}

// customField is a value in a record. Whatever its type, it is kept as text.
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
	ID      any             `json:"customfield_id"`
	APIName string          `json:"api_name"`
	Label   string          `json:"label"`
	Value   json.RawMessage `json:"value"`
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
		value, ok := def.read(in.Value)
		if !ok {
			return nil, invalid(def.apiName)
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
	return append(out, customField{def.number(), def.apiName, def.label, value, def.dataType, def.index})
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
	for _, d := range c.fieldsOf(module) {
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
