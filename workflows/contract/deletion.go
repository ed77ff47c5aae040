package contract

import (
	"fmt"
	"slices"
	"time"
)

// The choices of a deletion.
const (
	// ChoiceConvertAll makes every synced record a plain one.
	ChoiceConvertAll = "convert_all"
	// ChoiceConvertWithTransactions does so for those that have transactions, and deletes the others that Causeway
	// created in billing.
	ChoiceConvertWithTransactions = "convert_with_transactions"
)

// The steps of a deletion, in order.
const (
	StepExport    = "export"
	StepPersons   = "contact_persons"
	StepCustomers = "customers"
	StepItems     = "items"
	StepMarkers   = "crm_markers"
	StepVerify    = "verify"
	StepApps      = "apps"
	StepRemove    = "remove"
)

// The codes of what a deletion refuses.
const (
	CodePlanUnknown    = "PLAN_UNKNOWN"     // there is no such plan of this connection
	CodeTokenOtherPlan = "TOKEN_OTHER_PLAN" // the token is not that plan's
	CodeTokenOld       = "TOKEN_OLD"        // a newer plan exists, or this one is too old
	CodeTokenUsed      = "TOKEN_USED"       // a token serves once
	CodeUnsettled      = "UNSETTLED"        // writes of unknown outcome are left
	CodeUnfinished     = "UNFINISHED"       // part of a step is done, the rest follows
	CodeNotAsPlanned   = "NOT_AS_PLANNED"   // the live side differs from what was done
	// CodeGivenUp is the code of each record that nobody could look at, since its side was given up.
	CodeGivenUp = "GIVEN_UP"
)

// PlanDeleteRequest asks for the plan of a deletion. Nothing is changed by it.
type PlanDeleteRequest struct {
	Who string `json:"who,omitempty"`
	// GiveUp names sides, crm or billing, that are gone for good: nobody looks at them, and each of their records is
	// told as one that nobody could look at. Leave it empty as long as a side can be reached, or may be again.
	GiveUp []string `json:"give_up,omitempty"`
}

// DeleteRequest confirms a plan. It cannot be undone.
type DeleteRequest struct {
	Plan   string `json:"plan"`
	Choice string `json:"choice"`
	// Token is the plan's, and serves once.
	Token string `json:"token"`
	Who   string `json:"who,omitempty"`
}

// ResumeDeleteRequest goes on with a deletion that has stopped.
type ResumeDeleteRequest struct {
	Who string `json:"who,omitempty"`
	// GiveUp names sides that are gone for good, as in PlanDeleteRequest. What was done there before stays done.
	GiveUp []string `json:"give_up,omitempty"`
}

// Check says what is wrong with the request by itself.
func (r PlanDeleteRequest) Check() error {
	if err := checkSides(PlanDeleteUpdate, r.GiveUp); err != nil {
		return err
	}
	return checkPeople(PlanDeleteUpdate, r.Who, "")
}

func checkSides(update string, sides []string) error {
	for _, side := range sides {
		if !isSide(side) {
			return fmt.Errorf("%s: give up: side %q: use crm or billing", update, short(side))
		}
	}
	return nil
}

// Check says what is wrong with the request by itself.
func (r DeleteRequest) Check() error {
	choices := []string{ChoiceConvertAll, ChoiceConvertWithTransactions}
	switch {
	case r.Plan == "":
		return fmt.Errorf("%s: name the plan that %s has made", DeleteUpdate, PlanDeleteUpdate)
	case !slices.Contains(choices, r.Choice):
		return fmt.Errorf("%s: choice %q: use %s or %s", DeleteUpdate, short(r.Choice), choices[0], choices[1])
	case r.Token == "":
		return fmt.Errorf("%s: give the confirmation token of the plan", DeleteUpdate)
	}
	return checkPeople(DeleteUpdate, r.Who, "")
}

// Check says what is wrong with the request by itself.
func (r ResumeDeleteRequest) Check() error {
	if err := checkSides(ResumeDeleteUpdate, r.GiveUp); err != nil {
		return err
	}
	return checkPeople(ResumeDeleteUpdate, r.Who, "")
}

