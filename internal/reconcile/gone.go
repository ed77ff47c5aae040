package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// The reasons of a record that the view does not contain, without a link and with one.
const (
	ReasonNotInView = "Not in the view. Change the view or the record, or import this one record."
	ReasonLeftView  = "Not in the view, so it is not synced. The link stays."
)

// skipOutOfView skips a record that is not in the view.
func skipOutOfView(op *record.Operation, link *record.Link) {
	op.Rule = RuleView
	if link == nil {
		markSkipped(op, CodeNotInView, ReasonNotInView)
		return
	}
	markSkipped(op, CodeLeftView, ReasonLeftView)
}

// goneInBilling reports whether the billing record no longer exists: either it was deleted, or it was deleted while
// the link was not in use and only the CRM's record is back.
func goneInBilling(src Source) bool {
	return src.Link.Gone == record.Billing || wasUnused(src.Link) && src.Directions != nil && src.Target == nil
}

// wasUnused reports whether the link was not in use, since the CRM's record was deleted or moved. Now that the
// record is planned, it is used again.
func wasUnused(link *record.Link) bool { return link.Gone == record.CRM || link.Gone == record.Moved }

// skipDeletedInBilling skips a record whose billing record was deleted. No new one is created.
func skipDeletedInBilling(op *record.Operation, link *record.Link) {
	markSkipped(op, CodeDeletedInBilling, fmt.Sprintf("%s %s was deleted in billing; the CRM's record is unchanged, and no new %s is created",
		billingNoun(link.Entity), link.BillingID, billingNoun(link.Entity)))
}

// planRestore turns an update (or nothing to do) into the restoring of the link, where the record was deleted and
// is back, or the contact is again what it was.
func planRestore(op *record.Operation, link *record.Link, back bool) {
	if !back || op.Action != record.ActionUpdate && op.Action != record.ActionNone {
		return
	}
	if op.Action == record.ActionNone {
		op.After, op.Base = record.Values{}, link.Base.Clone()
	}
	op.Action, op.Outcome, op.Code = record.ActionLink, "", CodeRestored
	reason := fmt.Sprintf("it was deleted in %s and is back, so the link is restored", link.Gone.Name())
	if link.Gone == record.Moved {
		op.Code = CodeMoved
		reason = fmt.Sprintf("by its account in the CRM or by the preferences, the contact is again %s, so its link with %s %s is used again",
			roleOf(link.Entity), billingNoun(link.Entity), link.BillingID)
	}
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
}
