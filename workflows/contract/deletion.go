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

// PlanDeletionInput asks for the next part of a plan.
type PlanDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Who        string `json:"who,omitempty"`
	// GiveUp names the sides that nobody looks at.
	GiveUp []string `json:"give_up,omitempty"`
}

// PlanDeletionResult is the plan, once it is Done.
type PlanDeletionResult struct {
	Done bool          `json:"done"`
	Plan *DeletionPlan `json:"plan,omitempty"`
	// Token confirms this plan, once.
	Token string `json:"token,omitempty"`
}

// ConfirmDeletionInput asks whether the token belongs to the plan, and uses it up.
type ConfirmDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Choice     string `json:"choice"`
	Token      string `json:"token"`
	// Request names this confirmation: delivered twice, it is the same one.
	Request string `json:"request"`
	Who     string `json:"who,omitempty"`
}

// GiveUpInput gives sides up for a deletion that was confirmed.
type GiveUpInput struct {
	Connection string   `json:"connection"`
	Plan       string   `json:"plan"`
	Sides      []string `json:"sides"`
}

// DeletionInput names the deletion that a step belongs to.
type DeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
}

// DeletionPartInput asks for the next part of a step that is about records.
type DeletionPartInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	// Step is the step; After the place where the part before ended, empty to begin.
	Step  string `json:"step"`
	After string `json:"after,omitempty"`
}

// DeletionPartResult counts what became of records in this part. A record that was done before is not counted
// again.
type DeletionPartResult struct {
	Done      bool   `json:"done"`
	Next      string `json:"next,omitempty"`
	Converted int    `json:"converted"`
	Deleted   int    `json:"deleted"`
	Kept      int    `json:"kept"`
	Gone      int    `json:"gone"`
	Unknown   int    `json:"unknown,omitempty"`
}
