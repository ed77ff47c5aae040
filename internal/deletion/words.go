package deletion

// The choices of a deletion: ConvertAll keeps every record, as a plain one; ConvertWithTransactions deletes what
// Causeway created and no transaction uses. The contract has the same.
const (
	ConvertAll              = "convert_all"
	ConvertWithTransactions = "convert_with_transactions"
)

// PartMarkers is the part of records that carry a marker of the connection and are not linked records of billing. The
// other parts are named as their entity is.
const PartMarkers = "crm_markers"

// The outcomes of a record, planned or real.
const (
	Converted = "converted" // it stays, without a marker
	Deleted   = "deleted"
	Kept      = "kept"    // it was in billing before Causeway: it stays, without a marker
	Gone      = "gone"    // somebody has deleted it by hand
	Unknown   = "unknown" // its side was given up
)

// What is known of a record's marker.
const (
	MarkerOwn     = "own"
	MarkerNone    = "none"
	MarkerUnknown = "unknown"
)

// Why a record that Causeway created in billing is converted, although no transaction uses it.
const (
	// HeldPersons: contact persons that were entered in billing would be deleted with it.
	HeldPersons = "CONTACT_PERSONS"
	// HeldElsewhere: another connection of the same billing organisation has it linked.
	HeldElsewhere = "LINKED_ELSEWHERE"
)

// The states of a record. A sent one has an outcome that nobody has stored. A failed one is tried when its part is
// asked for the next time.
const (
	RowOpen   = "open"
	RowSent   = "sent"
	RowDone   = "done"
	RowFailed = "failed"
)

// What a check of a side found for a record, unless it is a text that describes what is wrong.
const (
	VerifiedOK      = "ok"
	VerifiedGivenUp = "given up" // nobody could look, since the side was given up
)

// The codes with which a deletion is refused, and of records. The contract has the same.
const (
	CodePlanUnknown    = "PLAN_UNKNOWN"
	CodeTokenOtherPlan = "TOKEN_OTHER_PLAN"
	CodeTokenOld       = "TOKEN_OLD"
	CodeTokenUsed      = "TOKEN_USED"
	CodeNotAsPlanned   = "NOT_AS_PLANNED"
	CodeGivenUp        = "GIVEN_UP"
)

// The reasons of records of a side that was given up: before anything was done to them, and after.
const (
	ReasonGivenUp = "its side was given up: nobody could look at it, and nothing was done about it"
	ReasonNotSeen = "its side was given up since it was done: nobody could look at it again"
)
