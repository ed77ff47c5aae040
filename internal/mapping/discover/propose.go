package discover

import (
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// Propose is the map that ties a field of the CRM to one of billing, as far as their types tell it: the kind,
// of picklists the values of one name on both sides, and the direction. The kind is empty where the two have
// none in common; a source without a name stands for a transform's result, which is taken as what billing holds.
func Propose(source, target record.Field) record.FieldMap {
	m := record.FieldMap{Source: source.Name, Target: target.Name, Direction: record.ToBilling}
	from, to := value.ClassOf(source), value.ClassOf(target)
	if source.Name == "" {
		from = to
	}
	m.Kind = value.KindBetween(from, to)
	switch {
	case source.Name == "" && to == value.ClassUnknown, m.Kind == "" && from == value.ClassText && to == value.ClassUnknown:
		m.Kind = record.KindText
	case m.Kind == record.KindChoice, m.Kind == record.KindChoices:
		if pairs := sameChoices(source.Options, target.Options); len(pairs) > 0 && source.Name != "" {
			m.Choices = pairs
		}
	}
	if source.Name != "" && m.Kind != "" && turnsRound(m, []record.Field{source}, []record.Field{target}) {
		m.Direction = record.BothWays
	}
	return m
}