// DeletionPlan says what is linked, and what each choice would do to it.
type DeletionPlan struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Entities are customers, contact_persons and items.
	Entities map[string]DeletionCounts `json:"entities"`
	// Choices are what each choice would do, by its name and then by entity.
	Choices map[string]map[string]DeletionOutcome `json:"choices"`
	// CRMMarkers counts the CRM's records whose marker is cleared in both choices.
	CRMMarkers int `json:"crm_markers"`
	// Apps counts the other finance applications of the billing organisation, which are disconnected.
	Apps int `json:"apps"`
	// GivenUp counts the records of each side that was given up: they are among no other number. UnknownWrites are
	// writes to it whose outcomes nobody will know: they may have made records that no plan has.
	GivenUp       map[string]int `json:"given_up,omitempty"`
	UnknownWrites int            `json:"unknown_writes,omitempty"`
}

// DeletionCounts are the linked records of an entity.
type DeletionCounts struct {
	Linked int `json:"linked"`
	// BornCRM were created in billing by Causeway; BornBilling were pushed to the CRM; Duplicates existed on both
	// sides before they were linked.
	BornCRM          int `json:"born_crm"`
	BornBilling      int `json:"born_billing"`
	Duplicates       int `json:"duplicates"`
	WithTransactions int `json:"with_transactions"`
}

// DeletionOutcome is what a choice would do to the records of an entity in billing.
type DeletionOutcome struct {
	Converted int `json:"converted"`
	Deleted   int `json:"deleted"`
	Kept      int `json:"kept"`
	// Unknown records are those of a side that was given up.
	Unknown int `json:"unknown,omitempty"`
}

// PlanDeletionResult is the plan, once it is Done.
type PlanDeletionResult struct {
	Done bool          `json:"done"`
	Plan *DeletionPlan `json:"plan,omitempty"`
	// Token confirms this plan, once.
	Token string `json:"token,omitempty"`
}

// Deletion says how far a deletion has come.
type Deletion struct {
	Plan   string    `json:"plan"`
	Choice string    `json:"choice"`
	Who    string    `json:"who,omitempty"`
	Since  time.Time `json:"since"`
	// Stopped is the step that failed, until somebody resumes the deletion.
	Stopped *Stopped `json:"stopped,omitempty"`
	// Done counts what all tries together have done, but for the one that is under way: that is Now.
	Done *DeleteCounts `json:"done,omitempty"`
	Now  *DeletionNow  `json:"now,omitempty"`
}

// DeletionNow is how far a try has come: the step that it is at, and the outcomes so far.
type DeletionNow struct {
	Step string `json:"step"`
	DeleteCounts
}

// Stopped is a step of a deletion that failed.
type Stopped struct {
	Step   string `json:"step"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Count adds what another try has done.
func (d *Deletion) Count(more DeleteCounts) {
	sum := more
	if d.Done != nil {
		sum.Add(*d.Done)
	}
	d.Done, d.Now = &sum, nil
}

// Counts are the outcomes of all tries, the one that is under way among them.
func (d *Deletion) Counts() DeleteCounts {
	var sum DeleteCounts
	if d.Done != nil {
		sum.Add(*d.Done)
	}
	if d.Now != nil {
		sum.Add(d.Now.DeleteCounts)
	}
	return sum
}

// String is the reason with the code.
func (s *Stopped) String() string { return Failure{Code: s.Code, Reason: s.Reason}.String() }

// DeleteCounts are the outcomes of a deletion, by record.
type DeleteCounts struct {
	Converted int `json:"converted"`
	Deleted   int `json:"deleted"`
	Kept      int `json:"kept"`
	// Gone records were deleted by somebody else between the plan and the deletion.
	Gone int `json:"gone"`
	// Unknown records could not be looked at, since their side was given up.
	Unknown int `json:"unknown,omitempty"`
}

// Add counts what another try has done.
func (c *DeleteCounts) Add(more DeleteCounts) {
	c.Converted += more.Converted
	c.Deleted += more.Deleted
	c.Kept += more.Kept
	c.Gone += more.Gone
	c.Unknown += more.Unknown
}
