// Package reconcile decides what a sync does with each record, in either direction: create, clone, update,
// link, move, skip, conflict, fail, or nothing; how the edits of both sides are merged; and which record a
// write of unknown outcome has made. It must never do I/O, read a clock or draw a random number: the same
// rows give the same decisions.
package reconcile

import "causeway/internal/record"

// The codes of the decisions that are not plain, as operations carry them.
const (
	CodeDuplicate      = "DUPLICATE"           // a record of this name or SKU existed
	CodeAmbiguous      = "DUPLICATE_AMBIGUOUS" // several did, and which one is meant is open
	CodeAdopted        = "ADOPTED"             // the record is our own, made for this source, and its link was missing
	CodeNameMissing    = "NAME_MISSING"
	CodeFieldInvalid   = "FIELD_INVALID"
	CodeParentSkipped  = "PARENT_SKIPPED"
	CodeParentFailed   = "PARENT_FAILED"
	CodeDetailsMissing = "DETAILS_MISSING" // a record of the other side is known by its short form alone, or not at all
	CodeSuffixedName   = "NAME_SUFFIXED"   // created under a name with a suffix

	// CodeFieldConflict: both sides changed a field, and somebody is to decide. Such an operation holds the
	// fields in conflict by billing's names, in both directions: Before billing's values, After the CRM's.
	CodeFieldConflict    = "FIELD_CONFLICT"
	CodeNotInView        = "NOT_IN_VIEW"         // the view that bounds what is fetched does not hold it
	CodeLeftView         = "LEFT_VIEW"           // nor this one, which is linked
	CodeMoved            = "MOVED"               // the contact belongs to another account now, or to none
	CodeUnattached       = "UNATTACHED_LEFT_OUT" // it belongs to none, and such contacts are left out
	CodeDeletedInBilling = "DELETED_IN_BILLING"  // its billing record was deleted there
	CodeDeletedInCRM     = "DELETED_IN_CRM"      // its CRM record was deleted there
	CodeRestored         = "RESTORED"            // it was deleted, and is back
	CodeOriginGone       = "ORIGIN_GONE"         // made for a CRM record that is linked with it no more
	CodeNotInMode        = "NOT_IN_MODE"         // the preferences' mode has no place for it in the CRM
)

// The rules that operations name.
const (
	RuleView    = "view"
	RuleDecided = "conflicts:decided" // somebody decided
)

// What the plan must know of billing's fields: which hold the name, and how much they take.
const (
	displayName    = "display_name"
	itemName       = "name"
	sku            = "sku"
	firstName      = "first_name"
	lastName       = "last_name"
	email          = "email"
	subType        = "customer_sub_type"
	individual     = "individual" // a subType
	maxDisplayName = 200          // characters
	maxItemName    = 100          // characters
)

// Rules are what a plan goes by.
type Rules struct {
	Incarnation string
	Customers   record.CustomerOptions
	Items       record.ItemOptions
	Conflicts   record.ConflictRule
}

// RulesOf are the rules that the preferences hold.
func RulesOf(p record.Preferences, incarnation string) Rules {
	return Rules{Incarnation: incarnation, Customers: p.Customers, Items: p.Items, Conflicts: p.Conflicts}
}

// Source is one record of the CRM with all that its decision needs.
type Source struct {
	Record record.Record
	Hash   string
	Link   *record.Link
	Parent *Parent // of a contact that belongs to an account

	// Values are the mapped target fields; an empty one clears its target.
	Values record.Values
	// Defaults are sent with a creation besides, and never compared.
	Defaults record.Values
	// Problems say why the record cannot be mapped.
	Problems []string
	// OutOfView says that the view that bounds what is fetched does not hold the record.
	OutOfView bool

	// Target is the linked billing record, whole, where the sync goes both ways; nil compares the record with
	// the link's base alone. With it go Held, its mapped fields as Values would have them; Newer, the side
	// that was modified last; and Decided, what somebody decided on its conflicts.
	Target  *record.Record
	Held    record.Values
	Newer   record.Side
	Decided []record.Decision
	// Directions says by field which way it goes, where the sync goes both ways; nil sends every field to
	// billing.
	Directions map[string]record.Direction
}

// Parent is the account of a contact, or the customer of a contact person, and what became of it.
type Parent struct {
	Known   bool // the mirror has it
	Name    string
	Link    *record.Link
	Fresh   bool           // its customer was created by this run: nobody else has put persons there
	Outcome record.Outcome // of its newest operation
	Code    string
	Reason  string
}

// Born is the side on which the record of a finished link, creation or clone existed first.
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
