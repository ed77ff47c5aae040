package mapping

import (
	"strings"

	"causeway/internal/record"
)

// Unit returns the top-level billing field of a target. A unit is merged and written as a whole.
func Unit(target string) string {
	unit, _, _ := strings.Cut(target, ".")
	return unit
}

// computed are fields that the CRM computes from others, in every organisation.
var computed = map[string]bool{"id": true, "Full_Name": true, "Created_Time": true, "Modified_Time": true, "Created_By": true, "Modified_By": true}

// OneWay returns why values of the map cannot go to the CRM, whatever its direction, or "" if they can.
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

// directionOf returns the direction of one map.
func (m Maps) directionOf(entity record.Entity, one record.FieldMap) record.Direction {
	if m.fetched[entity] || one.Direction == "" || OneWay(one) != "" {
		return record.ToBilling
	}
	return one.Direction
}

// idle reports whether the map is not used: it goes to the CRM, and the entity is only fetched.
func (m Maps) idle(entity record.Entity, one record.FieldMap) bool {
	return one.Direction == record.ToCRM && m.fetched[entity]
}

// active returns the maps that are used. It copies the list only if some are not.
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

// Directions returns the direction of each unit: both ways if any of its maps goes both ways, or if its maps differ.
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
