package discover

import (
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// Propose returns a map between a CRM field and a billing field, as far as their types determine it: the kind, the pairs of
// picklist values with equal names, and the direction. The kind is empty if the two have none in common. A source without a
// name stands for the result of a transform, which is assumed to fit billing.
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
