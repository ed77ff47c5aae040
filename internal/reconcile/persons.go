package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// findParent sets the operation's customer, for a contact person. Where there is none, it records why and returns
// false.
func (p *Planner) findParent(op *record.Operation, src Source) bool {
	parent := src.Parent
	switch {
	case src.Record.ParentID == "":
		skipUnattached(op, src.Link)
	case parent == nil || !parent.Known:
		markFailed(op, CodeParentFailed, fmt.Sprintf("its account %s is not among the CRM's accounts; give the contact another account, or none", src.Record.ParentID))
	case parent.Link == nil && parent.Outcome == record.Skipped:
		markSkipped(op, CodeParentSkipped, fmt.Sprintf("its account %q (%s) was skipped: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil && parent.Reason != "":
		markFailed(op, CodeParentFailed, fmt.Sprintf("its account %q (%s) is not in billing: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil:
		markFailed(op, CodeParentFailed, fmt.Sprintf("its account %q (%s) has no customer in billing yet; retry when the account has been synced", parent.Name, src.Record.ParentID))
	case parent.Link.Gone == record.Billing:
		markSkipped(op, CodeParentSkipped, fmt.Sprintf("customer %s of its account %q (%s) was deleted in billing", parent.Link.BillingID, parent.Name, src.Record.ParentID))
	default:
		op.TargetParentID = parent.Link.BillingID
		return true
	}
	return false
}

// matchPerson links a contact with the person of its customer that has the same name and e-mail, and creates one
// where there is none. In the other direction it looks among an account's contacts. Persons carry no marker, and
// the rule for duplicates does not apply to them: two persons of one name and e-mail at one customer are the same.
func (s seeker) matchPerson(free []record.Record) {
	if c, ok := s.equalPerson(free); ok {
		s.link(c, CodeDuplicate, fmt.Sprintf("%s had %s %s of this name and e-mail, and it was linked", s.where, s.thing, c.ID))
		return
	}
	s.create(record.ActionCreate)
}

// skipUnattached skips a contact that belongs to no account.
func skipUnattached(op *record.Operation, link *record.Link) {
	reason := "the contact belongs to no account, and the preferences leave such contacts out"
	switch {
	case link == nil:
	case link.Entity == record.EntityContactPersons:
		reason += fmt.Sprintf("; contact person %s of customer %s stays in billing unchanged", link.BillingID, link.BillingParentID)
	default:
		reason += fmt.Sprintf("; its former customer %s stays in billing unchanged", link.BillingID)
	}
	markSkipped(op, CodeUnattached, reason+"; give it an account, or include contacts without one")
}
