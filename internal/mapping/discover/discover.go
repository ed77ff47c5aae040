package discover

import (
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// customPairs returns maps between custom fields of billing and CRM fields with the same name or label and a fitting type.
// It skips CRM fields that a map reads already.
func customPairs(crm, billing []record.Field, have []record.FieldMap) []record.FieldMap {
	var out []record.FieldMap
	for _, target := range billing {
		if !target.Custom || target.Name == mapping.FieldMarker || target.ReadOnly || reads(have, "", target.Name) {
			continue
		}
		at := slices.IndexFunc(crm, func(f record.Field) bool {
			return sameName(f, target) && !reads(have, f.Name, "") && !reads(out, f.Name, "")
		})
		if at < 0 {
			continue
		}
		if m, ok := between(crm[at], target); ok {
			out = append(out, m)
		}
	}
	return out
}

func reads(list []record.FieldMap, source, target string) bool {
	return slices.ContainsFunc(list, func(m record.FieldMap) bool {
		return source != "" && m.Source == source || target != "" && m.Target == target
	})
}

func sameName(a, b record.Field) bool {
	names := []string{bareName(strings.TrimPrefix(b.Name, "cf_")), bareName(b.Label)}
	return slices.Contains(names, bareName(a.Name)) || a.Label != "" && slices.Contains(names, bareName(a.Label))
}

// between returns the map between two fields, if it needs no decision. Picklists need one unless billing has each value of
// the CRM's.
func between(from, to record.Field) (record.FieldMap, bool) {
	m := record.FieldMap{Source: from.Name, Target: to.Name, Kind: value.KindBetween(value.ClassOf(from), value.ClassOf(to))}
	if m.Kind == record.KindChoice || m.Kind == record.KindChoices {
		m.Choices = sameChoices(from.Options, to.Options)
		_, missing := value.FirstWithout(from.Options, func(v string) bool { _, ok := m.Choices[v]; return ok })
		return m, len(m.Choices) > 0 && !missing
	}
	return m, m.Kind != ""
}

// sameChoices pairs the values of two picklists whose names are equal without case and punctuation.
func sameChoices(from, to []string) map[string]string {
	out, used := map[string]string{}, map[string]bool{}
	for _, a := range from {
		for _, b := range to {
			if bareName(a) == bareName(b) && bareName(a) != "" && a != value.NoChoice && !used[b] {
				out[a], used[b] = b, true
				break
			}
		}
	}
	return out
}

// typeFields are usual names of a custom field for goods or service.
var typeFields = []string{"producttype", "itemtype", "goodsorservice", "goodsorservices", "goodsservice", "goodsservices", "goodsandservices"}

// withProductType adds a map for the goods-or-service field, if the CRM has such a picklist with a value for each.
func withProductType(crm []record.Field, list []record.FieldMap) []record.FieldMap {
	if reads(list, "", mapping.FieldProductType) {
		return list
	}
	for _, f := range crm {
		named := slices.Contains(typeFields, bareName(f.Name)) || slices.Contains(typeFields, bareName(f.Label))
		if !f.Custom || !named || value.ClassOf(f) != value.ClassChoice || reads(list, f.Name, "") {
			continue
		}
		choices := map[string]string{}
		for _, option := range f.Options {
			switch name := bareName(option); name {
			case "good", "goods":
				choices[option] = "goods"
			case "service", "services":
				choices[option] = "service"
			}
		}
		_, goods := value.SourceOfChoice(choices, "goods")
		_, service := value.SourceOfChoice(choices, "service")
		if goods && service && len(choices) == 2 {
			m := record.FieldMap{Source: f.Name, Target: mapping.FieldProductType, Kind: record.KindChoice, Choices: choices}
			return append(list, directed([]record.FieldMap{m}, crm, nil)...)
		}
	}
	return list
}

// directed sets the direction of each map: both ways if the CRM field can be written from billing and is the only source of
// its target. An object is written as a whole, so one field that cannot go back makes the whole object go one way.
func directed(list []record.FieldMap, crm, billing []record.Field) []record.FieldMap {
	used, held := map[string]bool{}, map[string]bool{}
	for i := range list {
		list[i].Direction = record.ToBilling
		if !used[list[i].Source] && turnsRound(list[i], crm, billing) {
			list[i].Direction, used[list[i].Source] = record.BothWays, true
		} else {
			held[mapping.Unit(list[i].Target)] = true
		}
	}
	for i := range list {
		if held[mapping.Unit(list[i].Target)] {
			list[i].Direction = record.ToBilling
		}
	}
	return list
}

func turnsRound(m record.FieldMap, crm, billing []record.Field) bool {
	if m.Target == mapping.FieldCurrencyCode || mapping.OneWay(m) != "" {
		return false
	}
	source, known := mapping.FindField(crm, m.Source)
	if !known || source.ReadOnly {
		return false
	}
	if !value.Writable(record.CRM, m.Kind, value.ClassOf(source)) || !value.Readable(record.CRM, m.Kind, value.ClassOf(source)) {
		return false
	}
	target, known := mapping.FindField(billing, m.Target)
	if _, missing := value.FirstWithout(target.Options, func(v string) bool { _, ok := value.SourceOfChoice(m.Choices, v); return ok }); missing && len(m.Choices) > 0 {
		return false
	}
	return !known || !target.ReadOnly && value.Readable(record.Billing, m.Kind, value.ClassOf(target))
}
