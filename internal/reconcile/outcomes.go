package reconcile

import "causeway/internal/record"

func markSkipped(op *record.Operation, code, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionSkip, record.Skipped, code, reason
	switch code {
	case CodeLeftView, CodeDeletedInBilling, CodeDeletedInCRM, CodeOriginGone, CodeNotInMode, CodeMoved, CodeUnattached:
		op.Lasting = true
	}
}

func markFailed(op *record.Operation, code, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionFail, record.Failed, code, reason
}

func markUnchanged(op *record.Operation) {
	op.Action, op.Outcome, op.Before, op.After = record.ActionNone, record.Unchanged, nil, nil
}

func markAmbiguous(op *record.Operation, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionConflict, record.Conflicts, CodeAmbiguous, reason
}

// billingNoun returns what billing calls one record of the entity.
func billingNoun(entity record.Entity) string {
	switch entity {
	case record.EntityItems:
		return "item"
	case record.EntityContactPersons:
		return "contact person"
	case record.EntityCustomers:
	}
	return "customer"
}

func crmNoun(module record.Module) string {
	switch module {
	case record.Products:
		return "product"
	case record.Contacts:
		return "contact"
	default:
		return "account"
	}
}

// roleOf describes what a contact is as a record of the entity.
func roleOf(entity record.Entity) string {
	if entity == record.EntityContactPersons {
		return "a contact person of its account's customer"
	}
	return "a customer of its own"
}
