package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// findParent puts the customer of a contact person into the operation; where there is none, it says why
// and gives false.
func (p *Planner) findParent(op *record.Operation, src Source) bool {
	parent := src.Parent
	switch {
	case parent == nil || !parent.Known:
		fail(op, CodeParentFailed, fmt.Sprintf("its account %s is not among the CRM's accounts: give the contact another account, or none", src.Record.ParentID))
	case parent.Link == nil && parent.Outcome == record.Skipped:
		op.Action, op.Outcome, op.Code = record.ActionSkip, record.Skipped, CodeParentSkipped
		op.Reason = fmt.Sprintf("its account %q (%s) was skipped: %s", parent.Name, src.Record.ParentID, parent.Reason)
	case parent.Link == nil && parent.Reason != "":
		fail(op, CodeParentFailed, fmt.Sprintf("its account %q (%s) is not in billing: %s", parent.Name, src.Record.ParentID, parent.Reason))
	case parent.Link == nil:
		fail(op, CodeParentFailed, fmt.Sprintf("its account %q (%s) has no customer in billing yet; retry when the account has been synced", parent.Name, src.Record.ParentID))
	case src.Link != nil && src.Link.BillingParentID != parent.Link.BillingID:
		fail(op, CodeParentChanged, fmt.Sprintf("the contact moved to the account %q in the CRM, and is contact person %s of customer %s in billing: "+
			"a move is not followed; put the contact back in the CRM, or move it in billing by hand", parent.Name, src.Link.BillingID, src.Link.BillingParentID))
	default:
		op.TargetParentID = parent.Link.BillingID
		return true
	}
	return false
}

// matchPerson links a contact with the person of its customer that has its name and e-mail, and creates
// one where there is none. Persons carry no marker, and the rule for duplicates does not reach them: two
// persons of one name and e-mail at one customer are one.
func (p *Planner) matchPerson(op *record.Operation, src Source, free []record.Record) {
	for _, c := range free {
		if c.ParentID == op.TargetParentID && nameKeyOf(c) == op.NameKey && emailKey(c) == record.NameKey(src.Values.Text(email)) {
			p.link(op, src, c, CodeDuplicate, fmt.Sprintf("the customer had contact person %s of this name and e-mail: linked with it", c.ID))
			return
		}
	}
	p.create(op, src, record.ActionCreate)
}

// emailKey is the form in which addresses are compared: case does not count.
func emailKey(person record.Record) string {
	if person.Email != "" {
		return record.NameKey(person.Email)
	}
	return record.NameKey(person.Values.Text(email))
}
