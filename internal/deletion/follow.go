package deletion

import "causeway/internal/record"

// Person is a contact person whose customer the deletion has finished with.
type Person struct {
	Born    record.Side
	State   string
	Outcome string
}

// Follow returns what became of a contact person by what became of its customer, and whether that is to be stored. What
// is done stays, except that a person that seemed to be deleted with its customer was not where the customer is found
// alive.
func (p Person) Follow(customer string) (outcome string, changed bool) {
	changed = p.State != RowDone || p.Outcome == Deleted && customer != Deleted
	switch {
	case customer != Converted:
		return customer, changed
	case p.Born == record.CRM:
		return Converted, changed
	}
	return Kept, changed
}

// Progress is how far the work on a record has come.
type Progress struct {
	State, Outcome, Code, Reason string
	Attempts                     int
}

// Looked returns the progress of a done record after a look at its side. found is VerifiedOK, VerifiedGivenUp, or what
// is wrong: a record that is not as planned is open, so that it is done once more.
func (p Progress) Looked(found string) Progress {
	switch found {
	case VerifiedOK:
		return p
	case VerifiedGivenUp:
		p.Code, p.Reason = CodeGivenUp, ReasonNotSeen
		if p.Outcome == Unknown {
			p.Reason = ReasonGivenUp
		}
		return p
	}
	p.State, p.Code, p.Reason, p.Attempts = RowOpen, CodeNotAsPlanned, found, 0
	return p
}
