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
	// ChoiceConvertWithTransactions does so for records with transactions, and deletes those without that Causeway
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
	// CodeGivenUp is the code of a record that could not be read because its side was given up.
	CodeGivenUp = "GIVEN_UP"
)

// PlanDeleteRequest asks for the plan of a deletion. It changes nothing.
type PlanDeleteRequest struct {
	Who string `json:"who,omitempty"`
	// GiveUp names sides, crm or billing, that are gone for good. Their records are not read, and are reported so. Leave
	// it empty as long as a side can be reached, or may be reachable again.
	GiveUp []string `json:"give_up,omitempty"`
}

// DeleteRequest confirms a plan. It cannot be undone.
type DeleteRequest struct {
	Plan   string `json:"plan"`
	Choice string `json:"choice"`
	// Token is the token of the plan. It works once.
	Token string `json:"token"`
	Who   string `json:"who,omitempty"`
}

// ResumeDeleteRequest continues a deletion that stopped.
type ResumeDeleteRequest struct {
	Who string `json:"who,omitempty"`
	// GiveUp names sides that are gone for good, as in PlanDeleteRequest. What was done there before stays done.
	GiveUp []string `json:"give_up,omitempty"`
}

// Check returns what is wrong with the request on its own.
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

// Check returns what is wrong with the request on its own.
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

// Check returns what is wrong with the request on its own.
func (r ResumeDeleteRequest) Check() error {
	if err := checkSides(ResumeDeleteUpdate, r.GiveUp); err != nil {
		return err
	}
	return checkPeople(ResumeDeleteUpdate, r.Who, "")
}

// DeletionPlan is what is linked, and what each choice would do to it.
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
	// GivenUp counts the records of each side that was given up; no other number includes them. UnknownWrites counts
	// writes to such a side whose outcome stays unknown. They may have created records that no plan includes.
	GivenUp       map[string]int `json:"given_up,omitempty"`
	UnknownWrites int            `json:"unknown_writes,omitempty"`
}

// DeletionCounts are the linked records of an entity.
type DeletionCounts struct {
	Linked int `json:"linked"`
	// BornCRM counts records that Causeway created in billing, BornBilling those that it created in the CRM, and
	// Duplicates those that existed on both sides before they were linked.
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

// Deletion is the progress of a deletion.
type Deletion struct {
	Plan   string    `json:"plan"`
	Choice string    `json:"choice"`
	Who    string    `json:"who,omitempty"`
	Since  time.Time `json:"since"`
	// Stopped is the step that failed, until the deletion is resumed.
	Stopped *Stopped `json:"stopped,omitempty"`
	// Done counts what all earlier tries have done. Now is the try in progress.
	Done *DeleteCounts `json:"done,omitempty"`
	Now  *DeletionNow  `json:"now,omitempty"`
}

// DeletionNow is the progress of one try: its step, and the outcomes so far.
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

// Count adds the outcomes of a try that ended.
func (d *Deletion) Count(more DeleteCounts) {
	sum := more
	if d.Done != nil {
		sum.Add(*d.Done)
	}
	d.Done, d.Now = &sum, nil
}

// Counts returns the outcomes of all tries, including the one in progress.
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

// String returns the reason with the code.
func (s *Stopped) String() string { return Failure{Code: s.Code, Reason: s.Reason}.String() }

// DeleteCounts are the outcomes of a deletion, by record.
type DeleteCounts struct {
	Converted int `json:"converted"`
	Deleted   int `json:"deleted"`
	Kept      int `json:"kept"`
	// Gone counts records that were deleted by somebody else between the plan and the deletion.
	Gone int `json:"gone"`
	// Unknown counts records that could not be read because their side was given up.
	Unknown int `json:"unknown,omitempty"`
}

// Add adds the outcomes of another try.
func (c *DeleteCounts) Add(more DeleteCounts) {
	c.Converted += more.Converted
	c.Deleted += more.Deleted
	c.Kept += more.Kept
	c.Gone += more.Gone
	c.Unknown += more.Unknown
}
