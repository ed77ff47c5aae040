package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// The fields of an ActionMove's Before: the contact person that goes, and its customer.
const (
	MovedPerson   = "contact_person_id"
	MovedCustomer = "customer_id"
)

// move plans that a contact person follows its contact to another account's customer. Billing moves no
// person: one is created there, or one of its name and e-mail taken that is there already, and the old one
// goes. It takes along what the merge says that the old one should hold.
func (p *Planner) move(op *record.Operation, src Source, candidates []record.Record) {
	want := toBilling(src.Values, src.Directions)
	base := over(src.Link.Base, want)
	if src.Target != nil {
		m := Merge(p.pairOf(src))
		if len(m.Conflicts) > 0 {
			park(op, m.Conflicts)
			return
		}
		want, base = over(src.Held, m.ToBilling), over(m.Base, m.ToBilling)
		explain(op, m.Resolved, record.Billing, p.rules.Conflicts)
	}
	op.Action, op.Code, op.TargetID = record.ActionMove, CodeMoved, ""
	op.Before = record.Values{MovedPerson: src.Link.BillingID, MovedCustomer: src.Link.BillingParentID}
	op.After, op.Base = filled(want), base
	reason := fmt.Sprintf("the contact moved to the account %q (%s): its person moves from customer %s to customer %s",
		src.Parent.Name, src.Record.ParentID, src.Link.BillingParentID, op.TargetParentID)
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
	if c, ok := p.seeker(op, src).equalPerson(p.free(candidates, op.TargetModule)); ok {
		op.TargetID = c.ID
		op.After = Differences(p.entity, src.Record.ID, c.Values, want)
	}
}

// roleOf says what a contact is as a record of the entity.
func roleOf(entity record.Entity) string {
	if entity == record.EntityContactPersons {
		return "a contact person of its account's customer"
	}
	return "a customer of its own"
}

// MovedOn says why a billing record is left as it is whose contact is a record of another entity now.
func MovedOn(link *record.Link) string {
	now := record.EntityContactPersons
	if link.Entity == now {
		now = record.EntityCustomers
	}
	return fmt.Sprintf("contact %s, which it was made for or linked with, is %s now, by its account in the CRM or by the preferences: %s %s stays in billing as it is",
		link.CRMID, roleOf(now), thing(link.Entity), link.BillingID)
}

// movedFrom says of a contact that is a record of another kind now what it was, and that this one stays:
// a customer may have invoices, and nothing is deleted that somebody may need. The old link, which is of
// another entity, is to be marked as moved when the operation is done.
func movedFrom(op *record.Operation, old *record.Link) {
	if old == nil {
		return
	}
	was, now := roleOf(old.Entity), roleOf(record.EntityContactPersons)
	stays := "customer " + old.BillingID
	if old.Entity == record.EntityContactPersons {
		was, now = fmt.Sprintf("a contact person of customer %s", old.BillingParentID), roleOf(record.EntityCustomers)
		stays = "contact person " + old.BillingID
	}
	reason := fmt.Sprintf("by its account in the CRM or by the preferences the contact is now %s, and was %s: %s stays in billing", now, was, stays)
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
	if op.Code == "" {
		op.Code = CodeMoved
	}
}

// elsewhere says that a linked contact got an account, or lost it, and that billing did not follow: the
// direction to billing, which goes first, has said why. Nothing is written over such a link.
func (p *Planner) elsewhere(contact *record.Record) bool {
	if contact == nil || contact.Module != record.Contacts || p.rules.Customers.Mode != record.ModeAccountsAndContacts {
		return false
	}
	return (contact.ParentID == "") == (p.entity == record.EntityContactPersons)
}

func (p *Planner) whereNow(src BillingSource) string {
	now := "belongs to an account now, and is no customer of its own"
	if p.entity == record.EntityContactPersons {
		now = "belongs to no account any more"
	}
	return fmt.Sprintf("contact %s %s: %s %s stays in billing, and nothing is written to the contact", src.Link.CRMID, now, thing(p.entity), src.Record.ID)
}

// unattached leaves a contact out that belongs to no account.
func unattached(op *record.Operation, link *record.Link) {
	reason := "the contact belongs to no account, and the preferences leave such contacts out"
	switch {
	case link == nil:
	case link.Entity == record.EntityContactPersons:
		reason += fmt.Sprintf(": contact person %s of customer %s stays in billing as it is", link.BillingID, link.BillingParentID)
	default:
		reason += fmt.Sprintf(": customer %s, which it was before, stays in billing as it is", link.BillingID)
	}
	skip(op, CodeUnattached, reason+"; give it an account, or include contacts without one")
}
