package reconcile

import "causeway/internal/record"

func (p *Planner) seeker(op *record.Operation, src Source) seeker {
	return seeker{
		op: op, where: "billing", thing: billingNoun(p.entity),
		sku: p.skuOf(src.Values), email: src.Values.Text(email),
		link:   func(found record.Record, code, reason string) { p.planLink(op, src, found, code, reason) },
		create: func(action record.Action) { p.planCreate(op, src, action) },
	}
}

// planCreate plans a new record with all mapped fields that are set.
func (p *Planner) planCreate(op *record.Operation, src Source, action record.Action) {
	op.Action, op.Before, op.After = action, nil, filled(toBilling(src.Values, src.Directions))
	for field, v := range filled(src.Defaults) {
		if _, ok := op.After[field]; !ok {
			op.After[field] = v
		}
	}
}

// planLink plans to link an existing record: the mapped fields that differ are replaced, the others are left.
func (p *Planner) planLink(op *record.Operation, src Source, target record.Record, code, reason string) {
	op.Action, op.Code, op.Reason = record.ActionLink, code, reason
	op.TargetID, op.TargetParentID = target.ID, target.ParentID
	want := toBilling(src.Values, src.Directions)
	op.Before = mappedPart(target.Values, want)
	op.After = Differences(p.entity, src.Record.ID, target.Values, want)
	if code == CodeDuplicate {
		op.Reason += emptied(*op)
	}
}
