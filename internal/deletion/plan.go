package deletion

import (
	"slices"

	"causeway/internal/record"
)

// KnownMarker returns what is known of the marker that the mirror has of a record. A short form shows no marker, so
// an empty one proves something only where the record was read whole.
func KnownMarker(incarnation, marker string, whole bool) string {
	switch {
	case record.OwnMarker(incarnation, marker):
		return MarkerOwn
	case whole || marker != "":
		return MarkerNone
	}
	return MarkerUnknown
}

// Facts are what is known of a record when its plan is made.
type Facts struct {
	Part string
	Side record.Side
	// Born is the side on which the pair was first seen, empty for records of PartMarkers.
	Born     record.Side
	GoneSide record.Side
	Marker   string
	// CRMMarked reports whether its counterpart in the CRM carries our marker.
	CRMMarked bool
	// Transactions reports whether a transaction uses it.
	Transactions bool
	// BillingPersons reports whether a customer has contact persons that were entered in billing.
	BillingPersons bool
	// LinkedElsewhere reports whether another connection of the billing organisation has it linked.
	LinkedElsewhere bool
	// Customer is what ConvertWithTransactions would do to the customer of a contact person.
	Customer string
}

// Plan is what either choice would do to a record.
type Plan struct {
	// Duplicate reports whether the record was on both sides before it was linked.
	Duplicate bool
	// Held is why it would not be deleted although no transaction uses it.
	Held string
	// All is what ConvertAll would do to it, Some what ConvertWithTransactions would.
	All, Some string
	// State and Outcome are done and gone where nothing is left to do, else open and empty.
	State, Outcome string
}

// Decide plans one record. givenUp are the sides that nobody can reach.
func Decide(f Facts, givenUp []record.Side) Plan {
	p := Plan{Duplicate: f.duplicate(), Held: f.held(), State: RowOpen}
	switch {
	case f.Part == PartMarkers:
		p.All, p.Some = Converted, Converted
	case f.GoneSide == record.Billing:
		p.All, p.Some, p.State, p.Outcome = Gone, Gone, RowDone, Gone
	case f.Part == string(record.EntityContactPersons):
		p.All, p.Some = f.person(), f.person()
		if f.Customer == Deleted {
			p.Some = Deleted
		}
	default:
		p.All, p.Some = f.own(p)
	}
	if f.GoneSide != record.Billing && slices.Contains(givenUp, f.Side) && !(p.All == Kept && f.Marker == MarkerNone) {
		p.All, p.Some = Unknown, Unknown
	}
	return p
}

// duplicate: what Causeway created carries its marker. Where a link was born does not tell alone, since a pair that
// existed on both sides was born where it was found first. Contact persons carry no marker in billing.
func (f Facts) duplicate() bool {
	if f.Born == record.CRM {
		return f.Part != string(record.EntityContactPersons) && f.Marker != MarkerOwn
	}
	return f.Born == record.Billing && !f.CRMMarked
}

func (f Facts) held() string {
	switch {
	case f.Part == PartMarkers || f.Part == string(record.EntityContactPersons):
		return ""
	case f.Part == string(record.EntityCustomers) && f.BillingPersons:
		return HeldPersons
	case f.LinkedElsewhere:
		return HeldElsewhere
	}
	return ""
}

// person is what becomes of a contact person whose customer stays.
func (f Facts) person() string {
	if f.Born == record.CRM {
		return Converted
	}
	return Kept
}

// own returns what either choice does to a customer or an item.
func (f Facts) own(p Plan) (all, some string) {
	switch {
	case f.Born != record.CRM || p.Duplicate:
		return Kept, Kept
	case f.Transactions || p.Held != "":
		return Converted, Converted
	}
	return Converted, Deleted
}
