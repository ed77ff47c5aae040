package reconcile

import (
	"cmp"
	"slices"

	"causeway/internal/record"
)

// Pair is one record as both sides have it, and as they last agreed on it, all by billing's fields. The unit
// of a merge is one top-level field: an address is one.
type Pair struct {
	Base, CRM, Billing record.Values
	// Directions says by unit which way its values go; a unit that is not in it goes to billing.
	Directions map[string]record.Direction
	// Rule says who wins a conflict; empty is the CRM.
	Rule record.ConflictRule
	// Newer is the side that was modified last; empty, where that is not known, counts as the CRM.
	Newer record.Side
	// Decided is what somebody decided on conflicts of this record. It goes before the rule.
	Decided []record.Decision
}

// FieldConflict is a two-way field that both sides changed, each to a value of its own.
type FieldConflict struct {
	Field              string
	Base, CRM, Billing any
	// Winner is empty where nobody has won yet.
	Winner record.Side
	// Decided says that the winner was somebody's decision, not the rule's.
	Decided bool
}

// Merged is what a merge found, all by billing's fields.
type Merged struct {
	// ToBilling and ToCRM are the units that change there.
	ToBilling, ToCRM record.Values
	// Base is what both sides agree on before anything is written: Pair.Base, with the units over it that
	// both changed alike. These are Agreed.
	Base   record.Values
	Agreed []string
	// Conflicts are open: neither side's value may be written. Resolved have a winner, whose value is among
	// the units that change. Both are sorted by field.
	Conflicts, Resolved []FieldConflict
}

// Merge compares the two sides of a record unit by unit with what they last agreed on. A unit that one side
// changed goes to the other, if it goes that way at all: else it is left alone and the base keeps its value,
// so that nothing of a side is overwritten because of an old difference. A side without the unit says nothing
// about it. A unit that goes one way and changed on both sides takes its source's value.
func Merge(p Pair) Merged {
	m := Merged{ToBilling: record.Values{}, ToCRM: record.Values{}, Base: p.Base}
	for unit := range p.CRM {
		m.unit(p, unit)
	}
	for unit := range p.Billing {
		if _, seen := p.CRM[unit]; !seen {
			m.unit(p, unit)
		}
	}
	slices.Sort(m.Agreed)
	byField := func(a, b FieldConflict) int { return cmp.Compare(a.Field, b.Field) }
	slices.SortFunc(m.Conflicts, byField)
	slices.SortFunc(m.Resolved, byField)
	return m
}

func (m *Merged) unit(p Pair, unit string) {
	base := p.Base[unit]
	crm, inCRM := p.CRM[unit]
	billing, inBilling := p.Billing[unit]
	byCRM := inCRM && !agree(base, crm, crm, billing)
	byBilling := inBilling && !agree(base, billing, crm, billing)
	switch {
	case !byCRM && !byBilling:
	case inCRM && inBilling && agree(crm, billing, crm, billing):
		if len(m.Agreed) == 0 {
			m.Base = over(p.Base, nil) // the pair's own stays as it is
		}
		m.Base[unit] = crm
		m.Agreed = append(m.Agreed, unit)
	default:
		m.carry(p, FieldConflict{Field: unit, Base: base, CRM: crm, Billing: billing}, byCRM, byBilling)
	}
}

// carry says where a unit goes that is not equal on both sides.
func (m *Merged) carry(p Pair, at FieldConflict, byCRM, byBilling bool) {
	switch p.Directions[at.Field] {
	case record.BothWays:
		switch {
		case byCRM && byBilling:
			m.resolve(p, at)
		case byCRM:
			m.ToBilling[at.Field] = at.CRM
		default:
			m.ToCRM[at.Field] = at.Billing
		}
	case record.ToCRM:
		if byBilling {
			m.ToCRM[at.Field] = at.Billing
		}
	case record.ToBilling, "":
		if byCRM {
			m.ToBilling[at.Field] = at.CRM
		}
	}
}

func (m *Merged) resolve(p Pair, at FieldConflict) {
	at.Winner, at.Decided = p.decided(at)
	if at.Winner == "" {
		at.Winner = p.byRule()
	}
	switch at.Winner {
	case record.CRM:
		m.ToBilling[at.Field] = at.CRM
	case record.Billing:
		m.ToCRM[at.Field] = at.Billing
	default:
		m.Conflicts = append(m.Conflicts, at)
		return
	}
	m.Resolved = append(m.Resolved, at)
}

// decided is the winner of a decision on these very values. One on others was overtaken by an edit.
func (p Pair) decided(at FieldConflict) (record.Side, bool) {
	for _, d := range p.Decided {
		if d.Field == at.Field && agree(d.CRM, at.CRM, at.CRM, at.Billing) && agree(d.Billing, at.Billing, at.CRM, at.Billing) {
			return d.Winner, true
		}
	}
	return "", false
}

// Unspent are the decisions that still wait to be carried out once both sides agree on the base. One that
// billing won waits for the CRM's direction, whatever the other direction has finished meanwhile.
func Unspent(decided []record.Decision, base record.Values) []record.Decision {
	var out []record.Decision
	for _, d := range decided {
		won := d.CRM
		if d.Winner == record.Billing {
			won = d.Billing
		}
		if !record.EqualValues(base[d.Field], won) {
			out = append(out, d)
		}
	}
	return out
}

func (p Pair) byRule() record.Side {
	switch p.Rule {
	case record.BillingWins:
		return record.Billing
	case record.AskWins:
		return ""
	case record.NewestWins:
		if p.Newer != "" {
			return p.Newer
		}
	case record.CRMWins:
	}
	return record.CRM
}

// agree compares two values of one unit. Of an object only those inner fields count that one of the sides
// maps, crm or billing: sides and older maps add their own.
func agree(a, b, crm, billing any) bool {
	of, inCRM := object(crm)
	too, inBilling := object(billing)
	if !inCRM && !inBilling {
		return record.EqualValues(a, b)
	}
	x, xIs := object(a)
	y, yIs := object(b)
	if !xIs && !record.EqualValues(a, nil) || !yIs && !record.EqualValues(b, nil) {
		return record.EqualValues(a, b) // a text against an object, say
	}
	for field := range of {
		if !agree(x[field], y[field], of[field], too[field]) {
			return false
		}
	}
	for field := range too {
		if _, seen := of[field]; !seen && !agree(x[field], y[field], nil, too[field]) {
			return false
		}
	}
	return true
}

func object(v any) (map[string]any, bool) {
	switch x := v.(type) {
	case map[string]any:
		return x, true
	case record.Values:
		return x, true
	default:
		return nil, false
	}
}
