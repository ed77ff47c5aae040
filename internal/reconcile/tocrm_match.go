package reconcile

import (
	"fmt"
	"maps"
	"slices"

	"causeway/internal/record"
)

func sortedFields(values record.Values) []string { return slices.Sorted(maps.Keys(values)) }

// findAccount puts the account of a contact person's contact into the operation; where there is none, it says
// why and gives false.
func findAccount(op *record.Operation, src BillingSource) bool {
	parent := src.Parent
	switch {
	case parent == nil || !parent.Known:
		fail(op, CodeParentFailed, fmt.Sprintf("its customer %s is not among billing's customers; retry", src.Record.ParentID))
	case parent.Link == nil && parent.Outcome == record.Skipped:
		skip(op, CodeParentSkipped, fmt.Sprintf("its customer %q (%s) was skipped: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil && parent.Reason != "":
		fail(op, CodeParentFailed, fmt.Sprintf("its customer %q (%s) is not in the CRM: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil:
		fail(op, CodeParentFailed, fmt.Sprintf("its customer %q (%s) has no account in the CRM yet; retry when the customer has been synced", parent.Name, src.Record.ParentID))
	case parent.Link.CRMModule != record.Accounts:
		nothing(op)
		op.Reason = fmt.Sprintf("its customer %q (%s) is an individual, a contact itself in the CRM", parent.Name, src.Record.ParentID)
	case parent.Link.Gone == record.CRM:
		skip(op, CodeParentSkipped, fmt.Sprintf("account %s of its customer %q (%s) was deleted in the CRM", parent.Link.CRMID, parent.Name, src.Record.ParentID))
	default:
		op.TargetParentID = parent.Link.CRMID
		return true
	}
	return false
}

// place leaves out the contacts of accounts where these are contact persons: an individual customer is none.
func (p *Planner) place(candidates []record.Record) []record.Record {
	if p.entity != record.EntityCustomers || p.rules.Customers.Mode != record.ModeAccountsAndContacts {
		return candidates
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(c record.Record) bool {
		return c.Module == record.Contacts && c.ParentID != ""
	})
}

func (p *Planner) seekerCRM(op *record.Operation, src BillingSource) seeker {
	return seeker{
		op: op, where: "the CRM", thing: crmThing(op.TargetModule),
		sku: p.skuOf(src.Held), email: src.Held.Text(email), others: p.rivalsOf(op, src),
		link:   func(found record.Record, code, reason string) { p.linkCRM(op, src, found, code, reason) },
		create: func(action record.Action) { p.createCRM(op, src, action) },
	}
}

// rivalsOf leaves out the record itself, what has its place in another module, and what was made for the CRM.
func (p *Planner) rivalsOf(op *record.Operation, src BillingSource) []record.Record {
	return slices.DeleteFunc(slices.Clone(src.Rivals), func(r record.Record) bool {
		return r.ID == src.Record.ID || record.OwnMarker(p.rules.Incarnation, r.Marker) ||
			CRMModule(p.entity, p.rules.Customers.Mode, r) != op.TargetModule
	})
}

// createCRM plans a new CRM record with all fields that go there and are set. The CRM takes no record
// without its name, so one that the map does not fill takes the name that the record has in billing.
func (p *Planner) createCRM(op *record.Operation, src BillingSource, action record.Action) {
	op.Action, op.Before, op.After = action, nil, filled(src.Back)
	if field := namesIn(op.TargetModule).name; op.After.Text(field) == "" {
		op.After[field] = op.SourceName
	}
	op.Base = baseInCRM(src, op.After)
	if op.TargetParentID != "" {
		op.After[accountName] = map[string]any{"id": op.TargetParentID}
	}
}

// linkCRM plans to take an existing CRM record over: the fields that go there and differ are replaced.
func (p *Planner) linkCRM(op *record.Operation, src BillingSource, target record.Record, code, reason string) {
	op.Action, op.Code, op.Reason = record.ActionLink, code, reason
	op.TargetID = target.ID
	if code != CodeAdopted {
		op.Marker = "" // it stands on records that we made, and this one was there
	}
	op.After = differencesIn(p.entity, op.TargetModule, src.Record.ID, target.Values, src.Back)
	op.Before = pick(target.Values, op.After)
	if code == CodeDuplicate {
		op.Reason += emptied(*op)
	}
	op.Base = baseInCRM(src, over(target.Values, op.After))
}

// baseInCRM is what both sides agree on once the CRM's record holds these fields: what billing holds of the
// fields that go to the CRM. The others are as the CRM's record has them, so that the first sync the other
// way takes them for unchanged, and overwrites or empties nothing that billing had before.
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

func crmThing(module record.Module) string {
	switch module {
	case record.Products:
		return "product"
	case record.Contacts:
		return "contact"
	default:
		return "account"
	}
}
