package mapping

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"causeway/internal/record"
)

// The billing fields that Map treats in a special way.
const (
	FieldDisplayName = "display_name"
	FieldLastName    = "last_name"
	FieldItemName    = "name"
	FieldRate        = "rate"
	FieldProductType = "product_type"
	FieldSubType     = "customer_sub_type"
)

// Result is the billing record that a CRM record maps to.
type Result struct {
	// Values are the mapped fields. An empty source is "" for a text and nil for a number. An update clears such a field;
	// a creation leaves it out.
	Values record.Values
	// Defaults are fields that a creation needs and that no map fills. They never overwrite an existing record.
	Defaults record.Values
	// Problems are the reasons why the source cannot be converted. If there are any, Values must not be used.
	Problems []Problem
}

// lengths are the most characters that billing accepts, for fields whose error message would not say so.
var lengths = map[record.Entity]map[string]int{
	record.EntityCustomers: {FieldDisplayName: 200},
	record.EntityItems:     {FieldItemName: 100, "description": 2000},
}

// Map builds the entity's billing record from a CRM record: the entity's map, the record's own name if the mapped name is
// empty, the limits of billing's fields, and the defaults of a creation.
func (m Maps) Map(entity record.Entity, source record.Record) Result {
	maps := m.active(entity, source.Module)
	values, problems := apply(maps, source, m.compiled)
	fillName(entity, values, source.Name)
	settleRequired(entity, values)
	out := Result{Values: values, Defaults: record.Values{}, Problems: problems}
	switch entity {
	case record.EntityCustomers:
		setDefault(&out, FieldSubType, kindOfCustomer(source.Module))
	case record.EntityItems:
		out.Problems = append(out.Problems, checkRate(maps, values)...)
		setDefault(&out, FieldRate, json.Number("0"))
		setDefault(&out, FieldProductType, "goods")
	case record.EntityContactPersons:
	}
	out.Problems = append(out.Problems, checkLengths(entity, maps, values)...)
	return out
}

func kindOfCustomer(module record.Module) string {
	if module == record.Accounts {
		return "business"
	}
	return "individual"
}

// settleRequired settles what an empty map of a field means that billing never shows empty: a price that was
// cleared in the CRM is 0, since it cannot be unset, and of a record's kind nothing is said.
func settleRequired(entity record.Entity, values record.Values) {
	drop := FieldSubType
	if entity == record.EntityItems {
		drop = FieldProductType
		if v, mapped := values[FieldRate]; mapped && (v == nil || v == "") {
			values[FieldRate] = json.Number("0")
		}
	}
	if v, mapped := values[drop]; mapped && (v == nil || v == "") {
		delete(values, drop)
	}
}

func setDefault(r *Result, target string, value any) {
	if _, mapped := r.Values[target]; !mapped {
		r.Defaults[target] = value
	}
}

// fillName uses the record's own name if no map sets one, so that records stay recognisable under a custom map without a
// name.
func fillName(entity record.Entity, values record.Values, name string) {
	name = strings.TrimSpace(name)
	if name == "" {
		return
	}
	target := FieldDisplayName
	switch entity {
	case record.EntityCustomers:
	case record.EntityItems:
		target = FieldItemName
	case record.EntityContactPersons:
		if values.Text("first_name") != "" {
			return
		}
		target = FieldLastName
	}
	if values.Text(target) == "" {
		values[target] = name
	}
}

func checkRate(maps []record.FieldMap, values record.Values) []Problem {
	if n, ok := values[FieldRate].(json.Number); ok && strings.HasPrefix(n.String(), "-") && !record.EqualValues(n, json.Number("0")) {
		return []Problem{{Field: sourceOf(maps, FieldRate), Target: FieldRate,
			Reason: "is below zero, and billing takes no negative price; correct it in the CRM"}}
	}
	return nil
}

func checkLengths(entity record.Entity, maps []record.FieldMap, values record.Values) []Problem {
	var out []Problem
	for _, target := range []string{FieldDisplayName, FieldItemName, "description"} {
		most := lengths[entity][target]
		if n := utf8.RuneCountInString(values.Text(target)); most > 0 && n > most {
			out = append(out, Problem{Field: sourceOf(maps, target), Target: target,
				Reason: fmt.Sprintf("has %d characters, and billing takes %d in %s; shorten it in the CRM", n, most, target)})
		}
	}
	return out
}

func sourceOf(maps []record.FieldMap, target string) string {
	for _, m := range maps {
		if m.Target == target {
			return m.Source
		}
	}
	return target
}
