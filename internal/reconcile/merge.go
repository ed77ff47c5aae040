package reconcile

import (
	"cmp"
	"slices"

	"causeway/internal/record"
)

// Pair is one record as each side has it and as both last agreed on it, all by billing's field names. The unit of a
// merge is one top-level field: an address is one unit.
type Pair struct {
	Base, CRM, Billing record.Values
	// Directions gives the direction of each unit. A unit without an entry goes to billing.
	Directions map[string]record.Direction
	// Rule names the winner of a conflict; empty means the CRM.
	Rule record.ConflictRule
	// Newer is the side that was modified last. Empty means unknown and counts as the CRM.
	Newer record.Side
	// Decided holds the users' decisions on conflicts of this record. They take precedence over the rule.
	Decided []record.Decision
}

// FieldConflict is a two-way field that both sides changed to different values.
type FieldConflict struct {
	Field              string
	Base, CRM, Billing any
	// Winner is empty while nobody has decided.
	Winner record.Side
	// Decided is set where a user decided and not the rule.
	Decided bool
}

// Merged is the result of a merge, all by billing's field names.
type Merged struct {
	// ToBilling and ToCRM are the units that change on that side.
	ToBilling, ToCRM record.Values
	// Base is what both sides agree on before anything is written: Pair.Base overlaid with the units that both
	// sides changed alike. Agreed names those units.
	Base   record.Values
	Agreed []string
	// Conflicts have no winner: neither value may be written. Resolved have one, and its value is among the units
	// that change. Both are sorted by field.
	Conflicts, Resolved []FieldConflict
}

// Merge compares both sides of a record with what they last agreed on, unit by unit. A unit that one side changed
// goes to the other side if its direction allows it. Otherwise it is left alone and the base keeps its value, so
// that an old difference never overwrites a side. A side that lacks the unit has no say about it. A one-way unit
// that changed on both sides takes its source's value.
func Merge(p Pair) Merged {
	m := Merged{ToBilling: record.Values{}, ToCRM: record.Values{}, Base: p.Base}
	for unit := range p.CRM {
		m.compareUnit(p, unit)
	}
	for unit := range p.Billing {
		if _, seen := p.CRM[unit]; !seen {
			m.compareUnit(p, unit)
		}
	}
	slices.Sort(m.Agreed)
	byField := func(a, b FieldConflict) int { return cmp.Compare(a.Field, b.Field) }
	slices.SortFunc(m.Conflicts, byField)
	slices.SortFunc(m.Resolved, byField)
	return m
}

func (m *Merged) compareUnit(p Pair, unit string) {
	base := p.Base[unit]
	crm, inCRM := p.CRM[unit]
	billing, inBilling := p.Billing[unit]
	byCRM := inCRM && !agree(base, crm, crm, billing)
	byBilling := inBilling && !agree(base, billing, crm, billing)
	switch {
	case !byCRM && !byBilling:
	case inCRM && inBilling && agree(crm, billing, crm, billing):
		if len(m.Agreed) == 0 {
			m.Base = overlay(p.Base, nil) // a copy: the pair's own base must not change
		}
		m.Base[unit] = crm
		m.Agreed = append(m.Agreed, unit)
	default:
		m.route(p, FieldConflict{Field: unit, Base: base, CRM: crm, Billing: billing}, byCRM, byBilling)
	}
}

// route decides where a unit goes that differs between the sides.
func (m *Merged) route(p Pair, at FieldConflict, byCRM, byBilling bool) {
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
	at.Winner, at.Decided = p.userDecision(at)
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

// userDecision returns the winner of a decision on exactly these values. An edit made since then outdates the
// decision.
func (p Pair) userDecision(at FieldConflict) (record.Side, bool) {
	for _, d := range p.Decided {
		if d.Field == at.Field && agree(d.CRM, at.CRM, at.CRM, at.Billing) && agree(d.Billing, at.Billing, at.CRM, at.Billing) {
			return d.Winner, true
		}
	}
	return "", false
}

// Unspent returns the decisions that are still to be carried out, given the base that both sides agree on. A
// decision that billing won waits for the CRM's direction, even if the other direction has finished.
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

// agree compares two values of one unit. In an object only the inner fields count that one of the sides maps (crm
// or billing), since sides and older maps add their own.
func agree(a, b, crm, billing any) bool {
	mappedCRM, inCRM := object(crm)
	mappedBilling, inBilling := object(billing)
	if !inCRM && !inBilling {
		return record.EqualValues(a, b)
	}
	x, xIs := object(a)
	y, yIs := object(b)
	if !xIs && !record.EqualValues(a, nil) || !yIs && !record.EqualValues(b, nil) {
		return record.EqualValues(a, b) // for example a text and an object
	}
	for field := range mappedCRM {
		if !agree(x[field], y[field], mappedCRM[field], mappedBilling[field]) {
			return false
		}
	}
	for field := range mappedBilling {
		if _, seen := mappedCRM[field]; !seen && !agree(x[field], y[field], nil, mappedBilling[field]) {
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
