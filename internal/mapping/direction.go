package mapping

import (
	"strings"

	"causeway/internal/record"
)

// Unit is the top-level field of billing that a target belongs to: what is merged and written as a whole.
func Unit(target string) string {
	unit, _, _ := strings.Cut(target, ".")
	return unit
}

// computed are fields that the CRM makes of others, in every organisation.
var computed = map[string]bool{"id": true, "Full_Name": true, "Created_Time": true, "Modified_Time": true, "Created_By": true, "Modified_By": true}

// OneWay says why values of the map cannot go to the CRM, whatever its direction says; empty where they can.
func OneWay(m record.FieldMap) (reason string) {
	switch {
	case m.Transform != "":
		return "has a transform, which cannot be turned round"
	case strings.Contains(m.Source, "."):
		return "belongs to another record, which is reached through a lookup"
	case computed[m.Source]:
		return "can only be read"
	default:
		return ""
	}
}

// directionOf is the way that the values of one map go.
func (m Maps) directionOf(entity record.Entity, one record.FieldMap) record.Direction {
	if m.fetched[entity] || one.Direction == "" || OneWay(one) != "" {
		return record.ToBilling
	}
	return one.Direction
}

// idle says whether the map carries nothing at all: it goes to the CRM, and the entity is only fetched.
func (m Maps) idle(entity record.Entity, one record.FieldMap) bool {
	return one.Direction == record.ToCRM && m.fetched[entity]
}

// active gives the maps that carry something, without a copy where that is all of them.
func (m Maps) active(entity record.Entity, module record.Module) []record.FieldMap {
	maps := m.For(entity, module)
	for i, one := range maps {
		if !m.idle(entity, one) {
			continue
		}
		out := append([]record.FieldMap{}, maps[:i]...)
		for _, other := range maps[i+1:] {
			if !m.idle(entity, other) {
				out = append(out, other)
			}
		}
		return out
	}
	return maps
}

// Directions says which way each unit goes, by the top-level field of billing: both ways where any of its
// maps does, or where they differ.
func (m Maps) Directions(entity record.Entity, module record.Module) map[string]record.Direction {
	out := map[string]record.Direction{}
	for _, one := range m.active(entity, module) {
		unit, way := Unit(one.Target), m.directionOf(entity, one)
		if before, seen := out[unit]; seen && before != way {
			way = record.BothWays
		}
		out[unit] = way
	}
	return out
}
