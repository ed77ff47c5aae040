package reconcile

import (
	"fmt"
	"strings"

	"causeway/internal/record"
)

// planHalf plans one side's half of a merge, by billing's field names: the units that change there, nothing, or
// parking the whole record until a person decides. Where both sides made the same change, the operation has no
// fields and only moves the base. Otherwise the next edit on one side would look like a conflict.
func (p *Planner) planHalf(op *record.Operation, m Merged, to record.Side) {
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
		markUnchanged(op)
		return
	}
	op.Action, op.After, op.Base = record.ActionUpdate, mine, overlay(m.Base, mine)
	explain(op, m.Resolved, to, p.rules.Conflicts)
}

// park leaves the record unchanged on both sides until a person decides.
func park(op *record.Operation, conflicts []FieldConflict) {
	op.Action, op.Outcome, op.Code, op.Rule = record.ActionConflict, record.Conflicts, CodeFieldConflict, "conflicts:"+string(record.AskWins)
	op.Before, op.After, op.Base = record.Values{}, record.Values{}, nil
	for _, c := range conflicts {
		op.Before[c.Field], op.After[c.Field] = c.Billing, c.CRM
	}
	op.Reason = fmt.Sprintf("both sides changed %s to different values, so nothing is written until you decide: starter conflicts resolve", fieldsOf(conflicts))
}

// explain sets the rule and the reason of an operation that writes fields which both sides had changed.
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
		reasons = append(reasons, fmt.Sprintf("both sides changed %s: %s wins by a user's decision", fieldsOf(byHand), winner.Name()))
	}
	if len(byRule) > 0 {
		if rule == "" {
			rule = record.CRMWins
		}
		op.Rule = "conflicts:" + string(rule)
		reasons = append(reasons, fmt.Sprintf("both sides changed %s: %s wins by the rule %s", fieldsOf(byRule), winner.Name(), rule))
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

// TargetStaysDue reports whether a record that we just wrote must still be checked in the other direction, because
// it holds a value that goes there and is not agreed on. This happens when a user edited the record meanwhile, when
// the side set a value of its own, or when a moved person took edits along. The values are the written record's
// mapped fields, by billing's names. Without directions nothing goes the other way.
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

func (p *Planner) pairOf(src Source) Pair {
	return plainPair(p.entity, src.Record.ID, src.Link.BillingID, Pair{
		Base: src.Link.Base, CRM: src.Values, Billing: src.Held, Directions: src.Directions,
		Rule: p.rules.Conflicts, Newer: src.Newer, Decided: src.Decided,
	})
}
