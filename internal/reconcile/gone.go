package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

func skip(op *record.Operation, code, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionSkip, record.Skipped, code, reason
	switch code {
	case CodeLeftView, CodeDeletedInBilling, CodeDeletedInCRM, CodeOriginGone, CodeNotInMode, CodeMoved, CodeUnattached:
		op.Lasting = true
	}
}

// outOfView leaves a record out that the view does not hold.
func outOfView(op *record.Operation, link *record.Link) {
	op.Rule = RuleView
	if link == nil {
		skip(op, CodeNotInView, "the view does not hold it: change the view or the record, or import it by itself")
		return
	}
	skip(op, CodeLeftView, "it left the view: it stays linked and is no longer fetched")
}

// goneInBilling says whether there is no billing record to go on with: it was deleted, or was while its link
// rested or the CRM's record was gone, and the CRM's alone is back.
func goneInBilling(src Source) bool {
	return src.Link.Gone == record.Billing || rested(src.Link) && src.Directions != nil && src.Target == nil
}

// rested says whether a link did not count for a while as far as the CRM goes, and does again now that its
// record is planned.
func rested(link *record.Link) bool { return link.Gone == record.CRM || link.Gone == record.Moved }

// deletedInBilling leaves a record out whose billing record was deleted: nothing is created anew.
func deletedInBilling(op *record.Operation, link *record.Link) {
	skip(op, CodeDeletedInBilling, fmt.Sprintf("%s %s was deleted in billing: the CRM's record stays as it is, and none is created anew",
		thing(link.Entity), link.BillingID))
}

// restored makes an update, or nothing, of a record that was deleted and is back, or whose contact is again what
// it was, the restoring of its link.
func restored(op *record.Operation, link *record.Link, back bool) {
	if !back || op.Action != record.ActionUpdate && op.Action != record.ActionNone {
		return
	}
	if op.Action == record.ActionNone {
		op.After, op.Base = record.Values{}, link.Base.Clone()
	}
	op.Action, op.Outcome, op.Code = record.ActionLink, "", CodeRestored
	reason := fmt.Sprintf("it was deleted in %s and is back: its link is restored", sideName(link.Gone))
	if link.Gone == record.Moved {
		op.Code = CodeMoved
		reason = fmt.Sprintf("by its account in the CRM or by the preferences the contact is again what it was before, %s: its link with %s %s counts again",
			roleOf(link.Entity), thing(link.Entity), link.BillingID)
	}
	if op.Reason != "" {
		reason += "; " + op.Reason
	}
	op.Reason = reason
}
