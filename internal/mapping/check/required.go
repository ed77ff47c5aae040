package check

import (
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/record"
)

// given lists the required fields that have a value without a map: from the record's name, from a default, or from the side
// itself.
var given = map[record.Module][]string{
	record.Customers: {mapping.FieldDisplayName, mapping.FieldSubType, mapping.FieldCurrencyCode}, record.Items: {mapping.FieldItemName, mapping.FieldRate, mapping.FieldProductType}, record.ContactPersons: {mapping.FieldLastName},
	record.Accounts: {mapping.FieldAccountName, "Owner"}, record.Contacts: {mapping.FieldContactLast, "Owner"}, record.Products: {mapping.FieldProductName, "Owner"},
}

// unfilled returns the required fields without a value, of each side that is written to.
func (c checker) unfilled() []mapping.Problem {
	var out []mapping.Problem
	for _, f := range c.billing {
		if !f.Required || f.ReadOnly || slices.Contains(given[c.entity.Module()], f.Name) {
			continue
		}
		if !slices.ContainsFunc(c.maps, func(m record.FieldMap) bool {
			return c.forth(m) && (m.Target == f.Name || strings.HasPrefix(m.Target, f.Name+"."))
		}) {
			out = append(out, mapping.Problem{Field: f.Name, Target: f.Name,
				Reason: "is required in billing, and no map fills it; map a field of " + string(c.module) + " to it"})
		}
	}
	if !c.twoWay {
		return out
	}
	for _, f := range c.crm {
		if !f.Required || f.ReadOnly || slices.Contains(given[c.module], f.Name) {
			continue
		}
		if !slices.ContainsFunc(c.maps, func(m record.FieldMap) bool { return c.back(m) && m.Source == f.Name }) {
			out = append(out, mapping.Problem{Field: f.Name, Target: f.Name,
				Reason: "is required in the CRM, and no map fills it from billing; let a map that goes to_crm or both fill it, or make it optional there"})
		}
	}
	return out
}
