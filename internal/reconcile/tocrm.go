package reconcile

import (
	"fmt"
	"strings"

	"causeway/internal/record"
)

// RivalsCount reports whether billing's other records of the same name or SKU matter to the decision: one of them
// may take over a CRM record.
func (p *Planner) RivalsCount() bool {
	return p.entity != record.EntityContactPersons && p.duplicates() == record.Overwrite
}

// KeysCRM returns the name key and SKU used to look up CRM candidates, as Keys does for the other direction.
func (p *Planner) KeysCRM(src BillingSource) (nameKey, stockUnit string) {
	if p.linked(src.Link) || len(src.Problems) > 0 || record.OwnMarker(p.rules.Incarnation, src.Record.Marker) {
		return "", ""
	}
	return record.NameKey(targetName(p.entity, src.Held)), p.skuOf(src.Held)
}

// DecideCRM returns the operation for a billing record in the CRM's direction, as Decide does in billing's.
// Candidates are CRM records without a link. After and Before hold the CRM's fields, and Base the link's new base.
// For a new contact, After holds its account in the CRM's form of a lookup.
func (p *Planner) DecideCRM(src BillingSource, candidates []record.Record) record.Operation {
	op := p.draftCRM(src)
	switch {
	case src.Link != nil && src.Link.Gone == record.CRM:
		markSkipped(&op, CodeDeletedInCRM, fmt.Sprintf("%s %s was deleted in the CRM; billing's record is unchanged, and no new %s is created",
			crmNoun(op.TargetModule), src.Link.CRMID, crmNoun(op.TargetModule)))
	case src.Link != nil && src.Link.Gone == record.Moved:
		markSkipped(&op, CodeMoved, MovedOn(src.Link))
	case !p.inMode(op.TargetModule):
		markSkipped(&op, CodeNotInMode, p.notInMode(op.TargetModule))
	case src.OutOfView:
		op.Rule = RuleView
		markSkipped(&op, CodeLeftView, fmt.Sprintf("%s %s is not in the view, so nothing is written to it; the link stays",
			crmNoun(op.TargetModule), op.TargetID))
	case len(src.Problems) > 0:
		markFailed(&op, CodeFieldInvalid, string(src.Record.Module)+": "+strings.Join(src.Problems, "; "))
	case !src.Record.Whole && src.Record.Module != record.ContactPersons:
		markFailed(&op, CodeDetailsMissing, fmt.Sprintf("the details of %s %s in billing could not be read; retry", billingNoun(p.entity), src.Record.ID))
	case src.Link != nil && p.movedAway(src.CRM):
		markSkipped(&op, CodeMoved, p.movedAwayReason(src))
	case src.Link != nil:
		p.planUpdateCRM(&op, src)
		planRestore(&op, src.Link, src.Link.Gone == record.Billing)
	case record.OwnMarker(p.rules.Incarnation, src.Record.Marker):
		markSkipped(&op, CodeOriginGone, "Causeway created it for a CRM record that was deleted or is no longer linked with it, so no new CRM record is created")
	case op.NameKey == "":
		markFailed(&op, CodeNameMissing, fmt.Sprintf("%s %s has no name; give it one in billing, then retry", billingNoun(p.entity), src.Record.ID))
	case p.entity == record.EntityContactPersons && !findAccount(&op, src):
		// findAccount has recorded why.
	default:
		p.match(p.seekerCRM(&op, src), p.eligible(candidates))
	}
	return p.finish(op)
}

func (p *Planner) draftCRM(src BillingSource) record.Operation {
	name := strings.TrimSpace(src.Record.Name)
	if name == "" {
		name = targetName(p.entity, src.Held)
	}
	op := record.Operation{
		Entity:       p.entity,
		SourceModule: src.Record.Module,
		SourceID:     src.Record.ID,
		SourceName:   name,
		SourceHash:   src.Hash,
		TargetModule: CRMModule(p.entity, p.rules.Customers.Mode, src.Record),
		NameKey:      record.NameKey(targetName(p.entity, src.Held)),
		State:        record.OpPlanned,
	}
	if src.Link != nil {
		op.TargetModule, op.TargetID = src.Link.CRMModule, src.Link.CRMID
		return op
	}
	op.Marker = record.Marker(p.rules.Incarnation, src.Record.Module, src.Record.ID)
	return op
}

// inMode reports whether the preferences' mode syncs the entity's records with that module.
func (p *Planner) inMode(module record.Module) bool {
	mode := p.rules.Customers.Mode
	switch p.entity {
	case record.EntityContactPersons:
		return mode == record.ModeAccountsAndContacts
	case record.EntityCustomers:
		if module == record.Accounts {
			return mode != record.ModeContacts
		}
		return mode == record.ModeContacts || mode == record.ModeAccountsAndContacts && p.rules.Customers.Unattached
	case record.EntityItems:
	}
	return true
}

func (p *Planner) notInMode(module record.Module) string {
	switch {
	case p.entity == record.EntityContactPersons:
		return "contact persons go to the CRM only in the mode accounts_and_contacts"
	case module == record.Accounts:
		return "it is a business customer, which belongs to the CRM's accounts, but the preferences sync only contacts"
	case p.rules.Customers.Mode == record.ModeAccounts:
		return "it is an individual customer, which belongs to the CRM's contacts, but the preferences sync only accounts"
	}
	return "it is an individual customer, which belongs to the contacts without an account, but the preferences leave them out"
}

// planUpdateCRM plans the CRM's half of the merge.
func (p *Planner) planUpdateCRM(op *record.Operation, src BillingSource) {
	if src.CRM == nil {
		markFailed(op, CodeDetailsMissing, fmt.Sprintf("%s %s could not be read in the CRM, so its changes are not known; retry", crmNoun(op.TargetModule), op.TargetID))
		return
	}
	m := Merge(plainPair(p.entity, src.Link.CRMID, src.Link.BillingID, Pair{
		Base: src.Link.Base, CRM: src.CRMValues, Billing: src.Held, Directions: src.Directions,
		Rule: p.rules.Conflicts, Newer: src.Newer, Decided: src.Decided,
	}))
	p.planHalf(op, m, record.CRM)
	if op.Action != record.ActionUpdate || len(op.After) == 0 {
		return
	}
	back := src.BackOf(sortedFields(op.After))
	op.After = differencesIn(p.entity, op.TargetModule, src.Record.ID, src.CRM.Values, back)
	op.Before = pick(src.CRM.Values, op.After)
}
