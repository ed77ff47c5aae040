package reconcile

import "causeway/internal/record"

// The codes of decisions that need an explanation, as operations carry them.
const (
	CodeDuplicate      = "DUPLICATE"           // a record of this name or SKU existed
	CodeAmbiguous      = "DUPLICATE_AMBIGUOUS" // several existed, and none is clearly meant
	CodeAdopted        = "ADOPTED"             // we created the record for this source, and its link was missing
	CodeNameMissing    = "NAME_MISSING"
	CodeFieldInvalid   = "FIELD_INVALID"
	CodeParentSkipped  = "PARENT_SKIPPED"
	CodeParentFailed   = "PARENT_FAILED"
	CodeDetailsMissing = "DETAILS_MISSING" // a record of the other side is not known, or only in its short form
	CodeSuffixedName   = "NAME_SUFFIXED"   // created under a name with a suffix

	// CodeFieldConflict: both sides changed a field, and a person has to decide. In both directions such an
	// operation holds the fields by billing's names: Before has billing's values, After the CRM's.
	CodeFieldConflict    = "FIELD_CONFLICT"
	CodeNotInView        = "NOT_IN_VIEW"         // it is not in the view that limits what is fetched
	CodeLeftView         = "LEFT_VIEW"           // the same for a linked record
	CodeMoved            = "MOVED"               // the contact belongs to another account now, or to none
	CodeUnattached       = "UNATTACHED_LEFT_OUT" // the contact has no account, and such contacts are left out
	CodeDeletedInBilling = "DELETED_IN_BILLING"  // its billing record was deleted there
	CodeDeletedInCRM     = "DELETED_IN_CRM"      // its CRM record was deleted there
	CodeRestored         = "RESTORED"            // it was deleted, and is back
	CodeOriginGone       = "ORIGIN_GONE"         // created for a CRM record that it is no longer linked with
	CodeNotInMode        = "NOT_IN_MODE"         // the preferences' mode has no place for it in the CRM
)

// The rules that an operation may name besides those of the preferences.
const (
	RuleView    = "view"
	RuleDecided = "conflicts:decided" // a user decided
)

// The billing fields that hold names, SKUs and e-mail addresses, and the greatest length of names. The plan needs
// no others.
const (
	displayName    = "display_name"
	itemName       = "name"
	sku            = "sku"
	firstName      = "first_name"
	lastName       = "last_name"
	email          = "email"
	subType        = "customer_sub_type"
	individual     = "individual" // a value of subType
	maxDisplayName = 200          // characters
	maxItemName    = 100          // characters
)

// Rules are the preferences and the incarnation that a plan follows.
type Rules struct {
	Incarnation string
	Customers   record.CustomerOptions
	Items       record.ItemOptions
	Conflicts   record.ConflictRule
}

// RulesOf returns the rules in the preferences.
func RulesOf(p record.Preferences, incarnation string) Rules {
	return Rules{Incarnation: incarnation, Customers: p.Customers, Items: p.Items, Conflicts: p.Conflicts}
}

// Born returns the side where the record of a finished link, creation or clone existed first.
func Born(op record.Operation) record.Side {
	from, to := record.CRM, record.Billing
	if op.Direction() == record.ToCRM {
		from, to = to, from
	}
	if op.Action == record.ActionLink && op.Code != CodeAdopted {
		return to
	}
	return from
}

// Creates reports whether the operation creates a record. Only such an operation must be settled before it is
// repeated. An update or a link without an answer is simply sent again, since it states what the values must be.
func Creates(op record.Operation) bool {
	return op.Action == record.ActionCreate || op.Action == record.ActionClone || op.Action == record.ActionMove && op.TargetID == ""
}
