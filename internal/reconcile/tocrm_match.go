package reconcile

import (
	"fmt"
	"maps"
	"slices"

	"causeway/internal/record"
)

func sortedFields(values record.Values) []string { return slices.Sorted(maps.Keys(values)) }

// findAccount sets the account of a contact person's contact in the operation. Where there is none, it records why
// and returns false.
func findAccount(op *record.Operation, src BillingSource) bool {
	parent := src.Parent
	switch {
	case parent == nil || !parent.Known:
		markFailed(op, CodeParentFailed, fmt.Sprintf("its customer %s is not among billing's customers; retry", src.Record.ParentID))
	case parent.Link == nil && parent.Outcome == record.Skipped:
		markSkipped(op, CodeParentSkipped, fmt.Sprintf("its customer %q (%s) was skipped: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil && parent.Reason != "":
		markFailed(op, CodeParentFailed, fmt.Sprintf("its customer %q (%s) is not in the CRM: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil:
		markFailed(op, CodeParentFailed, fmt.Sprintf("its customer %q (%s) has no account in the CRM yet; retry when the customer has been synced", parent.Name, src.Record.ParentID))
	case parent.Link.CRMModule != record.Accounts:
		markUnchanged(op)
		op.Reason = fmt.Sprintf("its customer %q (%s) is an individual, which is itself a contact in the CRM", parent.Name, src.Record.ParentID)
	case parent.Link.Gone == record.CRM:
		markSkipped(op, CodeParentSkipped, fmt.Sprintf("account %s of its customer %q (%s) was deleted in the CRM", parent.Link.CRMID, parent.Name, src.Record.ParentID))
	default:
		op.TargetParentID = parent.Link.CRMID
		return true
	}
	return false
}

// eligible leaves out contacts that have an account, where the mode makes these contact persons: they cannot be
// individual customers.
func (p *Planner) eligible(candidates []record.Record) []record.Record {
	if p.entity != record.EntityCustomers || p.rules.Customers.Mode != record.ModeAccountsAndContacts {
		return candidates
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(c record.Record) bool {
		return c.Module == record.Contacts && c.ParentID != ""
	})
}

func (p *Planner) seekerCRM(op *record.Operation, src BillingSource) seeker {
	return seeker{
		op: op, where: "the CRM", thing: crmNoun(op.TargetModule),
		sku: p.skuOf(src.Held), email: src.Held.Text(email), others: p.rivalsOf(op, src),
		link:   func(found record.Record, code, reason string) { p.planLinkCRM(op, src, found, code, reason) },
		create: func(action record.Action) { p.planCreateCRM(op, src, action) },
	}
}

// rivalsOf leaves out the record itself, records that belong to another module, and records that were created for
// the CRM.
func (p *Planner) rivalsOf(op *record.Operation, src BillingSource) []record.Record {
	return slices.DeleteFunc(slices.Clone(src.Rivals), func(r record.Record) bool {
		return r.ID == src.Record.ID || record.OwnMarker(p.rules.Incarnation, r.Marker) ||
			CRMModule(p.entity, p.rules.Customers.Mode, r) != op.TargetModule
	})
}

// planCreateCRM plans a new CRM record with all fields that go there and are set. The CRM refuses a record without
// a name, so where the map does not fill it, the name from billing is used.
func (p *Planner) planCreateCRM(op *record.Operation, src BillingSource, action record.Action) {
	op.Action, op.Before, op.After = action, nil, filled(src.Back)
	if field := namesIn(op.TargetModule).name; op.After.Text(field) == "" {
		op.After[field] = op.SourceName
	}
	op.Base = baseInCRM(src, op.After)
	if op.TargetParentID != "" {
		op.After[accountName] = map[string]any{"id": op.TargetParentID}
	}
}

// planLinkCRM plans to link an existing CRM record: the fields that go there and differ are replaced.
func (p *Planner) planLinkCRM(op *record.Operation, src BillingSource, target record.Record, code, reason string) {
	op.Action, op.Code, op.Reason = record.ActionLink, code, reason
	op.TargetID = target.ID
	if code != CodeAdopted {
		op.Marker = "" // only records that we create carry one
	}
	op.After = differencesIn(p.entity, op.TargetModule, src.Record.ID, target.Values, src.Back)
	op.Before = pick(target.Values, op.After)
	if code == CodeDuplicate {
		op.Reason += emptied(*op)
	}
	op.Base = baseInCRM(src, overlay(target.Values, op.After))
}

// baseInCRM returns what both sides agree on once the CRM's record holds these fields. Fields that go to the CRM
// are as billing has them. The others are as the CRM has them: the next sync the other way then sees them as
// unchanged, and overwrites or clears nothing that billing had.
func baseInCRM(src BillingSource, crm record.Values) record.Values {
	out := record.Values{}
	if src.Mapped != nil {
		for unit, v := range src.Mapped(crm) {
			if d := src.Directions[unit]; d != record.BothWays && d != record.ToCRM {
				out[unit] = v
			}
		}
	}
	for unit, v := range src.Held {
		if d := src.Directions[unit]; d == record.BothWays || d == record.ToCRM {
			out[unit] = v
		}
	}
	return out
}
