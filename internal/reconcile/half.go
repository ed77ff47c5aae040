package reconcile

import (
	"fmt"
	"strings"

	"causeway/internal/record"
)

// half plans one side's half of a merge, all by billing's fields: the units that change there, nothing, or
// the parking of the whole record where somebody is to decide. Units that both sides changed alike make an
// operation without fields, which moves the base: else the next edit of one side would look like a conflict.
func (p *Planner) half(op *record.Operation, m Merged, to record.Side) {
	mine, other := m.ToBilling, m.ToCRM
	if to == record.CRM {
		mine, other = other, mine
	}
	if len(m.Conflicts) > 0 {
		park(op, m.Conflicts)
		return
	}
	if len(other) > 0 {
		p.owed = append(p.owed, record.Ref{Side: to, Module: op.TargetModule, ID: op.TargetID})
	}
	if len(mine)+len(m.Agreed) == 0 {
		nothing(op)
		return
	}
	op.Action, op.After, op.Base = record.ActionUpdate, mine, over(m.Base, mine)
	explain(op, m.Resolved, to, p.rules.Conflicts)
}

// park leaves the record as it is on both sides until somebody decides.
func park(op *record.Operation, conflicts []FieldConflict) {
	op.Action, op.Outcome, op.Code, op.Rule = record.ActionConflict, record.Conflicts, CodeFieldConflict, "conflicts:"+string(record.AskWins)
	op.Before, op.After, op.Base = record.Values{}, record.Values{}, nil
	for _, c := range conflicts {
		op.Before[c.Field], op.After[c.Field] = c.Billing, c.CRM
	}
	op.Reason = fmt.Sprintf("both sides changed %s, each to a value of its own, and nothing is written until somebody decides: starter conflicts resolve", fieldsOf(conflicts))
}

// explain says which of the fields that the operation writes both sides had changed, and what decided.
func explain(op *record.Operation, resolved []FieldConflict, to record.Side, rule record.ConflictRule) {
	winner := record.CRM
	if to == record.CRM {
		winner = record.Billing
	}
	var byRule, byHand []FieldConflict
	for _, c := range resolved {
		switch {
		case c.Winner != winner:
		case c.Decided:
			byHand = append(byHand, c)
		default:
			byRule = append(byRule, c)
		}
	}
	var reasons []string
	if len(byHand) > 0 {
		op.Rule = RuleDecided
		reasons = append(reasons, fmt.Sprintf("both sides changed %s: %s wins, as was decided", fieldsOf(byHand), sideName(winner)))
	}
	if len(byRule) > 0 {
		if rule == "" {
			rule = record.CRMWins
		}
		op.Rule = "conflicts:" + string(rule)
		reasons = append(reasons, fmt.Sprintf("both sides changed %s: %s wins by the rule %s", fieldsOf(byRule), sideName(winner), rule))
	}
	op.Reason = strings.Join(reasons, "; ")
}

func fieldsOf(conflicts []FieldConflict) string {
	names := make([]string, 0, len(conflicts))
	for _, c := range conflicts {
		names = append(names, c.Field)
	}
	return strings.Join(names, ", ")
}

func sideName(s record.Side) string {
	if s == record.CRM {
		return "the CRM"
	}
	return "billing"
}

// TargetStaysDue says whether the row that a write left on the receiving side must be looked at in the other
// direction, though the write was ours: it holds something that goes there and is not agreed on. Somebody
// edited the record meanwhile, the side gave a value of its own, or a moved person took edits along. The
// values are the written record's mapped fields, by billing's names; without directions nothing goes there.
func TargetStaysDue(op record.Operation, values record.Values, directions map[string]record.Direction) bool {
	p := Pair{Base: Base(op), Billing: values}
	crmID, billingID, other := op.SourceID, op.TargetID, record.ToCRM
	if op.Direction() == record.ToCRM {
		crmID, billingID, other = op.TargetID, op.SourceID, record.ToBilling
		p.CRM, p.Billing = values, nil
	}
	p = plainPair(op.Entity, crmID, billingID, p)
	values = p.Billing
	if other == record.ToBilling {
		values = p.CRM
	}
	for unit, v := range values {
		if d := directions[unit]; (d == record.BothWays || d == other) && !agree(p.Base[unit], v, v, v) {
			return true
		}
	}
	return false
}
