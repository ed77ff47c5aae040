package check

import (
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// choices checks that picklist values are paired one to one, that both sides have them, and that none is left without a
// pair in a direction of the map.
func (c checker) choices(m record.FieldMap) string {
	if m.Kind != record.KindChoice && m.Kind != record.KindChoices {
		if len(m.Choices) > 0 {
			return "pairs picklist values and is mapped as " + value.Quoted(string(m.Kind)) + "; map it as choice or choices"
		}
		return ""
	}
	if len(m.Choices) == 0 {
		return "is mapped as " + string(m.Kind) + " without any pair of values; pair each value of the CRM with one of billing's"
	}
	for _, source := range value.SortedKeys(m.Choices) {
		target := m.Choices[source]
		if first, _ := value.SourceOfChoice(m.Choices, target); first != source {
			return "pairs " + value.Quoted(first) + " and " + value.Quoted(source) + " with the one value " + value.Quoted(target) + "; pair each with a value of its own"
		}
	}
	return c.knownChoices(m)
}

func (c checker) knownChoices(m record.FieldMap) string {
	crm, billing := c.options(m)
	for _, source := range value.SortedKeys(m.Choices) {
		if len(crm) > 0 && m.Transform == "" && !slices.Contains(crm, source) {
			return "pairs " + value.Quoted(source) + ", which is no value of the CRM's picklist; there are " + strings.Join(crm, ", ")
		}
		if target := m.Choices[source]; len(billing) > 0 && !slices.Contains(billing, target) {
			return "pairs with " + value.Quoted(target) + ", which is no value of billing's; there are " + strings.Join(billing, ", ")
		}
	}
	if missing := c.unpaired(m); missing != "" {
		return missing
	}
	return ""
}

// unpaired returns which value of a side has no pair in the map.
func (c checker) unpaired(m record.FieldMap) string {
	crm, billing := c.options(m)
	if c.forth(m) && m.Transform == "" {
		if v, found := value.FirstWithout(crm, func(v string) bool { _, ok := m.Choices[v]; return ok }); found {
			return "has no pair for its value " + value.Quoted(v) + "; pair it with a value of billing's"
		}
	}
	if c.back(m) {
		if v, found := value.FirstWithout(billing, func(v string) bool { _, ok := value.SourceOfChoice(m.Choices, v); return ok }); found {
			return "has no pair for the value " + value.Quoted(v) + " of billing; pair it with a value of the CRM's, or let the map go to_billing"
		}
	}
	return ""
}

// options returns the values of the picklists at both ends; nil if they are unknown.
func (c checker) options(m record.FieldMap) (crm, billing []string) {
	source, _ := mapping.FindField(c.crm, m.Source)
	target, _ := mapping.FindField(c.billing, m.Target)
	billing = target.Options
	if m.Target == mapping.FieldProductType && c.entity == record.EntityItems && len(billing) == 0 {
		billing = []string{"goods", "service"}
	}
	return source.Options, billing
}
