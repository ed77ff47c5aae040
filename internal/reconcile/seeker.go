package reconcile

import (
	"slices"
	"strings"

	"causeway/internal/record"
)

// seeker is a record without a link, and what is needed to find or create its partner on the receiving side.
type seeker struct {
	op     *record.Operation
	where  string          // the receiving side, as users call it
	thing  string          // one of that side's records, as users call it
	sku    string          // of an item
	email  string          // of a person
	others []record.Record // records of its own side without a link, which also look for a partner
	link   func(found record.Record, code, reason string)
	create func(action record.Action)
}

// equals returns the candidates of equal name, and those of equal SKU.
func (s seeker) equals(candidates []record.Record) (names, units []record.Record) {
	for _, c := range candidates {
		if nameKeyOf(c) == s.op.NameKey {
			names = append(names, c)
		}
		if s.sku != "" && strings.TrimSpace(c.SKU) == s.sku {
			units = append(units, c)
		}
	}
	return names, units
}

func (s seeker) equalPerson(free []record.Record) (record.Record, bool) {
	for _, c := range free {
		if c.ParentID == s.op.TargetParentID && nameKeyOf(c) == s.op.NameKey && emailKey(c) == record.NameKey(s.email) {
			return c, true
		}
	}
	return record.Record{}, false
}

// rivals returns the records of the seeker's own side that match by the same name or SKU.
func (s seeker) rivals(by string) []record.Record {
	names, units := s.equals(s.others)
	if by == "SKU" {
		return units
	}
	return names
}

// byID sorts records by id and drops repetitions, so that decisions do not depend on the order of rows.
func byID(records []record.Record) []record.Record {
	out := slices.Clone(records)
	slices.SortStableFunc(out, func(a, b record.Record) int { return compareIDs(a.ID, b.ID) })
	return slices.CompactFunc(out, func(a, b record.Record) bool { return a.ID == b.ID })
}

// compareIDs orders ids as numbers of any length, which is how the sides count them.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
