package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// The fields of an ActionMove's Before: the contact person that is removed, and its customer.
const (
	MovedPerson   = "contact_person_id"
	MovedCustomer = "customer_id"
)

// planMove plans that a contact person follows its contact to another account's customer. Billing cannot move a
// person. So one is created there (or an existing one of the same name and e-mail is used), and the old one is
// removed. The new person gets the values that the merge gives the old one.
func (p *Planner) planMove(op *record.Operation, src Source, candidates []record.Record) {
	want := toBilling(src.Values, src.Directions)
	base := overlay(src.Link.Base, want)
	if src.Target != nil {
		m := Merge(p.pairOf(src))
		if len(m.Conflicts) > 0 {
			park(op, m.Conflicts)
			return
		}
		want, base = overlay(src.Held, m.ToBilling), overlay(m.Base, m.ToBilling)
		explain(op, m.Resolved, record.Billing, p.rules.Conflicts)
	}
	op.Action, op.Code, op.TargetID = record.ActionMove, CodeMoved, ""
	op.Before = record.Values{MovedPerson: src.Link.BillingID, MovedCustomer: src.Link.BillingParentID}
	op.After, op.Base = filled(want), base
	reason := fmt.Sprintf("the contact moved to account %q (%s), so its contact person moves from customer %s to customer %s",
		src.Parent.Name, src.Record.ParentID, src.Link.BillingParentID, op.TargetParentID)
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
	if c, ok := p.seeker(op, src).equalPerson(p.available(candidates, op.TargetModule)); ok {
		op.TargetID = c.ID
		op.After = Differences(p.entity, src.Record.ID, c.Values, want)
	}
}

// MovedOn explains why a billing record is left unchanged: its contact is now a record of another entity.
func MovedOn(link *record.Link) string {
	now := record.EntityContactPersons
	if link.Entity == now {
		now = record.EntityCustomers
	}
	return fmt.Sprintf("contact %s, its partner, is now %s, by its account in the CRM or by the preferences; %s %s in billing is unchanged",
		link.CRMID, roleOf(now), billingNoun(link.Entity), link.BillingID)
}

// noteFormerLink adds to the reason what the contact was before it became a record of this entity. The former
// record stays: a customer may have invoices, and nothing is deleted that somebody may need. When the operation is
// done, the old link is marked as moved.
func noteFormerLink(op *record.Operation, old *record.Link) {
	if old == nil {
		return
	}
	was, now := roleOf(old.Entity), roleOf(record.EntityContactPersons)
	stays := "customer " + old.BillingID
	if old.Entity == record.EntityContactPersons {
		was, now = fmt.Sprintf("a contact person of customer %s", old.BillingParentID), roleOf(record.EntityCustomers)
		stays = "contact person " + old.BillingID
	}
	reason := fmt.Sprintf("by its account in the CRM or by the preferences, the contact is now %s and was %s before; %s stays in billing", now, was, stays)
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
	if op.Code == "" {
		op.Code = CodeMoved
	}
}

// movedAway reports whether a linked contact got or lost its account while billing did not follow. The direction to
// billing, which runs first, has recorded why. Nothing is written over such a link.
func (p *Planner) movedAway(contact *record.Record) bool {
	if contact == nil || contact.Module != record.Contacts || p.rules.Customers.Mode != record.ModeAccountsAndContacts {
		return false
	}
	return (contact.ParentID == "") == (p.entity == record.EntityContactPersons)
}

func (p *Planner) movedAwayReason(src BillingSource) string {
	now := "belongs to an account now and is no longer a customer"
	if p.entity == record.EntityContactPersons {
		now = "no longer belongs to an account"
	}
	return fmt.Sprintf("contact %s %s; %s %s stays in billing, and nothing is written to the contact", src.Link.CRMID, now, billingNoun(p.entity), src.Record.ID)
}
