package fields

import (
	"encoding/json"
	"strconv"
)

// marker is the unique field in which a client keeps its own id of a record, so that it creates each record once. No API
// can make the field. A new organisation has it, unless the setting billingMarker is "absent".
const marker = "cf_causeway_id"

// Definition is a custom field of a module.
type Definition struct {
	id       int64
	apiName  string
	label    string
	dataType string
	index    int
	unique   bool
	options  []string // for dropdown and multiselect
}

// fieldIDs are the ids of each module's marker. The ids of a new organisation's custom fields follow.
var fieldIDs = map[string]int64{"customers": 4600000000012001, "items": 4600000000012101, "estimates": 4600000000012201, "invoices": 4600000000012301}

// firstFields are the custom fields of a new organisation, without the marker.
var firstFields = map[string][]Definition{
	"customers": {{apiName: "cf_region", label: "Region", dataType: "text"}, {apiName: "cf_account_note", label: "Account note", dataType: "text"},
		{apiName: "cf_employees", label: "Employees", dataType: "number"}, {apiName: "cf_credit_limit", label: "Credit limit", dataType: "amount"},
		{apiName: "cf_key_account", label: "Key account", dataType: "check_box"}, {apiName: "cf_since", label: "Customer since", dataType: "date"},
		{apiName: "cf_tier", label: "Tier", dataType: "dropdown", options: []string{"Gold", "Silver", "Bronze"}},
		{apiName: "cf_interests", label: "Interests", dataType: "multiselect", options: []string{"Hardware", "Software", "Services"}}},
	"items": {{apiName: "cf_category", label: "Category", dataType: "text"}},
}

// number is the field's id as records have it.
func (d Definition) number() json.Number { return json.Number(strconv.FormatInt(d.id, 10)) }
